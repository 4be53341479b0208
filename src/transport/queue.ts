/** An async iterable that someone else fills. Read by one reader. */
export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = []
  #finish: { error?: unknown } | undefined
  #wake: (() => void) | undefined

  push(item: T): void {
    if (this.#finish) return
    this.#items.push(item)
    this.#wake?.()
  }

  end(): void {
    this.#finish ??= {}
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#finish ??= { error }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      // All at once: taking them singly from the front moves all the others each time.
      const items = this.#items
      this.#items = []
      yield* items
      if (this.#items.length > 0) continue
      if (this.#finish) {
        if ('error' in this.#finish) throw this.#finish.error
        return
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
