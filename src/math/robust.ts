/**
 * Middles that stay where they are when a few values are far out. Here Infinity is a value: a run that diverged is worse
 * than every number, and enters as such instead of being left out.
 */

/** Mean of what is left when a quarter of the values, rounded down, is cut from either end (rliable's IQM). */
export function interquartileMean(values: readonly number[]): number {
  const sorted = ascending(values)
  const cut = Math.floor(sorted.length / 4)
  const kept = sorted.subarray(cut, sorted.length - cut)
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}

/** Median; of an even count with one infinite middle, that one. */
export function medianOrInfinity(values: readonly number[]): number {
  const sorted = ascending(values)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2
}

function ascending(values: readonly number[]): Float64Array {
  if (values.length === 0)
    throw new RangeError('A middle of no values is not a number; leave it out instead.')
  return Float64Array.from(values).sort()
}
