import { quantile, sampleStandardDeviation } from '../math/statistics.ts'

/** Fewer values have no shape worth drawing. */
export const leastForDensity = 10

export interface Density {
  /** Standard deviation of the Gaussian kernel, in the values' unit. */
  bandwidth: number
  x: Float64Array
  /** Of the greatest: 1 at the mode. */
  height: Float64Array
}

/**
 * Gaussian kernel density with Silverman's rule of thumb, 0.9·min(s, IQR/1.34)·n^(−1/5) (Silverman 1986, eq. 3.31). It ends
 * at the least and the greatest value: a tail beyond them was not measured.
 * @returns null for fewer than ten values, and where all are equal
 */
export function densityOf(values: readonly number[], points = 61): Density | null {
  if (values.length < leastForDensity) return null
  const sd = sampleStandardDeviation(values) ?? 0
  const spread = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.34
  const bandwidth = 0.9 * (spread > 0 ? Math.min(sd, spread) : sd) * values.length ** -0.2
  if (!(bandwidth > 0)) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1))
  const height = x.map((at) =>
    values.reduce((sum, value) => sum + Math.exp(-0.5 * ((at - value) / bandwidth) ** 2), 0),
  )
  const most = Math.max(...height)
  return { bandwidth, x, height: height.map((value) => value / most) }
}
