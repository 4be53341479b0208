import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, type ChartOptions } from './frame.ts'
import { styleAt } from './palette.ts'
import { mixColours } from './mix.ts'

export interface RateCurveOptions extends ChartOptions {
  /** |1 − ηλ| of each curvature, by name. */
  curves: readonly { label: string; radius: (lr: number) => number }[]
  mostRate: number
  edge: { label: string; lr: number }
  best: { lr: number; radius: number }
  /** Drawn where nothing else shows it: in files. */
  current?: { lr: number; radius: number } | undefined
}

/** The spectral radius of plain gradient descent against its learning rate, one line a curvature. */
export function rateCurve(options: RateCurveOptions): EChartsOption {
  const { locale, curves, mostRate, edge, best, current } = options
  const legend = curves.map(({ label }, i) => ({ label, style: styleAt(i) }))
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.learningRate'), scale: 'linear', low: 0, high: mostRate },
    y: { title: message(locale, 'chart.axis.radius'), scale: 'linear', low: 0, high: 1.5 },
    note: message(locale, 'chart.stability.note'),
    legend: curves.length > 1 ? legend : [],
  })
  const still = { silent: true, animation: false, symbol: 'none' } as const
  const label = {
    show: true,
    color: theme.text,
    textBorderColor: theme.background,
    textBorderWidth: 2,
    fontSize: 12,
  }
  const samples = 240
  const area: SeriesOption = {
    ...still,
    type: 'line',
    name: 'diverges',
    z: 1,
    lineStyle: { opacity: 0 },
    areaStyle: { color: mixColours(theme.background, theme.bad, 0.13), opacity: 1, origin: 'start' },
    data: [
      [edge.lr, 1.5],
      [mostRate, 1.5],
    ],
  }
  const border: SeriesOption = {
    ...still,
    type: 'line',
    name: 'edge',
    z: 2,
    lineStyle: { color: theme.bad, width: 2 },
    data: [
      { value: [edge.lr, 0] },
      {
        value: [edge.lr, 1.5],
        symbol: 'circle',
        symbolSize: 0.1,
        label: {
          ...label,
          formatter: () => edge.label,
          position: 'insideBottomLeft',
          color: theme.bad,
          offset: [6, 20],
        },
      },
    ],
  }
  const one: SeriesOption = {
    ...still,
    type: 'line',
    name: 'one',
    z: 2,
    lineStyle: { color: theme.axis, width: 1, type: [4, 3] },
    data: [
      [0, 1],
      [mostRate, 1],
    ],
  }
  const point = (
    at: { lr: number; radius: number },
    text: string,
    colour: string,
    symbol: string,
  ): SeriesOption => ({
    silent: true,
    animation: false,
    type: 'scatter',
    name: text,
    z: 6,
    symbol,
    symbolSize: 12,
    itemStyle: {
      color: colour,
      opacity: 1,
      ...(symbol === 'circle' && { borderColor: theme.background, borderWidth: 1.5 }),
    },
    label: { ...label, formatter: () => text, position: 'right' },
    data: [[at.lr, at.radius]],
  })
  return {
    ...option,
    series: [
      area,
      border,
      one,
      ...curves.map(({ label: name, radius }, i): SeriesOption => {
        const style = styleAt(i)
        return {
          ...still,
          type: 'line',
          name,
          z: 4,
          clip: true,
          itemStyle: { color: theme.hues[style.hue] },
          lineStyle: {
            color: theme.hues[style.hue],
            width: 2,
            type: style.dash.length === 0 ? 'solid' : [...style.dash],
          },
          data: Array.from({ length: samples + 1 }, (_, k) => {
            const lr = (mostRate * k) / samples
            return [lr, radius(lr)]
          }),
        }
      }),
      point(
        best,
        message(locale, 'chart.stability.best'),
        theme.text,
        'path://M4.3,0h1.4v4.3h4.3v1.4h-4.3v4.3h-1.4v-4.3h-4.3v-1.4h4.3z',
      ),
      ...(current
        ? [point(current, message(locale, 'chart.stability.current'), theme.hues.vermillion, 'circle')]
        : []),
    ],
  }
}
