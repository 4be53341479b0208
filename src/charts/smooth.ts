/**
 * An exponential moving average that follows the axis and not the count of points: the weight of what came before fades
 * with the distance on x, so that unevenly spaced points are smoothed alike. Corrected for its start (as Adam is), so
 * that it begins at the first value.
 * @param strength in [0, 1): 0 is the curve itself
 * @param span the x distance that the strength refers to a thousandth of; by default that between the ends
 */
export function smooth(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  strength: number,
  span = x.length > 0 ? (x[x.length - 1] as number) - (x[0] as number) : 0,
): Float64Array {
  const smoothed = new Float64Array(y.length)
  // The square root spreads the useful strengths over a slider's length.
  const fade = Math.min(Math.sqrt(Math.max(0, strength)), 0.9995)
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
    const kept = span > 0 ? fade ** (((here - before) / span) * 1000) : fade
    before = here
    sum = sum * kept + value
    weight = weight * kept + 1
    smoothed[i] = sum / weight
  }
  return smoothed
}
