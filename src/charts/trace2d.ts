import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { formatInteger } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { contour, contourLevels, sampleGrid } from './contours.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { startLabel, traceData } from './trace1d.ts'

export interface Trace2d {
  label: string
  style: SeriesStyle
  /** [x1, x2] visited, the start first. */
  points: readonly (readonly number[])[]
}

export interface Trace2dOptions extends ChartOptions {
  f: (x1: number, x2: number) => number
  x1: readonly [number, number]
  x2: readonly [number, number]
  /** How many contour lines, or their values. */
  levels?: number | readonly number[]
  /** Levels spaced geometrically above the lowest value, for valleys. */
  logLevels?: boolean
  /** In place of the count of steps. */
  note?: string
  /** Where the minimum is, when it is known. */
  minimum?: readonly [number, number]
  /** Where they are, when there are several. */
  minima?: readonly (readonly number[])[]
  /** With one trace, too. */
  legend?: boolean
}

/** Contour lines of a function of two variables with one or more traces on it. */
export function trace2d(traces: readonly Trace2d[], options: Trace2dOptions): EChartsOption {
  const { f, x1, x2, locale, levels = 15, logLevels = false } = options
  const grid = sampleGrid(f, x1, x2)
  const values = typeof levels === 'number' ? contourLevels(grid, levels, logLevels) : levels
  const contours = values.map((level) => contour(grid, level))
  const inside = ([a, b]: readonly number[]) =>
    a !== undefined && b !== undefined && a >= x1[0] && a <= x1[1] && b >= x2[0] && b <= x2[1]
  const outside = traces.reduce(
    (count, { points }) => count + points.filter((point) => !inside(point)).length,
    0,
  )
  const minima = [...(options.minima ?? []), ...(options.minimum ? [options.minimum] : [])].filter(inside)
  const only = traces.length === 1 ? traces[0] : undefined
  const { theme, option } = frame(options, {
    x: { title: 'x₁', scale: 'linear', low: x1[0], high: x1[1] },
    y: { title: 'x₂', scale: 'linear', low: x2[0], high: x2[1] },
    note: [
      ...(options.note
        ? [options.note]
        : only
          ? [message(locale, 'chart.trace.steps', { count: Math.max(0, only.points.length - 1) })]
          : []),
      ...(outside > 0 ? [message(locale, 'chart.trace.outside', { count: formatInteger(outside) })] : []),
    ].join(' · '),
    legend: (options.legend ?? traces.length > 1) ? traces : [],
  })
  const renderItem: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    return {
      type: 'group',
      silent: true,
      children: contours.flatMap(({ lines }, k) =>
        lines.map((line) => ({
          type: 'polyline' as const,
          shape: { points: line.map((point) => api.coord(point)) },
          style: {
            fill: 'none',
            stroke: theme.contour,
            lineWidth: 1,
            // Higher lines are fainter: the eye is led downhill.
            opacity: 1 - (0.7 * k) / Math.max(1, contours.length - 1),
          },
        })),
      ),
    }
  }
  const still = { silent: true, animation: false, emphasis: { disabled: true } } as const
  return {
    ...option,
    series: [
      {
        silent: true,
        animation: false,
        type: 'custom',
        name: 'contours',
        z: 1,
        clip: true,
        data: [[x1[0], x2[0]]],
        renderItem,
      },
      ...(minima.length > 0
        ? [
            {
              ...still,
              type: 'scatter' as const,
              name: 'minimum',
              z: 5,
              symbol: 'path://M4.3,0h1.4v4.3h4.3v1.4h-4.3v4.3h-1.4v-4.3h-4.3v-1.4h4.3z',
              symbolSize: 11,
              itemStyle: { color: theme.quiet },
              data: minima.map((at) => [...at]),
            },
          ]
        : []),
      ...traces.map(({ label, style, points }) => {
        const color = theme.hues[style.hue]
        return {
          ...still,
          type: 'line' as const,
          name: label,
          z: 4,
          symbol: style.marker,
          symbolSize: points.length > 120 ? 4 : points.length > 40 ? 5 : 7,
          showSymbol: true,
          showAllSymbol: true as const,
          clip: true,
          lineStyle: { color, width: points.length > 120 ? 1 : 1.75, type: lineType(style) },
          itemStyle: { color, borderColor: theme.background, borderWidth: points.length > 120 ? 0 : 1 },
          data: traceData(
            points.map((point): [number, number] => [point[0] as number, point[1] as number]),
            x1,
            x2,
            startLabel(locale, theme, rises(points) ? 'bottom' : 'top'),
          ),
        }
      }),
    ],
  }
}

function rises([start, next]: Trace2d['points']): boolean {
  return (next?.[1] ?? 0) > (start?.[1] ?? 0)
}
