/**
 * Joins writes that come close together into one transaction: with synchronous=FULL each costs a disk flush.
 * What must be told to others is told after the commit.
 */
export class GroupCommit {
  readonly #transaction: (work: () => void) => void
  readonly #delayMs: number
  #writes: (() => void)[] = []
  #afterwards: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(transaction: (work: () => void) => void, delayMs = 10) {
    this.#transaction = transaction
    this.#delayMs = delayMs
  }

  /** @returns a promise that resolves once the write is on disk */
  add(write: () => void, afterwards?: () => void): Promise<void> {
    this.#writes.push(write)
    if (afterwards) this.#afterwards.push(afterwards)
    const done = new Promise<void>((resolve) => this.#afterwards.push(resolve))
    this.#timer ??= setTimeout(() => this.flush(), this.#delayMs)
    return done
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const writes = this.#writes
    const afterwards = this.#afterwards
    this.#writes = []
    this.#afterwards = []
    if (writes.length > 0) this.#transaction(() => writes.forEach((write) => write()))
    afterwards.forEach((tell) => tell())
  }
}
