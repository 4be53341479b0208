import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from 'echarts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { mixColours } from './mix.ts'
import { markers, styleAt, type HueName, type SeriesStyle } from './palette.ts'
import { themes, type ChartTheme, type ThemeName } from './theme.ts'

/** What a start can end in, as the legend names it. */
export interface BasinKind {
  label: string
  colour: string
}

export interface BasinMapOptions extends ChartOptions {
  x1: readonly [number, number]
  x2: readonly [number, number]
  /** A canvas that shows the plot's area, one colour a start. */
  image: object
  kinds: readonly BasinKind[]
  minima: readonly (readonly number[])[]
  /** One walk to show on the map. */
  path?: { points: readonly (readonly number[])[]; style: SeriesStyle } | undefined
}

const basinHues: readonly HueName[] = ['blue', 'orange', 'green', 'purple', 'sky', 'vermillion', 'gold']

/** Colour of the minimum at that place in the list, the lowest first: hues in turn, paler from round to round. */
export function basinColour(theme: ThemeName, rank: number): string {
  const { hues, background } = themes[theme]
  const hue = hues[basinHues[rank % basinHues.length] as HueName]
  const round = Math.floor(rank / basinHues.length)
  return mixColours(background, hue, Math.max(0.25, 0.85 - 0.18 * round))
}

/** Colours of starts that end in no minimum, and of those that are not computed yet. */
export function otherColours({ background, quiet, text }: ChartTheme) {
  return {
    wandering: mixColours(background, quiet, 0.35),
    diverged: mixColours(background, text, 0.92),
    notYet: background,
  }
}

/** The plane of starts, each coloured by the minimum that an optimizer ends in from there. */
export function basinMap(options: BasinMapOptions): EChartsOption {
  const { x1, x2, image, kinds, minima, path } = options
  const legend = kinds.map(({ label }) => ({ label, style: styleAt(0) }))
  const { theme, option } = frame(options, {
    x: { title: 'x₁', scale: 'linear', low: x1[0], high: x1[1] },
    y: { title: 'x₂', scale: 'linear', low: x2[0], high: x2[1] },
    legend,
  })
  // Spread as an object: its type is the DOM's, which pure code does not have.
  const picture: object = { image }
  const renderItem: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    const [left, top] = api.coord([x1[0], x2[1]]) as [number, number]
    const [right, bottom] = api.coord([x1[1], x2[0]]) as [number, number]
    return {
      type: 'image',
      silent: true,
      style: { ...picture, x: left, y: top, width: right - left, height: bottom - top },
    }
  }
  const still = { silent: true, animation: false } as const
  const series: SeriesOption[] = [
    { ...still, type: 'custom', name: 'starts', z: 1, clip: true, data: [[x1[0], x2[0]]], renderItem },
    // Named for the legend's sake only.
    ...kinds.map(({ label, colour }): SeriesOption => ({
      ...still,
      type: 'scatter',
      name: label,
      symbol: 'rect',
      itemStyle: { color: colour, opacity: 1 },
      data: [],
    })),
    {
      ...still,
      type: 'scatter',
      name: 'minima',
      z: 4,
      symbol: markers[5] as string,
      symbolSize: 10,
      itemStyle: { color: theme.text, borderColor: theme.background, borderWidth: 1 },
      data: minima.map((point) => [...point]),
    },
  ]
  if (path) {
    const color = theme.text
    series.push(
      ...[4.5, 1.75].map((width, i): SeriesOption => ({
        ...still,
        type: 'line',
        name: `path${i}`,
        z: 5 + i,
        clip: true,
        symbol: 'none',
        lineStyle: { color: i === 0 ? theme.background : color, width, type: lineType(path.style) },
        data: path.points.map((point) => [...point]),
      })),
    )
  }
  return { ...option, series }
}
