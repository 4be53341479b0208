import type { Dimension } from './dimension.ts'

/** How far beyond an end a range is widened. */
const factor = 10

/** What a parameter may be at all. */
export interface Limits {
  readonly min: number
  readonly max: number
  /** The bound itself is not allowed. */
  readonly open?: { readonly min?: boolean; readonly max?: boolean }
}

/**
 * The dimension with a tenth of its lower end, or ten times its upper end, and no further than the limits; of what is
 * uniform in log(1 − x) the distance to 1.
 * @returns null where it cannot be widened on that side
 */
export function widened(dimension: Dimension, end: 'low' | 'high', limits: Limits): Dimension | null {
  const { min, max, open } = limits
  const within = (value: number): number => Math.min(max, Math.max(min, Number(value.toPrecision(12))))
  const isRefused = (value: number): boolean =>
    (value === min && open?.min === true) || (value === max && open?.max === true)
  const further = (value: number): number => within(outwards(value, end) ? value * factor : value / factor)
  if ('values' in dimension) {
    const numbers = dimension.values.filter((value) => typeof value === 'number')
    const own = end === 'low' ? Math.min(...numbers) : Math.max(...numbers)
    const next = further(own)
    if (numbers.length < dimension.values.length || next === own || isRefused(next)) return null
    return { values: end === 'low' ? [next, ...dimension.values] : [...dimension.values, next] }
  }
  if ('logOneMinus' in dimension) {
    const [low, high] = dimension.logOneMinus
    const next =
      end === 'low'
        ? within(Number((1 - (1 - low) * factor).toFixed(12)))
        : Number((1 - (1 - high) / factor).toPrecision(12))
    if (next >= 1 || isRefused(next) || next === (end === 'low' ? low : high)) return null
    return { logOneMinus: end === 'low' ? [next, high] : [low, next] }
  }
  const [low, high] = 'log' in dimension ? dimension.log : dimension.uniform
  const next = further(end === 'low' ? low : high)
  if (isRefused(next) || next === (end === 'low' ? low : high) || ('log' in dimension && next <= 0))
    return null
  const range: [number, number] = end === 'low' ? [next, high] : [low, next]
  return 'log' in dimension ? { log: range } : { uniform: range }
}

/** Away from zero leads out of the range on the upper side of positive numbers and the lower side of negative ones. */
const outwards = (value: number, end: 'low' | 'high'): boolean => (end === 'high' ? value > 0 : value < 0)
