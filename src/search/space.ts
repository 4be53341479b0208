import type { Dimension, Space } from './dimension.ts'

/** A place in a space: for each dimension a number in [0, 1]. */
export type UnitPoint = readonly number[]

/** Values are what is typed, recorded and repeated: four significant digits. */
const digits = 4

/** The value of a dimension at u in [0, 1]; ranges include both ends. */
export function valueAt(dimension: Dimension, u: number): number | boolean | string {
  if ('values' in dimension) {
    const { values } = dimension
    return values[Math.min(values.length - 1, Math.floor(u * values.length))] as number | boolean | string
  }
  const { low, high, toValue } = scaleOf(dimension)
  const value = toValue(low + u * (high - low))
  const [least, most] = endsOf(dimension)
  return Math.min(most, Math.max(least, dimensionDigits(dimension, value)))
}

/** Where in [0, 1] a value lies; of listed values the middle of its share. */
export function unitOf(dimension: Dimension, value: unknown): number {
  if ('values' in dimension) {
    const index = dimension.values.findIndex((one) => one === value)
    return (index + 0.5) / dimension.values.length
  }
  const { low, high, fromValue } = scaleOf(dimension)
  return high === low ? 0.5 : (fromValue(value as number) - low) / (high - low)
}

export function pointAt(space: Space, unit: UnitPoint): Record<string, number | boolean | string> {
  return Object.fromEntries(
    Object.entries(space).map(([name, dimension], i) => [name, valueAt(dimension, unit[i] as number)]),
  )
}

/** Both ends of a range, as values. */
export function endsOf(dimension: Exclude<Dimension, { values: unknown }>): readonly [number, number] {
  if ('log' in dimension) return dimension.log
  if ('uniform' in dimension) return dimension.uniform
  return dimension.logOneMinus
}

interface ScaleOfDimension {
  readonly low: number
  readonly high: number
  readonly toValue: (scaled: number) => number
  readonly fromValue: (value: number) => number
}

/** The scale on which a range is uniform. */
function scaleOf(dimension: Exclude<Dimension, { values: unknown }>): ScaleOfDimension {
  const [least, most] = endsOf(dimension)
  const [toValue, fromValue] =
    'log' in dimension
      ? [(scaled: number) => 10 ** scaled, Math.log10]
      : 'uniform' in dimension
        ? [(scaled: number) => scaled, (value: number) => value]
        : [(scaled: number) => 1 - 10 ** -scaled, (value: number) => -Math.log10(1 - value)]
  return { low: fromValue(least), high: fromValue(most), toValue, fromValue }
}

/** Of β near 1 the digits that count are those of 1 − β. */
function dimensionDigits(dimension: Dimension, value: number): number {
  if (!('logOneMinus' in dimension)) return Number(value.toPrecision(digits))
  const rest = Number((1 - value).toPrecision(digits))
  return Number((1 - rest).toPrecision(12))
}
