import type { ErrorCode } from '../contract/errors.ts'
import type { RunSummary } from '../experiments/run.ts'

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  diverged: 3,
  data: 4,
  notReproduced: 5,
  interrupted: 130,
} as const

const byError: Partial<Record<ErrorCode, number>> = {
  usage: exitCodes.usage,
  'invalid-value': exitCodes.usage,
  'not-found': exitCodes.usage,
  expression: exitCodes.usage,
  diverged: exitCodes.diverged,
  'data-missing': exitCodes.data,
  'data-damaged': exitCodes.data,
  'download-failed': exitCodes.data,
  'archive-refused': exitCodes.data,
  interrupted: exitCodes.interrupted,
  cancelled: exitCodes.interrupted,
}

export const exitCodeOf = (code: ErrorCode): number => byError[code] ?? exitCodes.failed

/** What became of runs that are over; a failure outweighs an interruption, and both a divergence. */
export function exitCodeOfRuns(runs: readonly Pick<RunSummary, 'status' | 'error'>[]): number {
  const error = runs.find((run) => run.error)?.error
  if (error) return exitCodeOf(error.code)
  const statuses = new Set(runs.map(({ status }) => status))
  if (statuses.has('interrupted') || statuses.has('cancelled')) return exitCodes.interrupted
  return statuses.has('diverged') ? exitCodes.diverged : exitCodes.done
}
