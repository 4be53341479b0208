import type { RunSettings } from './settings.ts'

/** The same value with the keys of its objects in alphabetical order, all the way down: equal ones are equal texts. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, canonical(part)]),
  )
}

/** Of runs that differ in their seed alone equal, whatever they are called and in whatever order they were set. */
export const seriesKey = ({ seed: _seed, ...settings }: RunSettings): string =>
  JSON.stringify(canonical(settings))
