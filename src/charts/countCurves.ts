import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from 'echarts'
import { frame, lineType, scaleFor, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { padded, type Scale } from './ticks.ts'

export interface CountLine {
  label: string
  style: SeriesStyle
  /** Ascending by x; a y that is no number is a gap. */
  points: readonly { x: number; y: number; low: number; high: number }[]
}

export interface CountCurvesOptions extends ChartOptions {
  x: { title: string; scale: Scale; ticks?: readonly number[] }
  y: { title: string; scale: Scale; low?: number; high?: number }
  note?: string
  /** The value holds until the next one. */
  steps?: boolean
}

/** Bands of more lines than this cover one another, so they are fainter. */
const fewBands = 4

/** Lines with bands over a count or a ratio: what tuning is worth, who is nearly the fastest how often. */
export function countCurves(lines: readonly CountLine[], options: CountCurvesOptions): EChartsOption {
  const { note, steps = false, scales } = options
  const points = lines.flatMap((line) => line.points)
  const xs = points.map((point) => point.x)
  const ys = points.flatMap((point) => [point.y, point.low, point.high]).filter(Number.isFinite)
  const x = { ...options.x, scale: scaleFor(scales?.x, options.x.scale, Math.min(...xs)) }
  const y = { ...options.y, scale: scaleFor(scales?.y, options.y.scale, options.y.low ?? Math.min(...ys)) }
  // What is at its worst far above all else must not flatten the rest.
  const ends = points.map((point) => point.y).filter(Number.isFinite)
  const most =
    y.scale === 'log'
      ? Math.min(Math.max(...ys), 30 * Math.min(...ends), 2 * Math.max(...ends))
      : Math.max(...ys)
  const [low, high] =
    y.low !== undefined && y.high !== undefined
      ? [y.low, y.high]
      : ys.length > 0
        ? padded(Math.min(...ys), most, y.scale)
        : [0.1, 1]
  const [left, right] = padded(Math.min(...xs), Math.max(...xs), x.scale, 0.01, 0.01)
  const { theme, option } = frame(options, {
    x: { ...x, low: left, high: right },
    y: { title: y.title, scale: y.scale, low, high },
    ...(note !== undefined && { note }),
    legend: lines,
  })
  const still = { silent: true, animation: false } as const
  const series = lines.flatMap(({ label, style, points: own }): SeriesOption[] => {
    const color = theme.hues[style.hue]
    const corners = own.filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high))
    const renderItem: CustomSeriesRenderItem = (params, api) =>
      params.dataIndexInside === 0
        ? {
            type: 'polygon',
            silent: true,
            shape: {
              points: [
                ...corners.map((point) => api.coord([point.x, Math.min(point.high, high)])),
                ...corners.toReversed().map((point) => api.coord([point.x, Math.min(point.low, high)])),
              ],
            },
            style: { fill: color, opacity: lines.length > fewBands ? 0.05 : 0.15 },
          }
        : null
    const band: SeriesOption = {
      ...still,
      type: 'custom',
      name: `${label} band`,
      z: 1,
      clip: true,
      encode: { x: 0, y: [1, 2] },
      data: corners.map((point) => [point.x, point.low, point.high]),
      renderItem,
    }
    return [
      ...(corners.some((point) => point.high > point.low) ? [band] : []),
      {
        ...still,
        type: 'line',
        name: label,
        z: 3,
        clip: true,
        ...(steps && { step: 'end' as const }),
        symbol: 'none',
        connectNulls: false,
        itemStyle: { color },
        lineStyle: { color, width: 2, type: lineType(style) },
        data: own.map((point) => [
          point.x,
          Number.isFinite(point.y) ? Math.min(point.y, y.scale === 'log' ? high * 1e3 : Infinity) : '-',
        ]),
      },
    ]
  })
  return { ...option, series }
}
