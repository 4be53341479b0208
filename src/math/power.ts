import gammaLn from '@stdlib/math-base-special-gammaln'
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { choices } from './rank-sum.ts'

/**
 * Power of the paired t-tests. A test's power is the chance of its statistic given the sample's deviation, averaged over
 * that deviation: S/σ = √(χ²(ν)/ν). Both tests then are one integral over the same density (Owen 1965), which for the
 * difference is the non-central t distribution.
 */

const intervals = 200
/** Of the standard normal, beyond which a density adds nothing to float64. */
const reach = 9

/** E[f(S/σ)] over S² ~ σ²χ²(ν)/ν, by Simpson's rule: the density is smooth. `f` is zero from `end` on. */
function overDeviation(degrees: number, of: (ratio: number) => number, end = Infinity): number {
  const spread = 1 / Math.sqrt(2 * degrees)
  const low = Math.max(0, 1 - reach * spread)
  const high = Math.min(end, 1 + reach * spread)
  if (high <= low) return 0
  const width = (high - low) / intervals
  const logScale = Math.log(2) + (degrees / 2) * Math.log(degrees / 2) - gammaLn(degrees / 2)
  let sum = 0
  for (let i = 0; i <= intervals; i++) {
    const s = low + i * width
    if (s === 0) continue
    const density = Math.exp(logScale + (degrees - 1) * Math.log(s) - (degrees * s * s) / 2)
    sum += (i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2) * density * of(s)
  }
  return (sum * width) / 3
}

/**
 * Chance that the two-sided paired t-test of `n` pairs finds a difference.
 * @param effect true mean difference in standard deviations of the differences
 */
export function differencePower(effect: number, n: number, level: number): number {
  const degrees = n - 1
  const limit = tQuantile(1 - level / 2, degrees)
  const shift = effect * Math.sqrt(n)
  return overDeviation(
    degrees,
    (s) => normalCdf(-limit * s - shift, 0, 1) + normalCdf(shift - limit * s, 0, 1),
  )
}

/**
 * Chance that the two one-sided t-tests of `n` pairs find equivalence.
 * @param effect true mean difference, `margin` the largest that does not matter, both in standard deviations of the
 * differences
 */
export function equivalencePower(effect: number, margin: number, n: number, level: number): number {
  const degrees = n - 1
  const limit = tQuantile(1 - level, degrees)
  const root = Math.sqrt(n)
  return overDeviation(
    degrees,
    (s) =>
      normalCdf((margin - effect) * root - limit * s, 0, 1) -
      normalCdf(-(margin + effect) * root + limit * s, 0, 1),
    // Of a larger deviation the two limits have crossed, and no mean lies between them.
    (margin * root) / limit,
  )
}

/** More pairs than this are not planned for. */
export const mostPairs = 1000

/**
 * The fewest pairs, at least `least`, with which a test has the power wanted; null where `mostPairs` are too few. Power
 * grows with the count of pairs, so it is searched by halving.
 */
export function pairsFor(power: (n: number) => number, wanted: number, least: number): number | null {
  let enough = Math.max(2, least)
  let tooFew = enough - 1
  while (power(enough) < wanted) {
    if (enough >= mostPairs) return null
    tooFew = enough
    enough = Math.min(mostPairs, enough * 2)
  }
  while (enough - tooFew > 1) {
    const middle = (enough + tooFew) >> 1
    if (power(middle) < wanted) tooFew = middle
    else enough = middle
  }
  return enough
}

/**
 * Values a side that the rank-sum test needs (Noether 1987, "Sample size determination for some common nonparametric
 * tests"), and never fewer than those with which its smallest p reaches the level.
 * @param below chance that a value of one side is below one of the other; ½ says nothing
 * @returns null where `mostPairs` are too few
 */
export function rankSumSize(below: number, level: number, power: number): number | null {
  const z = normalQuantile(1 - level / 2, 0, 1) + normalQuantile(power, 0, 1)
  let needed = Math.ceil(z ** 2 / (6 * (below - 0.5) ** 2))
  if (needed > mostPairs) return null
  while (2 / choices(needed) > level) needed++
  return needed
}
