import type { EChartsOption } from 'echarts'
import { message, type Locale } from '../locales/message.ts'
import type { SeriesStyle } from './palette.ts'
import { ellipsis, fontStack, textWidth, themes, type ChartTheme, type ThemeName } from './theme.ts'
import { axisTicks, tickFormat, type Scale } from './ticks.ts'

/** What every figure needs to know about the place it is drawn in. */
export interface ChartOptions {
  /** Pixels; legends, ticks and thinning follow them, so a window that is resized asks again. */
  width: number
  height: number
  theme: ThemeName
  locale: Locale
  /** Above the figure, where it stands alone. */
  title?: string
  /** In place of the figure's own choice, where its values allow it. */
  scales?: { x?: Scale; y?: Scale }
}

/** The scale asked for, else the figure's own; never logarithmic for what is not above zero. */
export function scaleFor(wanted: Scale | undefined, own: Scale, least: number): Scale {
  return wanted === 'log' && !(least > 0) ? 'linear' : (wanted ?? own)
}

export interface Axis {
  title: string
  scale: Scale
  low: number
  high: number
  /** Labels of ticks; exact numbers by default. */
  format?: (value: number) => string
  /** Ticks in place of round numbers. */
  ticks?: readonly number[]
}

export interface LegendEntry {
  label: string
  style: SeriesStyle
}

const fontSize = 12
const legendRow = 20

/** A legend in equal columns under the plot; labels are cut where they would leave fewer than two columns. */
function legendLayout(entries: readonly { label: string }[], width: number) {
  if (entries.length === 0) return { height: 0, labelWidth: 0, perRow: 1 }
  const icon = 44
  const widest = Math.max(...entries.map(({ label }) => textWidth(label, fontSize))) + 6
  const least = entries.length > 2 && width >= 360 ? Math.floor(width / 2) - icon : width - icon
  const labelWidth = Math.min(
    widest,
    entries.length > 8 ? Math.max(120, Math.floor(width / 3) - icon) : least,
  )
  const perRow = Math.max(1, Math.min(entries.length, Math.floor((width + 12) / (labelWidth + icon))))
  return { height: Math.ceil(entries.length / perRow) * legendRow + 11, labelWidth, perRow }
}

/** Pixels that a legend of these labels takes under a figure of that width. */
export function legendHeight(labels: readonly string[], width: number): number {
  return legendLayout(
    labels.map((label) => ({ label })),
    width - 8,
  ).height
}

export interface Frame {
  theme: ChartTheme
  option: EChartsOption
  /** Inner rectangle in pixels. */
  plot: { left: number; top: number; width: number; height: number }
}

/**
 * Axes, grid, note and legend that all figures share. The vertical axis's title stands above it, where it reads
 * horizontally; the note (what band and n are) stands at its right.
 */
export function frame(
  { width, height, theme: themeName, locale, title }: ChartOptions,
  parts: {
    x: Axis
    y: Axis
    note?: string
    legend?: readonly LegendEntry[]
    /** Room for direct labels at the right. */
    right?: number
    /** Room for row labels at the left; measured from the ticks otherwise. */
    left?: number
    hideY?: boolean
  },
): Frame {
  const theme = themes[themeName]
  const { x, y, note = '', legend = [] } = parts
  const yTicks =
    y.ticks ?? axisTicks(y.low, y.high, y.scale, Math.max(3, Math.min(8, Math.floor(height / 55))))
  const yFormat = y.format ?? tickFormat(yTicks)
  const left =
    parts.left ?? Math.ceil(Math.max(24, ...yTicks.map((tick) => textWidth(yFormat(tick), fontSize)))) + 14
  const right = parts.right ?? 18
  const layout = legendLayout(legend, width - 8)
  const titled = (part: Axis) =>
    part.scale === 'log' ? message(locale, 'chart.axis.log', { title: part.title }) : part.title
  const titleLines = note && textWidth(note) + textWidth(titled(y)) + 24 > width ? 2 : 1
  const head = title ? 26 : 0
  const top = head + (parts.hideY && !note ? 8 : 14 + titleLines * 17)
  const bottom = 46 + layout.height
  const plot = { left, top, width: width - left - right, height: height - top - bottom }
  const wanted = Math.max(2, Math.min(9, Math.floor(plot.width / 85)))
  const xTicks = x.ticks ?? axisTicks(x.low, x.high, x.scale, wanted)
  const xFormat = x.format ?? tickFormat(xTicks)
  const axis = (part: Axis, ticks: readonly number[], format: (value: number) => string) => ({
    type: part.scale === 'log' ? ('log' as const) : ('value' as const),
    min: part.low,
    max: part.high,
    axisLabel: {
      customValues: [...ticks],
      formatter: (value: number) => format(value),
      color: theme.quiet,
      fontSize,
      fontFamily: fontStack,
      showMinLabel: true,
      showMaxLabel: true,
    },
    axisTick: { show: true, length: 4, lineStyle: { color: theme.axis }, customValues: [...ticks] },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.axis } },
    splitLine: { show: true, lineStyle: { color: theme.grid } },
  })
  const text = (content: string, fill: string, position: object, align: 'left' | 'right' = 'left') => ({
    type: 'text' as const,
    silent: true,
    ...position,
    style: {
      text: content,
      fill,
      fontSize,
      fontFamily: fontStack,
      textAlign: align,
      textVerticalAlign: 'top' as const,
    },
  })
  const heading = (content: string) => {
    const plain = text(ellipsis(content, width - 8, 15), theme.text, { x: 4, y: 4 })
    return { ...plain, style: { ...plain.style, fontSize: 15, fontWeight: 'bold' as const } }
  }
  return {
    theme,
    plot,
    option: {
      animation: false,
      textStyle: { fontFamily: fontStack, fontSize, color: theme.text },
      grid: { left, right, top, bottom, outerBoundsMode: 'none' },
      xAxis: {
        ...axis(x, xTicks, xFormat),
        name: titled(x),
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { color: theme.text, fontSize, fontFamily: fontStack },
      },
      yAxis: parts.hideY
        ? {
            ...axis(y, yTicks, yFormat),
            axisTick: { show: false, customValues: [...yTicks] },
            axisLine: { show: false },
            axisLabel: { show: false },
          }
        : axis(y, yTicks, yFormat),
      graphic: [
        ...(title ? [heading(title)] : []),
        ...(parts.hideY ? [] : [text(titled(y), theme.text, { x: 4, y: head + 4 })]),
        ...(note
          ? [
              text(
                note,
                theme.quiet,
                { x: width - 6, y: head + (parts.hideY ? 4 : 4 + (titleLines - 1) * 17) },
                'right',
              ),
            ]
          : []),
      ],
      ...(legend.length > 0 && {
        legend: {
          left: 0,
          bottom: 5,
          width: width - 8,
          padding: [0, 4],
          itemGap: 8,
          itemWidth: 26,
          itemHeight: 8,
          selectedMode: false,
          data: legend.map(({ label }) => label),
          formatter: (label: string) => ellipsis(label, layout.labelWidth, fontSize),
          textStyle: {
            color: theme.text,
            fontSize,
            fontFamily: fontStack,
            width: layout.labelWidth,
            lineHeight: 12,
          },
        },
      }),
    },
  }
}

/** ECharts' dash for a style. */
export function lineType(style: SeriesStyle): 'solid' | number[] {
  return style.dash.length === 0 ? 'solid' : [...style.dash]
}
