import normalCdf from '@stdlib/stats-base-dists-normal-cdf'

/** Up to so many values a side the distribution is counted out; beyond, its normal limit is right to three digits. */
const mostCounted = 30

/**
 * Two-sided p of the rank-sum test of Wilcoxon, Mann and Whitney for two samples of equal size. Exact with any number of
 * ties for up to 30 values a side; above, the normal approximation with its corrections for ties and continuity.
 * @param xs and `ys` finite or Infinity, which is above every number and ties with itself
 * @throws RangeError for samples that are empty or differ in size, and for NaN
 */
export function rankSum(xs: readonly number[], ys: readonly number[]): number {
  const n = xs.length
  if (n === 0 || ys.length !== n)
    throw new RangeError(`Two samples of one size are ranked; got ${n} and ${ys.length}.`)
  const all = [...xs.map((value) => ({ value, isX: true })), ...ys.map((value) => ({ value, isX: false }))]
  if (all.some(({ value }) => Number.isNaN(value))) throw new RangeError('NaN has no rank.')
  all.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
  // Mid-ranks are halves, so their doubles are integers.
  const doubled: number[] = []
  let ties = 0
  for (let from = 0; from < all.length;) {
    let to = from + 1
    while (to < all.length && all[to]?.value === all[from]?.value) to++
    for (let i = from; i < to; i++) doubled.push(from + to + 1)
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const sum = doubled.reduce((total, rank, i) => (all[i]?.isX ? total + rank : total), 0)
  const total = all.length * (all.length + 1)
  const tail = Math.min(sum, total - sum)
  return n <= mostCounted ? counted(doubled, n, tail) : approximated(n, (total / 2 - tail) / 2, ties)
}

/** Of all ways to give n of the ranks to one side, twice the share with a sum of at most `tail`. */
function counted(ranks: readonly number[], n: number, tail: number): number {
  // ways[k][s]: choices of k ranks that sum to s; sums above the tail are counted by what they leave of the whole.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(tail + 1))
  ;(ways[0] as Float64Array)[0] = 1
  for (const rank of ranks)
    for (let k = n; k >= 1; k--) {
      const [into, from] = [ways[k] as Float64Array, ways[k - 1] as Float64Array]
      for (let s = tail; s >= rank; s--) into[s] = (into[s] as number) + (from[s - rank] as number)
    }
  const extreme = (ways[n] as Float64Array).reduce((sum, one) => sum + one, 0)
  return Math.min(1, (2 * extreme) / choices(n))
}

/** Ways to choose n of 2n. */
export function choices(n: number): number {
  let product = 1
  for (let i = 1; i <= n; i++) product *= (n + i) / i
  return product
}

/** @param distance of the sum of ranks from its mean */
function approximated(n: number, distance: number, ties: number): number {
  const count = 2 * n
  const variance = ((n * n) / 12) * (count + 1 - ties / (count * (count - 1)))
  if (variance <= 0) return 1
  return Math.min(1, 2 * normalCdf(-(distance - 0.5) / Math.sqrt(variance), 0, 1))
}
