import { readFileSync } from 'node:fs'

/** A file of expected numbers, written by the scripts in test/oracle. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as unknown
}

/** |found − expected| relative to the expected number, or to `floor` where that is larger. Not a number is infinitely far. */
export function relativeError(found: number, expected: number, floor = 0): number {
  if (Object.is(found, expected) || found === expected) return 0
  const error = Math.abs(found - expected) / Math.max(Math.abs(expected), floor)
  return Number.isNaN(error) ? Infinity : error
}
