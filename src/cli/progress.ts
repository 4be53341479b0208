/** One line that renews itself on a terminal; a line now and then elsewhere. On standard error. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #now: () => number
  readonly #started: number
  #last = -Infinity
  #shown = false

  constructor(stream: NodeJS.WriteStream = process.stderr, now: () => number = () => performance.now()) {
    this.#stream = stream
    this.#now = now
    this.#started = now()
    // A log wants a line now and then, not one for what is over at once.
    if (!stream.isTTY) this.#last = this.#started
  }

  /**
   * @param done and `total` in `unit`s
   * @param what stands before the numbers
   */
  update(what: string, done: number, total: number, unit: string): void {
    const now = this.#now()
    if (now - this.#last < (this.#stream.isTTY ? 100 : 5000)) return
    this.#last = now
    const seconds = (now - this.#started) / 1000
    const rate = done / seconds
    const left = rate > 0 ? duration((total - done) / rate) : '…'
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0
    this.#show(`${what}  ${percent} %  ${si(rate)} ${unit}/s  ${left} left`)
  }

  clear(): void {
    if (this.#shown && this.#stream.isTTY) this.#stream.write('\r\u001b[K')
    this.#shown = false
  }

  #show(text: string): void {
    const line = this.#stream.isTTY
      ? `\r${text.slice(0, (this.#stream.columns || 80) - 1)}\u001b[K`
      : `${text}\n`
    this.#stream.write(line)
    this.#shown = true
  }
}

/** 1500000 → "1.5 M". */
export function si(value: number): string {
  for (const [factor, prefix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (value >= factor) return `${(value / factor).toPrecision(3)} ${prefix}`
  return `${Number(value.toPrecision(3))} `
}

/** 75 s → "1 min 15 s". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
