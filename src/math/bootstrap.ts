import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { Random } from './random.ts'
import { mean } from './statistics.ts'

/** Bootstrap samples of `n` values: `count` rows of `n` positions each, drawn with replacement. */
export interface Resamples {
  n: number
  count: number
  /** [count × n], row by row. */
  positions: Uint32Array
}

/** What a comparison draws; the seed is printed with its numbers. 5,000 leave an end uncertain by about 2 % of the width. */
export const bootstrapSeed = 0
export const bootstrapCount = 5000

const drawn = new Map<string, Resamples>()

/** Rows for `n` values; `stratum` draws others for what must be resampled on its own. Kept: every pair of a count of seeds shares them. */
export function resamples(n: number, stratum = 0): Resamples {
  const key = `${n} ${stratum}`
  let known = drawn.get(key)
  if (!known) {
    const random = Random.from(bootstrapSeed, 'bootstrap', n, stratum)
    const positions = new Uint32Array(n * bootstrapCount)
    for (let i = 0; i < positions.length; i++) positions[i] = random.integer(n)
    known = { n, count: bootstrapCount, positions }
    // A library of many seed counts must not keep a table for each.
    if (drawn.size >= 16) drawn.clear()
    drawn.set(key, known)
  }
  return known
}

export interface Interval {
  low: number
  high: number
}

/**
 * Percentile interval of any statistic: what rliable uses. For medians, interquartile means and shares, whose jackknife,
 * which BCa needs, is too coarse to trust.
 * @param statistic of the values at the positions given; ±Infinity sorts to its end
 */
export function percentileInterval(
  { n, count, positions }: Resamples,
  statistic: (positions: Uint32Array) => number,
  confidence = 0.95,
): Interval {
  const values = new Float64Array(count)
  for (let row = 0; row < count; row++) values[row] = statistic(positions.subarray(row * n, (row + 1) * n))
  return intervalOf(values, confidence)
}

/** Between the percentiles of what was drawn, which is sorted in place. */
export const intervalOf = (values: Float64Array, confidence = 0.95): Interval =>
  endsOf(values, (1 - confidence) / 2, (1 + confidence) / 2)

/**
 * Bias-corrected and accelerated interval of a mean (Efron 1987; SciPy's default): unlike the percentile interval it
 * follows the skew that differences of losses have. Ties of a resampled with the observed mean count half.
 * @returns both ends at the mean where the values do not vary
 */
export function bcaMeanInterval(
  values: readonly number[],
  { n, count, positions }: Resamples,
  confidence = 0.95,
): Interval {
  const centre = mean(values)
  if (values.every((value) => value === values[0])) return { low: centre, high: centre }
  const means = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[positions[row * n + i] as number] as number
    means[row] = sum / n
  }
  // The jackknife means' distances to their mean are those of the values, over n − 1.
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  // The values in another order have the same mean, but for rounding.
  const rounding = 1e-12 * Math.max(Math.abs(centre), Math.sqrt(squares))
  let halves = 0
  for (const one of means) halves += Math.abs(one - centre) <= rounding ? 1 : one < centre ? 2 : 0
  const bias = normalQuantile(halves / (2 * count), 0, 1)
  const cubes = values.reduce((sum, value) => sum + (value - centre) ** 3, 0)
  const acceleration = cubes / (6 * squares ** 1.5)
  const adjusted = (z: number) => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)), 0, 1)
  const z = normalQuantile((1 - confidence) / 2, 0, 1)
  const [low, high] = [adjusted(z), adjusted(-z)]
  // All means on one side of the observed one: nothing to correct by.
  if (!Number.isFinite(bias)) return endsOf(means, (1 - confidence) / 2, (1 + confidence) / 2)
  return endsOf(means, low, high)
}

function endsOf(values: Float64Array, low: number, high: number): Interval {
  values.sort()
  if (Number.isFinite(values[0]) && Number.isFinite(values.at(-1)))
    return { low: quantileOfSorted(values, low), high: quantileOfSorted(values, high) }
  // Infinity cannot be interpolated towards: the order statistic below and above.
  return {
    low: values[Math.floor(low * (values.length - 1))] as number,
    high: values[Math.ceil(high * (values.length - 1))] as number,
  }
}

function quantileOfSorted(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability
  const below = Math.floor(position)
  const low = sorted[below] as number
  return low + (position - below) * ((sorted[below + 1] ?? low) - low)
}
