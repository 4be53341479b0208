import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { ellipsis, textWidth } from './theme.ts'
import { thinLine } from './thin.ts'
import { padded, type Scale } from './ticks.ts'

export interface ScheduleSeries {
  label: string
  style: SeriesStyle
  /** Value at index t from 0. */
  values: readonly number[]
}

export interface ScheduleCurveOptions extends ChartOptions {
  per: 'epoch' | 'step'
  yScale?: Scale
  /** A value held for the whole epoch or step, or a line through the values as the tutorial draws it. */
  held?: boolean
  /** The page beside it names the series, in the same styles. */
  unlabelled?: boolean
  /** Ends of the vertical axis, in place of those that fit the values. */
  range?: readonly [number, number]
}

/** Learning rate against epoch or step, for one or several schedules. */
export function scheduleCurve(
  series: readonly ScheduleSeries[],
  options: ScheduleCurveOptions,
): EChartsOption {
  const { per, locale, width, yScale = 'linear', held = false, unlabelled = false } = options
  const shown = series.flatMap(({ values }) =>
    values.filter((value) => Number.isFinite(value) && (yScale === 'linear' || value > 0)),
  )
  const greatest = shown.reduce((high, value) => Math.max(high, value), 0) || 1
  const least = shown.reduce((low, value) => Math.min(low, value), greatest)
  const [low, high] =
    options.range ??
    (yScale === 'log' ? padded(least, greatest, 'log') : [Math.min(0, least), greatest * 1.06])
  const length = series.reduce((most, { values }) => Math.max(most, values.length), 0)
  const direct = !unlabelled && series.length < 6 && series.length > 1 && width >= 560
  const room = Math.min(190, Math.max(0, ...series.map(({ label }) => textWidth(label))) + 4)
  const { theme, plot, option } = frame(options, {
    x: {
      title: message(locale, per === 'epoch' ? 'chart.axis.epoch' : 'chart.axis.step'),
      scale: 'linear',
      low: 0,
      high: Math.max(1, held ? length : length - 1),
      // Half an epoch is no place where a held rate changes.
      ...(held && length <= 8 && { ticks: Array.from({ length: length + 1 }, (_, t) => t) }),
    },
    y: { title: message(locale, 'chart.axis.learningRate'), scale: yScale, low, high },
    legend: series.length > 1 && !unlabelled ? series : [],
    right: direct ? room + 20 : 18,
  })
  const lines = series.map(({ label, style, values }): SeriesOption => {
    const color = theme.hues[style.hue]
    const index = Array.from(values, (_, t) => t)
    const kept = thinLine(index, values, {
      count: Math.floor(plot.width),
      low: 0,
      high: Math.max(1, length - 1),
    })
    const data = kept.map((t) => [t, values[t] as number])
    if (held && data.length > 0) data.push([length, (data.at(-1) as number[])[1] as number])
    return {
      type: 'line',
      name: label,
      silent: true,
      animation: false,
      symbol: style.marker,
      showSymbol: values.length <= 40 && !held,
      symbolSize: 5,
      ...(held && { step: 'end' as const }),
      lineStyle: { color, width: 2, type: lineType(style), cap: 'butt' },
      itemStyle: { color },
      data,
      ...(direct && {
        endLabel: {
          show: true,
          formatter: () => ellipsis(label, room),
          color: theme.text,
          textBorderColor: theme.background,
          textBorderWidth: 2,
          fontSize: 12,
          distance: 8,
        },
        labelLayout: { moveOverlap: 'shiftY' as const },
      }),
    }
  })
  return { ...option, series: lines }
}
