const crashesToAsk = 3
const windowMs = 5 * 60_000

/** Whether to start again what crashed: yes below three crashes in five minutes, after that a person decides. */
export class Supervisor {
  readonly #clock: () => number
  #crashes: number[] = []
  #left = false

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  get state(): 'may-start' | 'ask' | 'left' {
    if (this.#left) return 'left'
    const since = this.#clock() - windowMs
    this.#crashes = this.#crashes.filter((at) => at > since)
    return this.#crashes.length < crashesToAsk ? 'may-start' : 'ask'
  }

  crashed(): void {
    this.#crashes.push(this.#clock())
  }

  /** The person wants it started again. */
  forget(): void {
    this.#crashes = []
    this.#left = false
  }

  /** The person wants it left alone. */
  leave(): void {
    this.#left = true
  }
}
