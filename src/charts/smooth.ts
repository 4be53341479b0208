/**
 * An exponential moving average that follows the axis and not the count of points: what came before fades with the
 * distance on x, measured in the mean distance of two points, so that a curve of evenly spaced points is smoothed as
 * usual and unevenly spaced ones alike. Corrected for its start (as Adam is), so that it begins at the first value.
 * @param strength in [0, 1): what is left of a value one mean distance later; 0 is the curve itself
 */
export function smooth(x: ArrayLike<number>, y: ArrayLike<number>, strength: number): Float64Array {
  const smoothed = new Float64Array(y.length)
  const fade = Math.min(Math.max(0, strength), 0.9999)
  const spacing = y.length > 1 ? ((x[y.length - 1] as number) - (x[0] as number)) / (y.length - 1) : 0
  let sum = 0
  let weight = 0
  let before = x[0] as number
  for (let i = 0; i < y.length; i++) {
    const value = y[i] as number
    if (!Number.isFinite(value)) {
      smoothed[i] = Number.NaN
      continue
    }
    const here = x[i] as number
    const kept = spacing > 0 ? fade ** ((here - before) / spacing) : fade
    before = here
    sum = sum * kept + value
    weight = weight * kept + 1
    smoothed[i] = sum / weight
  }
  return smoothed
}
