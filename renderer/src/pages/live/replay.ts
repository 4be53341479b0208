import type { QuantityColumns } from '../../../../src/charts/quantity.ts'
import { countUpTo } from './scale.ts'

export type ReplayBy = 'seconds' | 'step'

/** Up to where curves are shown: so many training seconds, or steps, into every run. */
export interface Cutoff {
  readonly by: ReplayBy
  readonly at: number
}

/** What of a curve is shown: its first `count` points, then a share of the way to the next. */
export interface Revealed {
  readonly count: number
  readonly share: number
}

export function reveal(points: Pick<QuantityColumns, ReplayBy>, cutoff: Cutoff | null): Revealed {
  const length = points.step.length
  if (!cutoff) return { count: length, share: 0 }
  const values = points[cutoff.by]
  const count = countUpTo(values, cutoff.at)
  if (count === 0 || count === length) return { count, share: 0 }
  const from = values[count - 1] as number
  const to = values[count] as number
  return { count, share: to > from ? (cutoff.at - from) / (to - from) : 0 }
}

/** How long a replay takes: in so many seconds, or as long as training did. */
export type ReplayLength = number | 'real'

/** Training seconds, or steps, that pass in a second of the replay. */
export function replayRate(end: number, length: ReplayLength, by: ReplayBy): number {
  if (length === 'real' && by === 'seconds') return 1
  return end / (length === 'real' ? 10 : length)
}

/** 1 = as it happened, 0.01 = a hundred times slower; null where it follows steps, which have no pace of their own. */
export function replayPace(end: number, length: ReplayLength, by: ReplayBy): number | null {
  return by === 'seconds' ? replayRate(end, length, by) : null
}

interface Finished {
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** Seconds from the first start to the last end; null where a run has neither. */
export function wallSeconds(runs: readonly Finished[]): number | null {
  let first = Infinity
  let last = -Infinity
  for (const { startedAt, finishedAt } of runs) {
    if (startedAt === null || finishedAt === null) return null
    first = Math.min(first, Date.parse(startedAt))
    last = Math.max(last, Date.parse(finishedAt))
  }
  return last >= first ? (last - first) / 1000 : null
}

/**
 * Whether runs took times that can be compared: of runs as short as this the system's own pauses make one in ten take a
 * hundred times longer, and a replay by time would show nothing but these.
 */
export function isEven(seconds: readonly number[]): boolean {
  const sorted = [...seconds].sort((a, b) => a - b)
  const middle = sorted[sorted.length >> 1] ?? 0
  return middle > 0 && (sorted.at(-1) as number) <= 4 * middle
}
