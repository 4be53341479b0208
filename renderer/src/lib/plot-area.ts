import type { EChartsOption } from 'echarts'

/** Pixels of a figure for the numbers on its axes, and back: for what is dragged on it. */
export interface PlotArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  toPixel(x: number, y: number): [number, number]
  /** Pixels outside are brought to the nearest edge. */
  fromPixel(x: number, y: number): [number, number]
}

interface Axis {
  type: 'value' | 'log'
  min: number
  max: number
}

/** The inner rectangle of a figure made by src/charts, whose axes have fixed ends. */
export function plotArea(option: EChartsOption, size: { width: number; height: number }): PlotArea {
  const {
    grid,
    xAxis: x,
    yAxis: y,
  } = option as unknown as {
    grid: { left: number; right: number; top: number; bottom: number }
    xAxis: Axis
    yAxis: Axis
  }
  const width = size.width - grid.left - grid.right
  const height = size.height - grid.top - grid.bottom
  const share = ({ type, min, max }: Axis, value: number): number =>
    type === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
  const value = ({ type, min, max }: Axis, at: number): number => {
    const inside = Math.max(0, Math.min(1, at))
    return type === 'log' ? min * (max / min) ** inside : min + (max - min) * inside
  }
  return {
    left: grid.left,
    top: grid.top,
    width,
    height,
    toPixel: (a, b) => [grid.left + width * share(x, a), grid.top + height * (1 - share(y, b))],
    fromPixel: (a, b) => [value(x, (a - grid.left) / width), value(y, 1 - (b - grid.top) / height)],
  }
}
