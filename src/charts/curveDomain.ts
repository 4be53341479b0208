import type { Curve, SeriesAverage } from './average.ts'
import { padded, type Scale } from './ticks.ts'

/** The interval of x that shows every curve that is drawn. */
export function xDomain(averages: readonly SeriesAverage[], scale: Scale, raw: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  // Seeds that are not drawn need no room; without a mean, they are.
  for (const { curves, x: mean } of averages)
    for (const x of raw || mean.length === 0 ? curves.map((curve) => curve.x) : [mean]) {
      // They ascend.
      let first = 0
      while (scale === 'log' && first < x.length && !((x[first] as number) > 0)) first++
      if (first >= x.length) continue
      low = Math.min(low, x[first] as number)
      high = Math.max(high, x[x.length - 1] as number)
    }
  if (!(high > low)) return scale === 'log' ? [0.1, 1] : [0, Math.max(1, high)]
  return scale === 'log' ? padded(low, high, 'log', 0.02, 0.02) : [Math.min(0, low), high]
}

/** Room for every mean, band and finished seed within x; a diverged run decides it only when there is nothing else. */
export function yDomain(
  averages: readonly SeriesAverage[],
  scale: Scale,
  [from, to]: readonly [number, number],
): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const include = (value: number) => {
    if (!Number.isFinite(value) || (scale === 'log' && !(value > 0))) return
    if (value < low) low = value
    if (value > high) high = value
  }
  const scan = (ended: boolean) => {
    for (const { curves } of averages)
      for (const curve of curves) {
        if (curve.diverged !== ended) continue
        const [least, greatest] = extent(curve, scale, from, to)
        include(least)
        include(greatest)
      }
  }
  scan(false)
  const alone = !(high > Number.NEGATIVE_INFINITY)
  if (alone) scan(true)
  for (const { x, high: upper, low: lower, n } of averages)
    if (n > 1)
      for (let i = firstAt(x, from); i < x.length && (x[i] as number) <= to; i++) {
        // A band that reaches far beyond the seeds themselves would flatten every curve; it is cut at the edge.
        if ((upper[i] as number) < high * 1.5) include(upper[i] as number)
        if ((lower[i] as number) > low * 0.7) include(lower[i] as number)
      }
  if (!(high > Number.NEGATIVE_INFINITY)) return scale === 'log' ? [0.1, 1] : [0, 1]
  const diverged = averages.some(({ curves }) => curves.some((curve) => curve.diverged))
  return padded(low, high, scale, 0.05, diverged && !alone ? 0.14 : 0.05)
}

/** Index of the first of ascending values that is not below a bound. */
function firstAt(values: ArrayLike<number>, bound: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) < bound) low = middle + 1
    else high = middle
  }
  return low
}

/** Ends of whole curves, which are long and looked at again with every frame. */
const wholes = new WeakMap<Curve, Partial<Record<Scale, [number, number]>>>()

/** Least and greatest of a curve's values that the axis can show, from one x to another; crossed where there is none. */
function extent(curve: Curve, scale: Scale, from: number, to: number): [number, number] {
  const { x, y } = curve
  const start = firstAt(x, from)
  const isWhole = start === 0 && (x[y.length - 1] ?? 0) <= to
  const known = isWhole ? wholes.get(curve)?.[scale] : undefined
  if (known) return known
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  for (let i = start; i < y.length && (x[i] as number) <= to; i++) {
    const value = y[i] as number
    if (scale === 'log' && !(value > 0)) continue
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  const found: [number, number] = [least, greatest]
  if (isWhole) wholes.set(curve, { ...wholes.get(curve), [scale]: found })
  return found
}
