import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { averageSeries } from './average.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { CurveSeries } from './lossCurves.ts'
import { styleAt, type HueName, type SeriesStyle } from './palette.ts'
import type { Quantity } from './quantity.ts'
import { thinLine } from './thin.ts'

/** How a classifier learns, in one picture. */
export const learningQuantities = [
  'trainLoss',
  'trainAccuracy',
  'testAccuracy',
] as const satisfies readonly Quantity[]

/** Quantities differ by dash and marker; by hue as well, where there is no other series whose hue it would be. */
export function learningStyle(quantity: Quantity, hue: HueName | null): SeriesStyle {
  const own = styleAt(learningQuantities.findIndex((one) => one === quantity))
  return hue === null ? own : { ...own, hue }
}

/** A loss above this leaves the picture: the first batches of a classifier say little. */
const highest = 1.2

/**
 * Training loss and both accuracies of a classifier by epoch, on one scale from 0. One series has a hue a quantity;
 * of several, each has its own hue and each quantity its dash and marker.
 */
export function learningCurves(
  series: readonly (Pick<CurveSeries, 'label' | 'runs'> & Partial<Pick<CurveSeries, 'style'>>)[],
  options: ChartOptions & { note?: string },
): EChartsOption {
  const { locale, note } = options
  const lines = series.flatMap(({ label, runs, style: given }, index) =>
    learningQuantities.map((quantity) => {
      const name = message(locale, `chart.quantity.${quantity}`)
      const hue = series.length === 1 ? null : (given ?? styleAt(index)).hue
      const style = learningStyle(quantity, hue)
      const { x, mean } = averageSeries(runs, 'epoch', quantity)
      return { label: series.length === 1 ? name : `${label} · ${name}`, style, x, y: mean }
    }),
  )
  const epochs = Math.max(
    1,
    ...series.flatMap(({ runs }) => runs.map(({ record }) => record.settings.epochs)),
  )
  const greatest = lines.reduce((high, { y }) => y.reduce((a, b) => Math.max(a, b), high), 1)
  const { theme, plot, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.epoch'), scale: 'linear', low: 0, high: epochs },
    y: {
      title: message(locale, 'chart.axis.lossAndAccuracy'),
      scale: 'linear',
      low: 0,
      high: Math.min(highest, greatest),
    },
    ...(note === undefined ? {} : { note }),
    legend: lines,
  })
  const columns = { count: Math.floor(plot.width), low: 0, high: epochs }
  return {
    ...option,
    series: lines.map(({ label, style, x, y }): SeriesOption => {
      const color = theme.hues[style.hue]
      return {
        type: 'line',
        name: label,
        silent: true,
        animation: false,
        clip: true,
        symbol: style.marker,
        symbolSize: 5,
        showSymbol: y.length <= epochs,
        lineStyle: { color, width: 2, type: lineType(style), cap: 'butt' },
        itemStyle: { color },
        data: thinLine(x, y, columns).map((i) => [x[i] as number, y[i] as number]),
      }
    }),
  }
}
