import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { styleAt } from './palette.ts'
import { thinLine } from './thin.ts'

/** One layer's norms. */
export interface NormLine {
  readonly label: string
  readonly step: Float64Array
  readonly norm: Float64Array
}

/** Norms of a network's layers against the step, on a log axis: layers differ by orders of magnitude. */
export function normCurves(
  lines: readonly NormLine[],
  options: ChartOptions & { y: string; /** Step of the horizontal axis's end. */ steps: number },
): EChartsOption {
  const positive = lines.flatMap(({ norm }) => [...norm].filter((value) => value > 0 && value < Infinity))
  const low = positive.reduce((a, b) => Math.min(a, b), Infinity)
  const high = positive.reduce((a, b) => Math.max(a, b), 0)
  const styled = lines.map((line, index) => ({ ...line, style: styleAt(index) }))
  const { theme, plot, option } = frame(options, {
    x: { title: message(options.locale, 'chart.axis.step'), scale: 'linear', low: 0, high: options.steps },
    y: {
      title: options.y,
      scale: 'log',
      low: positive.length > 0 ? low / 1.2 : 0.1,
      high: positive.length > 0 ? high * 1.2 : 1,
    },
    legend: styled,
  })
  const columns = { count: Math.max(50, Math.floor(plot.width)), low: 0, high: options.steps }
  return {
    ...option,
    series: styled.map(({ label, style, step, norm }): SeriesOption => {
      const color = theme.hues[style.hue]
      return {
        type: 'line',
        name: label,
        silent: true,
        animation: false,
        symbol: style.marker,
        symbolSize: 5,
        showSymbol: step.length <= 40,
        lineStyle: { color, width: 2, type: lineType(style), cap: 'butt' },
        itemStyle: { color },
        data: thinLine(step, norm, columns)
          .filter((i) => (norm[i] as number) > 0)
          .map((i) => [step[i] as number, norm[i] as number]),
      }
    }),
  }
}
