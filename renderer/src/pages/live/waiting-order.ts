import type { RunStatus } from '../../../../src/experiments/run.ts'

interface Known {
  readonly id: string
  readonly status: RunStatus
}

/**
 * The order in which waiting runs will start, as far as a page can know it: as they were created, whoever comes back
 * into the line last, and the moves made here. (The contract tells neither positions nor the moves of others.)
 */
export class WaitingOrder {
  #ids: readonly string[] = []
  #seen = new Map<string, RunStatus>()

  get ids(): readonly string[] {
    return this.#ids
  }

  /** @param runs all of them, in the order of creation */
  update(runs: readonly Known[]): void {
    const waiting = new Set(runs.filter(({ status }) => status === 'queued').map(({ id }) => id))
    const kept = this.#ids.filter((id) => waiting.has(id))
    const known = new Set(kept)
    // A run whose engine died keeps its place before those that never started.
    const restarted = runs.filter(
      ({ id }) => waiting.has(id) && !known.has(id) && this.#seen.get(id) === 'running',
    )
    const first = new Set(restarted.map(({ id }) => id))
    const added = runs.filter(({ id }) => waiting.has(id) && !known.has(id) && !first.has(id))
    this.#ids = [...first, ...kept, ...added.map(({ id }) => id)]
    this.#seen = new Map(runs.map(({ id, status }) => [id, status]))
  }

  /** As the lab does: the runs in the order given, before another one or last. */
  move(runIds: readonly string[], before: string | null): void {
    const moving = new Set(runIds)
    const others = this.#ids.filter((id) => !moving.has(id))
    const at = before === null ? others.length : others.indexOf(before)
    this.#ids = [...others.slice(0, at), ...runIds, ...others.slice(at)]
  }

  /** The run before which `id` has to go to be `by` places further on; undefined where it cannot. */
  neighbour(id: string, by: -1 | 1): string | null | undefined {
    const at = this.#ids.indexOf(id)
    if (at === -1 || at + by < 0 || at + by >= this.#ids.length) return undefined
    return by === -1 ? this.#ids[at - 1] : (this.#ids[at + 2] ?? null)
  }
}
