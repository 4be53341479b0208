/**
 * Chance that a value of `xs` is below one of `ys`, drawn independently, a tie counting half (Mann–Whitney's U over n·m).
 * With losses that is the probability of improvement of Agarwal et al. 2021 (rliable). Infinity is worse than every number
 * and ties with itself.
 * @throws RangeError for no values
 */
export function probabilityBelow(xs: readonly number[], ys: readonly number[]): number {
  if (xs.length === 0 || ys.length === 0) throw new RangeError('A probability of no values is not a number.')
  let halves = 0
  for (const x of xs) for (const y of ys) halves += x < y ? 2 : x === y ? 1 : 0
  return halves / (2 * xs.length * ys.length)
}
