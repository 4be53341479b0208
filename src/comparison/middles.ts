import { intervalOf, resamples, type Interval } from '../math/bootstrap.ts'
import { interquartileMean, medianOrInfinity } from '../math/robust.ts'

/** Middles of a series' seeds, diverged ones counted as worse than every number: Infinity says it diverged. */
export interface Middles {
  iqm: number
  median: number
  /**
   * 95 % percentile bootstrap intervals, the series a stratum of its own (Agarwal et al. 2021); null for a single seed.
   * Computed when they are asked for, and once for the same values: a page asks again whenever anything changed.
   */
  intervals: () => Readonly<Record<MiddleName, Interval>> | null
}
export type MiddleName = 'iqm' | 'median'

const known = new Map<string, ReturnType<Middles['intervals']>>()
const mostKnown = 2000

/** @param costs lower is better; Infinity diverged; at least one */
export function middlesOf(costs: readonly number[]): Middles {
  return {
    iqm: interquartileMean(costs),
    median: medianOrInfinity(costs),
    intervals: () => {
      const sorted = Float64Array.from(costs).sort()
      const name = sorted.join()
      let intervals = known.get(name)
      if (intervals === undefined) {
        if (known.size >= mostKnown) known.clear()
        known.set(name, (intervals = sorted.length < 2 ? null : drawn(sorted)))
      }
      return intervals
    },
  }
}

function drawn(sorted: Float64Array): Readonly<Record<MiddleName, Interval>> {
  const n = sorted.length
  const { count, positions } = resamples(n)
  const cut = Math.floor(n / 4)
  const half = Math.floor((n - 1) / 2)
  const iqms = new Float64Array(count)
  const medians = new Float64Array(count)
  // Positions drawn are counted, which sorts them.
  const times = new Uint32Array(n)
  const middle = (from: number, to: number): number => {
    let sum = 0
    let passed = 0
    for (let i = 0; passed < to; i++) {
      const end = passed + (times[i] as number)
      const taken = Math.min(end, to) - Math.max(passed, from)
      if (taken > 0) sum += taken * (sorted[i] as number)
      passed = end
    }
    return sum / (to - from)
  }
  for (let row = 0; row < count; row++) {
    times.fill(0)
    for (let i = row * n; i < (row + 1) * n; i++) {
      const position = positions[i] as number
      times[position] = (times[position] as number) + 1
    }
    iqms[row] = middle(cut, n - cut)
    medians[row] = middle(half, n - half)
  }
  return { iqm: intervalOf(iqms), median: intervalOf(medians) }
}
