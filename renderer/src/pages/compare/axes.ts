import type { EChartsOption } from 'echarts'
import type { Scale } from '../../../../src/charts/ticks.ts'

export type Interval = readonly [low: number, high: number]

interface AxisGeometry {
  readonly scale: Scale
  readonly range: Interval
}

/** Where a figure's plot lies in pixels and what its axes show. */
export interface Geometry {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly x: AxisGeometry
  readonly y: AxisGeometry
}

/** Read from an option that src/charts made: its grid and axis ends are numbers. */
export function geometryOf(option: EChartsOption, width: number, height: number): Geometry {
  const grid = option.grid as { left: number; right: number; top: number; bottom: number }
  const axis = ({ type, min, max }: { type: string; min: number; max: number }): AxisGeometry => ({
    scale: type === 'log' ? 'log' : 'linear',
    range: [min, max],
  })
  return {
    left: grid.left,
    top: grid.top,
    width: width - grid.left - grid.right,
    height: height - grid.top - grid.bottom,
    x: axis(option.xAxis as { type: string; min: number; max: number }),
    y: axis(option.yAxis as { type: string; min: number; max: number }),
  }
}

/** Where a value lies between the axis's ends: 0 at the low one, 1 at the high one. */
export function shareOf({ scale, range: [low, high] }: AxisGeometry, value: number): number {
  return scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
}

export function valueAt({ scale, range: [low, high] }: AxisGeometry, share: number): number {
  return scale === 'log' ? low * (high / low) ** share : low + (high - low) * share
}

/** The part of an axis between two shares of it. */
export function part(axis: AxisGeometry, from: number, to: number): Interval {
  return [valueAt(axis, Math.min(from, to)), valueAt(axis, Math.max(from, to))]
}

/** The interval inside `limits`: cut where it zooms out, pushed back where it was moved out. */
export function within(interval: Interval, limits: AxisGeometry): Interval {
  const [from, to] = [shareOf(limits, interval[0]), shareOf(limits, interval[1])]
  const span = Math.min(1, to - from)
  const start = Math.min(1 - span, Math.max(0, from))
  return part(limits, start, start + span)
}

/** Whether an interval is the whole axis, but for rounding. */
export function isWhole([low, high]: Interval, limits: AxisGeometry): boolean {
  return shareOf(limits, low) < 1e-6 && shareOf(limits, high) > 1 - 1e-6
}

/** Index of the value nearest to `wanted` among ascending ones; −1 for none. */
export function nearest(values: ArrayLike<number>, wanted: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  if (low === 0) return values.length === 0 ? -1 : 0
  if (low === values.length) return low - 1
  return wanted - (values[low - 1] as number) <= (values[low] as number) - wanted ? low - 1 : low
}
