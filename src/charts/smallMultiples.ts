import type { EChartsOption, SeriesOption } from 'echarts'
import { averageSeries } from './average.ts'
import { xDomain, yDomain } from './curveDomain.ts'
import { lossCurves, type CurveSeries, type LossCurveOptions } from './lossCurves.ts'
import { isAccuracy } from './quantity.ts'
import { message } from '../locales/message.ts'
import { ellipsis, fontStack, themes } from './theme.ts'

export interface Panel {
  title: string
  series: readonly CurveSeries[]
}

export type PanelOptions = Pick<
  LossCurveOptions,
  'width' | 'theme' | 'locale' | 'x' | 'xScale' | 'yScale' | 'quantity' | 'smoothing' | 'xRange' | 'raw'
> & {
  /** Of the whole figure; by default what the rows need. */
  height?: number
}

/** Where a panel lies in the figure, and where its plot does. */
export interface PanelPlace {
  left: number
  top: number
  width: number
  height: number
}

const panelHeight = 176
const leastWidth = 230
const headRoom = 18
/** Over all panels: what their common axis is. */
const titleRoom = 26

/** As many in a row as have room, all of one size. */
export function panelPlaces(count: number, width: number): { places: PanelPlace[]; height: number } {
  const columns = Math.max(1, Math.min(count, Math.floor(width / leastWidth)))
  const each = width / columns
  const places = Array.from({ length: count }, (_, k) => ({
    left: (k % columns) * each,
    top: titleRoom + Math.floor(k / columns) * (panelHeight + headRoom),
    width: each,
    height: panelHeight + headRoom,
  }))
  return { places, height: titleRoom + Math.ceil(count / columns) * (panelHeight + headRoom) }
}

/** A small figure a panel, all on the same axes: what curves on one plot hide behind one another. */
export function smallMultiples(panels: readonly Panel[], options: PanelOptions): EChartsOption {
  const { x, quantity = 'trainLoss', width } = options
  const theme = themes[options.theme]
  const yTitle = message(options.locale, `chart.axis.${quantity}`)
  const { places } = panelPlaces(panels.length, width)
  const xScale = options.xScale ?? 'linear'
  const yScale = isAccuracy(quantity) ? 'linear' : (options.yScale ?? 'log')
  const known = panels.map(({ series }) =>
    series.map((one) => ({ ...one, average: one.average ?? averageSeries(one.runs, x, quantity) })),
  )
  const averages = known.flatMap((series) => series.map(({ average }) => average))
  const runCount = known.reduce(
    (sum, series) => sum + series.reduce((count, { runs }) => count + runs.length, 0),
    0,
  )
  const raw = options.raw ?? runCount <= 60
  const xRange = options.xRange ?? xDomain(averages, xScale, raw)
  const range = yDomain(averages, yScale, xRange)
  const parts = panels.map(({ title }, index) => {
    const place = places[index] as PanelPlace // one each
    const option = lossCurves(known[index] ?? [], {
      ...options,
      xScale,
      yScale,
      quantity,
      raw,
      xRange,
      range: isAccuracy(quantity) ? [Math.max(0, range[0]), Math.min(1, range[1])] : range,
      width: Math.floor(place.width - 8),
      height: panelHeight,
      legend: false,
      directLabels: false,
      note: '',
    })
    return { title, place, option }
  })
  const grids = parts.map(({ option, place }) => {
    const grid = option.grid as { left: number; right: number; top: number; bottom: number }
    const axisHead = 14 // the axis's title stands in the panel's head, once for all
    return {
      left: place.left + grid.left,
      top: place.top + headRoom + grid.top - axisHead,
      width: place.width - 8 - grid.left - grid.right,
      height: panelHeight - grid.top + axisHead - grid.bottom,
      outerBoundsMode: 'none' as const,
    }
  })
  return {
    animation: false,
    textStyle: { fontFamily: fontStack, fontSize: 12, color: theme.text },
    grid: grids,
    xAxis: parts.map(({ option }, gridIndex) => ({ ...(option.xAxis as object), gridIndex })),
    yAxis: parts.map(({ option }, gridIndex) => ({ ...(option.yAxis as object), gridIndex })),
    graphic: [
      {
        type: 'text' as const,
        silent: true,
        x: 4,
        y: 4,
        style: {
          text: yScale === 'log' ? message(options.locale, 'chart.axis.log', { title: yTitle }) : yTitle,
          fill: theme.text,
          fontSize: 12,
          fontFamily: fontStack,
        },
      },
      ...parts.map(({ title, place }) => ({
        type: 'text' as const,
        silent: true,
        x: place.left + 4,
        y: place.top + 4,
        style: {
          text: ellipsis(title, (place.width - 20) / 1.15, 12),
          fill: theme.text,
          fontSize: 12,
          fontWeight: 'bold' as const,
          fontFamily: fontStack,
        },
      })),
    ],
    series: parts.flatMap(({ option }, index) =>
      (option.series as SeriesOption[]).map((one) => ({ ...one, xAxisIndex: index, yAxisIndex: index })),
    ),
  }
}
