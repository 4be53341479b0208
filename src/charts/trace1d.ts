import type { EChartsOption } from 'echarts'
import { formatInteger } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { clipLine } from './clip.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { thinLine } from './thin.ts'
import { padded } from './ticks.ts'

export interface Trace1d {
  label: string
  style: SeriesStyle
  /** The x visited, the start first. */
  points: readonly number[]
}

export interface Trace1dOptions extends ChartOptions {
  f: (x: number) => number
  /** Range of x; by default what the traces visit, and as much to the other side of 0 as the tutorial shows. */
  range?: readonly [number, number]
  xTitle?: string
  yTitle?: string
  /** In place of the count of steps. */
  note?: string
  /** With one trace, too. */
  legend?: boolean
}

/** A function of one variable with one or more traces walking on it. */
export function trace1d(traces: readonly Trace1d[], options: Trace1dOptions): EChartsOption {
  const { f, width, locale } = options
  const finite = traces.flatMap(({ points }) =>
    points.filter((x) => Number.isFinite(x) && Number.isFinite(f(x))),
  )
  const reach = Math.max(0.01, ...finite.map(Math.abs))
  const [from, to] = options.range ?? [-reach, reach]
  const samples = Math.max(200, Math.floor(width) * 2)
  const x = Float64Array.from({ length: samples + 1 }, (_, i) => from + ((to - from) * i) / samples)
  const y = x.map(f)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of y) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (!(high >= low)) [low, high] = [0, 1]
  const [bottom, top] = padded(low, high, 'linear', 0.05, 0.06)
  const inside = (value: number) => value >= from && value <= to && f(value) >= bottom && f(value) <= top
  const outside = traces.reduce(
    (count, { points }) => count + points.filter((value) => !inside(value)).length,
    0,
  )
  const { theme, option } = frame(options, {
    x: { title: options.xTitle ?? 'x', scale: 'linear', ...widened(from, to) },
    y: { title: options.yTitle ?? 'f(x)', scale: 'linear', low: bottom, high: top },
    note: [
      ...(options.note ? [options.note] : traces.length === 1 ? [stepsTaken(traces[0], locale)] : []),
      ...(outside > 0 ? [message(locale, 'chart.trace.outside', { count: formatInteger(outside) })] : []),
    ].join(' · '),
    legend: (options.legend ?? traces.length > 1) ? traces : [],
  })
  const still = { silent: true, animation: false, emphasis: { disabled: true } } as const
  return {
    ...option,
    series: [
      {
        ...still,
        type: 'line',
        name: 'f',
        z: 2,
        showSymbol: false,
        lineStyle: { color: theme.contour, width: 1.5 },
        itemStyle: { color: theme.contour },
        data: thinLine(x, y, { count: Math.floor(width), low: from, high: to }).map((i) => [
          x[i] as number,
          y[i] as number,
        ]),
      },
      ...traces.map(({ label, style, points }) => {
        const color = theme.hues[style.hue]
        return {
          ...still,
          type: 'line' as const,
          name: label,
          z: 4,
          symbol: style.marker,
          symbolSize: 8,
          showSymbol: true,
          showAllSymbol: true as const,
          clip: true,
          lineStyle: { color, width: 1.5, type: lineType(style) },
          itemStyle: { color, borderColor: theme.background, borderWidth: 1 },
          data: traceData(
            points.map((value): [number, number] => [value, f(value)]),
            [from, to],
            [bottom, top],
            startLabel(locale, theme, labelSide(points, f, to - 0.15 * (to - from))),
          ),
        }
      }),
    ],
  }
}

function stepsTaken(trace: Trace1d | undefined, locale: ChartOptions['locale']): string {
  return message(locale, 'chart.trace.steps', { count: Math.max(0, (trace?.points.length ?? 1) - 1) })
}

/** Room for the half of a marker that stands on the edge. */
function widened(low: number, high: number) {
  const [from, to] = padded(low, high, 'linear', 0.02, 0.02)
  return { low: from, high: to }
}

/** The points of a trace for a line series that shows this window, the first with a label. */
export function traceData(
  points: readonly (readonly [number, number])[],
  x: readonly [number, number],
  y: readonly [number, number],
  label: object,
) {
  const finite = points.filter((point) => point.every(Number.isFinite))
  return clipLine(finite, padded(...x, 'linear', 0.1, 0.1), padded(...y, 'linear', 0.1, 0.1)).map(
    (drawn) => ({
      value: drawn === null ? ['-', '-'] : [...drawn.value],
      ...(drawn?.index == null && { symbol: 'none' }),
      ...(drawn?.index === 0 && { label }),
    }),
  )
}

/** Right of the start where the trace rises above it and there is room up to `limit`, else above. */
function labelSide(points: readonly number[], f: (x: number) => number, limit: number): 'top' | 'right' {
  const [start = limit] = points
  return start < limit && points.some((x) => f(x) > f(start)) ? 'right' : 'top'
}

export function startLabel(
  locale: ChartOptions['locale'],
  theme: { text: string; background: string },
  /** The side that the trace leaves free. */
  position: 'top' | 'bottom' | 'right',
) {
  return {
    show: true,
    formatter: () => message(locale, 'chart.trace.start'),
    position,
    color: theme.text,
    textBorderColor: theme.background,
    textBorderWidth: 2,
    fontSize: 12,
  }
}
