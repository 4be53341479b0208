import type { Scale } from '../../../../src/charts/ticks.ts'

/** The ends of an axis, in its own unit; above 0 where it is logarithmic. */
export type Range = readonly [low: number, high: number]

export interface Projection {
  toPixel(value: number): number
  toValue(pixel: number): number
}

/** Between values of an axis and pixels; `from` is where `low` lies. */
export function project([low, high]: Range, scale: Scale, from: number, to: number): Projection {
  const start = scale === 'log' ? Math.log(low) : low
  const span = (scale === 'log' ? Math.log(high) : high) - start || 1
  const factor = (to - from) / span
  return scale === 'log'
    ? {
        toPixel: (value) => from + (Math.log(value) - start) * factor,
        toValue: (pixel) => Math.exp(start + (pixel - from) / factor),
      }
    : {
        toPixel: (value) => from + (value - start) * factor,
        toValue: (pixel) => start + (pixel - from) / factor,
      }
}

/** The range seen through a `factor` times narrower window that leaves `at` where it is. */
export function zoomAbout(range: Range, scale: Scale, at: number, factor: number): Range {
  const unit = project(range, scale, 0, 1)
  const share = unit.toPixel(at)
  return [unit.toValue(share - share / factor), unit.toValue(share + (1 - share) / factor)]
}

/** Moved by a share of its length, no further than `limits` where they are given. */
export function shift(range: Range, scale: Scale, share: number, limits?: Range): Range {
  const unit = project(range, scale, 0, 1)
  let by = share
  if (limits) {
    if (by < 0) by = Math.max(by, Math.min(0, unit.toPixel(limits[0])))
    else by = Math.min(by, Math.max(0, unit.toPixel(limits[1]) - 1))
  }
  return [unit.toValue(by), unit.toValue(1 + by)]
}

/** Cut to `limits`; null where nothing is left out, so that the axis follows the data again. */
export function within([low, high]: Range, limits: Range): Range | null {
  const cut: Range = [Math.max(low, limits[0]), Math.min(high, limits[1])]
  if (!(cut[1] > cut[0])) return null
  return cut[0] <= limits[0] && cut[1] >= limits[1] ? null : cut
}

/** How many of the ascending values are not above a bound. */
export function countUpTo(values: ArrayLike<number>, bound: number, length = values.length): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) <= bound) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the ascending value nearest to `at`, −1 where there is none. */
export function nearestTo(values: ArrayLike<number>, at: number, length = values.length): number {
  const after = countUpTo(values, at, length)
  if (after === 0) return length > 0 ? 0 : -1
  if (after === length) return length - 1
  return at - (values[after - 1] as number) <= (values[after] as number) - at ? after - 1 : after
}
