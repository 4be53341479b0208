import type { ErrorCode } from '../contract/errors.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, diverged: 3, data: 4, interrupted: 130 } as const

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
