import type { EChartsOption, SeriesOption } from 'echarts'
import { formatExact } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { styleAt } from './palette.ts'

/** `power`: βᵗ, how momentum weighs past gradients; `average`: (1−γ)γᵗ, how a moving average does. */
export type WeightKind = 'power' | 'average'

/** Weight of the gradient t steps ago, for t = 0 … steps − 1. */
export function weightsOf(kind: WeightKind, rate: number, steps: number): number[] {
  // 0⁰ = 1: without momentum the newest gradient still counts.
  return Array.from({ length: steps }, (_, t) => (kind === 'power' ? rate ** t : (1 - rate) * rate ** t))
}

/** The weights for several decay rates. */
export function weightCurves(
  kind: WeightKind,
  rates: readonly number[],
  options: ChartOptions & { steps?: number },
): EChartsOption {
  const { steps = 40, locale } = options
  const symbol = kind === 'power' ? 'β' : 'γ'
  const series = rates.map((rate, index) => ({
    label: `${symbol} = ${formatExact(rate)}`,
    style: styleAt(index),
    values: weightsOf(kind, rate, steps),
  }))
  const greatest = Math.max(0, ...series.flatMap(({ values }) => values))
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.age'), scale: 'linear', low: 0, high: Math.max(1, steps - 1) },
    y: { title: message(locale, 'chart.axis.weight'), scale: 'linear', low: 0, high: greatest * 1.05 || 1 },
    legend: series,
  })
  return {
    ...option,
    series: series.map(({ label, style, values }): SeriesOption => {
      const color = theme.hues[style.hue]
      return {
        type: 'line',
        name: label,
        silent: true,
        animation: false,
        symbol: style.marker,
        symbolSize: 5,
        showSymbol: true,
        lineStyle: { color, width: 2, type: lineType(style), cap: 'butt' },
        itemStyle: { color },
        data: values.map((value, t) => [t, value]),
      }
    }),
  }
}
