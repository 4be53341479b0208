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

/**
 * The same of pairs that are drawn again and again: their order is found once, so a draw of n pairs takes n steps and
 * not n².
 * @param xs the pairs' values, as `ys`, of equal length
 * @returns for the positions of the pairs drawn, the probability among their values
 */
export function resampledBelow(
  xs: readonly number[],
  ys: readonly number[],
): (positions: Uint32Array) => number {
  const values = [...xs, ...ys]
  const order = Uint32Array.from(values.keys()).sort((a, b) =>
    ascending(values[a] as number, values[b] as number),
  )
  const n = xs.length
  const times = new Float64Array(n)
  return (positions) => {
    times.fill(0)
    for (const position of positions) times[position] = (times[position] as number) + 1
    let halves = 0
    let below = 0
    for (let at = 0; at < order.length;) {
      const value = values[order[at] as number]
      let [equalXs, equalYs] = [0, 0]
      for (; at < order.length && values[order[at] as number] === value; at++) {
        const index = order[at] as number
        if (index < n) equalXs += times[index] as number
        else equalYs += times[index - n] as number
      }
      halves += equalYs * (2 * below + equalXs)
      below += equalXs
    }
    return halves / (2 * positions.length ** 2)
  }
}

/** Infinity minus itself is no number. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
