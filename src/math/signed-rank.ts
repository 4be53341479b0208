/** Wilcoxon's signed-rank test. */
export interface SignedRank {
  /** Sums of the mid-ranks of the differences above and below zero. */
  positive: number
  negative: number
  /** Differences that are not zero: those that are say nothing and are left out, as Wilcoxon did. */
  n: number
  /** Two-sided, exact: every assignment of signs is counted, tied ranks included. */
  p: number
}

/**
 * Exact for any number of ties, which the usual tables and normal approximations are not: mid-ranks are halves, so their
 * doubles are integers and the distribution of their sum is counted by a convolution.
 * @param differences finite, or ±Infinity where one side has no number at all and the other has; equal sizes tie
 * @throws RangeError for NaN
 */
export function signedRank(differences: readonly number[]): SignedRank {
  if (differences.some(Number.isNaN)) throw new RangeError('A difference of NaN has no rank.')
  const kept = differences.filter((difference) => difference !== 0)
  const n = kept.length
  const order = kept
    .map((difference) => ({ size: Math.abs(difference), isPositive: difference > 0 }))
    .sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0))
  const doubled: number[] = []
  for (let from = 0; from < n;) {
    let to = from + 1
    while (to < n && order[to]?.size === order[from]?.size) to++
    for (let i = from; i < to; i++) doubled.push(from + to + 1)
    from = to
  }
  const total = n * (n + 1)
  const positive = doubled.reduce((sum, rank, i) => (order[i]?.isPositive ? sum + rank : sum), 0)
  return {
    positive: positive / 2,
    negative: (total - positive) / 2,
    n,
    p: twoSided(doubled, positive, total),
  }
}

/** The chance, were every sign a coin's, of a sum at least as far from its middle. */
function twoSided(ranks: readonly number[], sum: number, total: number): number {
  // Shares instead of counts: 2ⁿ is past the largest float64 for a thousand seeds.
  const share = new Float64Array(total + 1)
  share[0] = 1
  let reached = 0
  for (const rank of ranks) {
    reached += rank
    for (let i = reached; i >= 0; i--)
      share[i] = ((share[i] as number) + (i >= rank ? (share[i - rank] as number) : 0)) / 2
  }
  const tail = Math.min(sum, total - sum)
  let p = 0
  for (let i = 0; i <= tail; i++) p += share[i] as number
  return Math.min(1, 2 * p)
}
