import type { Numbered } from '../contract/contract.ts'
import { DescentError } from '../contract/errors.ts'
import { Queue } from './queue.ts'

/** Numbered events for any number of readers, the latest kept so that a reader can resume after a number. */
export class Broadcast<T> {
  readonly #kept: Numbered<T>[] = []
  readonly #keep: number
  readonly #readers = new Set<Queue<Numbered<T>>>()
  #sequence: number
  #failure: { error: unknown } | undefined

  /**
   * @param keep how many of the latest events can be resumed after, at least
   * @param start the number before the first event's
   */
  constructor(keep = 10_000, start = 0) {
    this.#keep = keep
    this.#sequence = start
  }

  /** Number of the last event. */
  get sequence(): number {
    return this.#sequence
  }

  /** How many are listening. */
  get readers(): number {
    return this.#readers.size
  }

  publish(event: T): void {
    const numbered = { sequence: ++this.#sequence, event }
    this.#kept.push(numbered)
    if (this.#kept.length > 2 * this.#keep) this.#kept.splice(0, this.#keep)
    for (const reader of this.#readers) reader.push(numbered)
  }

  /** Ends it for every reader, those yet to come included. */
  fail(error: unknown): void {
    this.#failure = { error }
    for (const reader of this.#readers) reader.fail(error)
  }

  /**
   * Events from now on, or those after a sequence number first.
   * @throws DescentError `connection-lost` where some of them are no longer kept
   */
  async *subscribe(signal: AbortSignal, after = this.#sequence): AsyncGenerator<Numbered<T>, void> {
    if (this.#failure) throw this.#failure.error
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1
    if (after > this.#sequence || after + 1 < oldest)
      throw new DescentError(
        'connection-lost',
        `The events after number ${after} are no longer kept.`,
        'Read the runs again and follow from now.',
      )
    const queue = new Queue<Numbered<T>>()
    for (const numbered of this.#kept) if (numbered.sequence > after) queue.push(numbered)
    this.#readers.add(queue)
    const stop = (): void => queue.end()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      yield* queue
    } finally {
      this.#readers.delete(queue)
      signal.removeEventListener('abort', stop)
    }
  }
}
