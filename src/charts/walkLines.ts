import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { styleAt } from './palette.ts'
import { padded } from './ticks.ts'

export interface WalkLinesOptions extends ChartOptions {
  /** One line a coordinate: its values from the start on. */
  lines: readonly { label: string; values: readonly number[] }[]
}

/** The coordinates of a walk against its steps: straight in, to and fro, or away. */
export function walkLines(options: WalkLinesOptions): EChartsOption {
  const { locale, lines } = options
  const steps = Math.max(1, ...lines.map(({ values }) => values.length - 1))
  const largest = Math.max(1, ...lines.flatMap(({ values }) => values.map(Math.abs).filter(Number.isFinite)))
  // A walk that flies away leaves the picture, so that its first steps are still seen.
  const reach = Math.min(largest, 12)
  const [low, high] = padded(
    Math.max(-reach, Math.min(0, ...lines.flatMap(({ values }) => values))),
    reach,
    'linear',
    0.08,
    0.08,
  )
  const legend = lines.map(({ label }, i) => ({ label, style: styleAt(i) }))
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.step'), scale: 'linear', low: 0, high: steps },
    y: { title: message(locale, 'chart.axis.coordinate'), scale: 'linear', low, high },
    legend: lines.length > 1 ? legend : [],
  })
  return {
    ...option,
    series: [
      {
        type: 'line',
        name: 'zero',
        silent: true,
        animation: false,
        symbol: 'none',
        z: 1,
        lineStyle: { color: theme.axis, width: 1 },
        data: [
          [0, 0],
          [steps, 0],
        ],
      },
      ...lines.map(({ label, values }, i): SeriesOption => {
        const style = styleAt(i)
        const color = theme.hues[style.hue]
        return {
          type: 'line',
          name: label,
          silent: true,
          animation: false,
          clip: true,
          z: 3,
          symbol: style.marker,
          symbolSize: 4,
          showSymbol: values.length <= 80,
          lineStyle: { color, width: 1.75, type: lineType(style) },
          itemStyle: { color },
          data: values.map((value, k) => [k, Math.max(-1e6, Math.min(1e6, value))]),
        }
      }),
    ],
  }
}

export interface DistanceOptions extends ChartOptions {
  /** Distance to the minimum after each step, the start first. */
  distances: readonly number[]
  /** The factor a step that the spectral radius predicts. */
  radius: number
}

/** How far from the minimum a walk is, on a log axis, with the slope that theory predicts. */
export function distanceLine(options: DistanceOptions): EChartsOption {
  const { locale, distances, radius } = options
  const steps = Math.max(1, distances.length - 1)
  const shown = distances.filter((one) => one > 0 && Number.isFinite(one))
  const first = distances[0] ?? 1
  const low = Math.max(1e-12 * first, Math.min(...shown, first))
  const high = Math.min(1e9 * first, Math.max(...shown, first))
  const [bottom, top] = padded(low, Math.max(high, low * 10), 'log', 0.06, 0.06)
  const predicted = message(locale, 'chart.stability.predicted')
  const walked = message(locale, 'chart.axis.distance')
  const [solid, dashed] = [styleAt(0), { ...styleAt(1), dash: [6, 4] }]
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.step'), scale: 'linear', low: 0, high: steps },
    y: { title: walked, scale: 'log', low: bottom, high: top },
    legend: [
      { label: walked, style: solid },
      { label: predicted, style: dashed },
    ],
  })
  const still = { type: 'line', silent: true, animation: false, symbol: 'none', clip: true } as const
  return {
    ...option,
    series: [
      {
        ...still,
        name: predicted,
        z: 2,
        itemStyle: { color: theme.hues[dashed.hue] },
        lineStyle: { color: theme.hues[dashed.hue], width: 1.5, type: lineType(dashed) },
        data:
          radius > 0
            ? distances.map((_, k) => [k, first * radius ** k]).filter(([, y]) => (y as number) > 1e-300)
            : [],
      },
      {
        ...still,
        name: walked,
        z: 3,
        itemStyle: { color: theme.hues[solid.hue] },
        lineStyle: { color: theme.hues[solid.hue], width: 1.75 },
        data: distances.map((distance, k) => [k, distance > 0 ? Math.min(distance, 1e300) : '-']),
      },
    ],
  }
}
