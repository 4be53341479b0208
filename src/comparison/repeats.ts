import { isDiverged } from '../charts/average.ts'
import type { MeasuredRun } from '../charts/comparison.ts'
import { isFinished } from './outcomes.ts'

/**
 * Runs without repetitions: of equal settings and seed the numbers are equal, so more than one would narrow an interval
 * by nothing learned. The one that ended last stays; one that ended stays before one that did not.
 * @param keyOf equal for runs that repeat one another
 * @returns those kept in their order, and how many were left out
 */
export function withoutRepeats(
  runs: readonly MeasuredRun[],
  keyOf: (run: MeasuredRun) => string,
): { kept: readonly MeasuredRun[]; repeats: number } {
  const kept = new Map<string, MeasuredRun>()
  for (const run of runs) {
    const key = keyOf(run)
    const known = kept.get(key)
    if (!known || isPreferred(run, known)) kept.set(key, run)
  }
  if (kept.size === runs.length) return { kept: runs, repeats: 0 }
  const staying = new Set(kept.values())
  return { kept: runs.filter((run) => staying.has(run)), repeats: runs.length - kept.size }
}

function isPreferred(run: MeasuredRun, known: MeasuredRun): boolean {
  const hasEnded = (one: MeasuredRun) => isFinished(one) || isDiverged(one.record)
  if (hasEnded(run) !== hasEnded(known)) return hasEnded(run)
  return when(run) > when(known)
}

/** ISO times sort as text. */
const when = ({ record }: MeasuredRun): string => record.finishedAt ?? record.startedAt ?? record.createdAt
