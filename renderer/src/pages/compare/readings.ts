import type { SeriesAverage } from '../../../../src/charts/average.ts'
import { nearest, type Interval } from './axes.ts'

/** A series at the cursor: its evaluation point nearest to it. */
export interface Reading {
  readonly x: number
  readonly mean: number
  /** Half of the 95 % interval; null for one seed. */
  readonly half: number | null
}

/** What a series says at x; null where it has no mean or ended clearly before. */
export function readingAt(
  { x, mean, high, n }: SeriesAverage,
  at: number,
  [low, end]: Interval,
): Reading | null {
  const index = nearest(x, at)
  if (index === -1) return null
  const here = x[index] as number
  // Between two points it is the nearer one; behind the last, only while that is close.
  if (at > here && index === x.length - 1 && at - here > 0.02 * (end - low)) return null
  const value = mean[index] as number
  return { x: here, mean: value, half: n > 1 ? (high[index] as number) - value : null }
}

/** The evaluation point of any of the series next to x, for a cursor that the keyboard moves. */
export function nextPoint(
  averages: readonly SeriesAverage[],
  from: number,
  direction: 1 | -1,
): number | null {
  let next: number | null = null
  for (const { x } of averages) {
    const index = nearest(x, from)
    for (const candidate of [index - 1, index, index + 1]) {
      const value = x[candidate]
      if (value === undefined || (value - from) * direction <= Math.abs(from) * 1e-12) continue
      if (next === null || (value - next) * direction < 0) next = value
    }
  }
  return next
}

/** The evaluation point of any of the series that lies nearest to x; null where there are none. */
export function nearestPoint(averages: readonly SeriesAverage[], to: number): number | null {
  let best: number | null = null
  for (const { x } of averages) {
    const value = x[nearest(x, to)]
    if (value !== undefined && (best === null || Math.abs(value - to) < Math.abs(best - to))) best = value
  }
  return best
}
