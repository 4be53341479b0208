import { padded, type Scale } from '../../../../src/charts/ticks.ts'
import type { Range } from './scale.ts'

const ceilings = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12]

/** The next round number that leaves some room: 83 → 100. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = ceilings.find((ceiling) => ceiling * power >= value * 1.02) ?? 12
  return Number((factor * power).toPrecision(12))
}

/**
 * An axis for data that grows: while it does, the axis has room to spare and stays as it is until the data leave it or
 * fill less than half of it, so that the picture stands still; once it has `settled` it fits closely.
 */
export function growingRange(
  current: Range | null,
  low: number,
  high: number,
  scale: Scale,
  settled: boolean,
  rises = false,
): Range {
  if (!(high >= low)) return current ?? (scale === 'log' ? [0.1, 1] : [0, 1])
  const close = padded(low, high, scale, 0.05, 0.06)
  if (settled) return close
  const measure = scale === 'log' ? Math.log : (value: number): number => value
  if (current && (scale === 'linear' || current[0] > 0) && current[0] <= low && current[1] >= high) {
    const share = (measure(high) - measure(low)) / (measure(current[1]) - measure(current[0]))
    if (share > 0.5 || low === high) return current
  }
  // Most of the room is where the data go: losses fall.
  return rises ? padded(low, high, scale, 0.08, 0.2) : padded(low, high, scale, 0.2, 0.08)
}
