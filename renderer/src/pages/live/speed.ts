interface Mark {
  readonly at: number
  readonly steps: number
}

/** How fast runs move, from what was seen of them in the last seconds. */
export class Speedometer {
  readonly #marks = new Map<string, Mark[]>()
  readonly #overMs: number
  readonly #leastMs: number

  constructor({ overMs = 8000, leastMs = 400 } = {}) {
    this.#overMs = overMs
    this.#leastMs = leastMs
  }

  /** @param at milliseconds of a clock that only moves forwards */
  mark(runId: string, steps: number, at: number): void {
    const before = this.#marks.get(runId) ?? []
    const last = before.at(-1)
    // Taken from an earlier step again: what was seen is of another attempt.
    const kept = last && steps < last.steps ? [] : before.filter((mark) => at - mark.at <= this.#overMs)
    this.#marks.set(runId, [...kept, { at, steps }])
  }

  forget(runId: string): void {
    this.#marks.delete(runId)
  }

  /** Steps a second; null until enough was seen. */
  rate(runId: string): number | null {
    const marks = this.#marks.get(runId) ?? []
    const first = marks[0]
    const last = marks.at(-1)
    if (!first || !last || last.at - first.at < this.#leastMs || last.steps <= first.steps) return null
    return ((last.steps - first.steps) / (last.at - first.at)) * 1000
  }

  secondsLeft(run: { id: string; steps: number; totalSteps: number }): number | null {
    const rate = this.rate(run.id)
    return rate === null ? null : Math.max(0, run.totalSteps - run.steps) / rate
  }
}
