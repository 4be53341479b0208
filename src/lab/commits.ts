interface Write {
  readonly write: () => void
  /** Told after the commit. */
  readonly afterwards: (() => void) | undefined
  readonly done: PromiseWithResolvers<undefined>
}

/**
 * Joins writes that come close together into one transaction: with synchronous=FULL each costs a disk flush.
 * What must be told to others is told after the commit.
 */
export class GroupCommit {
  readonly #transaction: (work: () => void) => void
  readonly #failed: (error: unknown) => void
  readonly #delayMs: number
  #writes: Write[] = []
  #timer: NodeJS.Timeout | undefined

  /** @param failed told when a transaction failed, after those whose writes are lost with it */
  constructor(transaction: (work: () => void) => void, failed: (error: unknown) => void, delayMs = 10) {
    this.#transaction = transaction
    this.#failed = failed
    this.#delayMs = delayMs
  }

  /** @returns a promise that resolves once the write is on disk, and rejects when it cannot be written */
  add(write: () => void, afterwards?: () => void): Promise<void> {
    const done = Promise.withResolvers<undefined>()
    done.promise.catch(() => undefined) // `failed` is told even where nobody waits for this
    this.#writes.push({ write, afterwards, done })
    this.#timer ??= setTimeout(() => this.flush(), this.#delayMs)
    return done.promise
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const writes = this.#writes
    if (writes.length === 0) return
    this.#writes = []
    try {
      this.#transaction(() => writes.forEach(({ write }) => write()))
    } catch (error) {
      writes.forEach(({ done }) => done.reject(error))
      this.#failed(error)
      return
    }
    for (const { afterwards, done } of writes) {
      afterwards?.()
      done.resolve(undefined)
    }
  }
}
