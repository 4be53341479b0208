import { fitted } from './table.ts'

/** One line that renews itself on a terminal; a line now and then elsewhere. On standard error. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #now: () => number
  /** Where the rate counts from: when this began, and what was done by then. */
  #from: { at: number; done: number } | null = null
  #done = 0
  #last = -Infinity
  #shown = false

  constructor(stream: NodeJS.WriteStream = process.stderr, now: () => number = () => performance.now()) {
    this.#stream = stream
    this.#now = now
    // A log wants a line now and then, not one for what is over at once.
    if (!stream.isTTY) this.#last = now()
  }

  /**
   * @param what stands before the numbers
   * @param done and `total` in `unit`s; where `done` falls, something else begins, as the next file of several does
   */
  update(what: string, done: number, total: number, unit: string): void {
    const now = this.#now()
    if (!this.#from || done < this.#done) this.#from = { at: now, done }
    this.#done = done
    if (now - this.#last < (this.#stream.isTTY ? 100 : 5000)) return
    this.#last = now
    const rate = (1000 * (done - this.#from.done)) / Math.max(1, now - this.#from.at)
    const left = rate > 0 ? duration((total - done) / rate) : '…'
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0
    const speed = unit === 'B' ? `${si(rate)}B` : `${si(rate).trimEnd()} ${unit}`
    this.#show(what, `  ${percent} %`, `  ${speed}/s`, `  ${left} left`)
  }

  clear(): void {
    if (this.#shown && this.#stream.isTTY) this.#stream.write('\r\u001b[K')
    this.#shown = false
  }

  #show(what: string, percent: string, speed: string, left: string): void {
    const numbers = percent + speed + left
    if (this.#stream.isTTY) {
      const room = (this.#stream.columns || 80) - 1
      const fits = (rest: string): boolean => fitted(what, room - rest.length) === what
      // What is going on matters more than how fast.
      const shown = !fits(numbers) && fits(percent + left) ? percent + left : numbers
      this.#stream.write(`\r${fitted(what, room - shown.length)}${shown}\u001b[K`)
    } else this.#stream.write(`${what}${numbers}\n`)
    this.#shown = true
  }
}

/** 1500000 → "1.50 M", 12.3 → "12.3 ". */
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
