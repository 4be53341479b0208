import type { EChartsOption } from 'echarts'
import type { ThemeName } from '../../../../src/charts/theme.ts'
import { themes } from '../../../../src/charts/theme.ts'
import { computeFigure, type FigureData } from '../../../../src/figures/compute.ts'
import { drawFigure } from '../../../../src/figures/draw.ts'
import type { Figure } from '../../../../src/figures/figure.ts'
import type { Locale } from '../../../../src/locales/message.ts'
import { toSvg } from '../../lib/echarts.ts'
import { recordedData } from './recorded.ts'

export const thumbnailSize = { width: 360, height: 210 } as const

const dataKnown = new Map<string, Promise<FigureData | null>>()
/** A figure's numbers without waiting for a lab: computed, or of recorded runs. */
export function dataOf(figure: Figure): Promise<FigureData | null> {
  let data = dataKnown.get(figure.id)
  if (!data) {
    data = figure.kind === 'training' ? recordedData(figure) : Promise.resolve(computeFigure(figure))
    dataKnown.set(figure.id, data)
  }
  return data
}

const drawn = new Map<string, string>()
/** The figure as the address of a small picture, drawn once a theme and language. */
export function thumbnail(data: FigureData, theme: ThemeName, locale: Locale): string {
  const key = `${data.figure.id} ${theme} ${locale}`
  let picture = drawn.get(key)
  if (picture === undefined) {
    const option = small(drawFigure(data, { ...thumbnailSize, theme, locale }))
    const svg = toSvg(option, thumbnailSize.width, thumbnailSize.height, themes[theme].background)
    picture = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
    drawn.set(key, picture)
  }
  return picture
}

/** The same drawing without the words that nobody could read at this size: note, legend and titles of axes. */
function small(option: EChartsOption): EChartsOption {
  const bare = { name: '', axisTick: { show: false } }
  const axis = (given: EChartsOption['xAxis']): object => ({
    ...(Array.isArray(given) ? given[0] : given),
    ...bare,
  })
  return {
    ...option,
    graphic: [],
    legend: { show: false },
    grid: { left: 44, right: 16, top: 22, bottom: 26, outerBoundsMode: 'none' },
    xAxis: axis(option.xAxis),
    yAxis: axis(option.yAxis as EChartsOption['xAxis']),
  }
}
