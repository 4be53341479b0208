import { setTimeout as wait } from 'node:timers/promises'

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>

export const sleepFor: Sleep = (milliseconds, signal) =>
  wait(milliseconds, undefined, signal ? { signal } : {})

/**
 * How long to wait after the n-th failure in a row (from 1): doubling, bounded, and between half and all of
 * that, so that many machines that failed together do not come back together.
 */
export function backOffMs(failures: number, firstMs: number, maxMs: number, random: () => number): number {
  const full = Math.min(maxMs, firstMs * 2 ** (failures - 1))
  return full * (0.5 + random() / 2)
}

/** A Retry-After header: seconds, or a date. Undefined when there is none that makes sense. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
