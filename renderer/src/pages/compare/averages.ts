import { averageSeries, type SeriesAverage, type XAxis } from '../../../../src/charts/average.ts'
import type { MeasuredRun } from '../../../../src/charts/comparison.ts'
import type { Quantity } from '../../../../src/charts/quantity.ts'

/**
 * Means of series, computed again only where one of their runs changed: a choice of axis, a hidden series or one run
 * that still trains must not cost the others' points.
 */
export class AverageCache {
  #known = new Map<string, { state: string; average: SeriesAverage }>()

  /** @param state changes whenever the runs or their curves do */
  get(key: string, runs: readonly MeasuredRun[], state: string, x: XAxis, quantity: Quantity): SeriesAverage {
    const name = `${quantity}/${x} ${key}`
    const known = this.#known.get(name)
    if (known?.state === state) return known.average
    const average = averageSeries(runs, x, quantity)
    this.#known.set(name, { state, average })
    return average
  }

  /** Forgets series that are no longer compared. */
  keep(keys: ReadonlySet<string>): void {
    for (const name of this.#known.keys())
      if (!keys.has(name.slice(name.indexOf(' ') + 1))) this.#known.delete(name)
  }
}
