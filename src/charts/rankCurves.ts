import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { labelsAtEnds } from './endLabels.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { ellipsis, textWidth } from './theme.ts'

export interface RankLine {
  label: string
  style: SeriesStyle
  /** At each target: 1 is fastest, equals share the mean of their places; null is a miss. */
  ranks: readonly (number | null)[]
}

export interface RankCurveOptions extends ChartOptions {
  /** As they are read, from the easiest to the hardest: each has the same room, however near they lie. */
  targets: readonly string[]
  /** The axis's title. */
  x: string
}

/**
 * Who is first at a target, from easy ones at the left to hard ones at the right. What misses a target lies on a row of
 * its own at the bottom: how late it would have been is not known.
 */
export function rankCurves(lines: readonly RankLine[], options: RankCurveOptions): EChartsOption {
  const { targets, locale, width } = options
  const places = lines.length
  const missed = -(places + 0.9)
  const labelRoom = Math.min(190, Math.max(0, ...lines.map(({ label }) => textWidth(label))) + 4)
  const direct = width >= 560
  const widest = Math.max(...targets.map((text) => textWidth(text))) + 14
  const every = Math.max(
    1,
    Math.ceil((targets.length * widest) / Math.max(1, width - 120 - (direct ? labelRoom : 0))),
  )
  const { theme, option, plot } = frame(options, {
    x: {
      title: options.x,
      scale: 'linear',
      low: -0.3,
      high: targets.length - 0.7,
      ticks: [...targets.keys()].filter((k) => (targets.length - 1 - k) % every === 0),
      format: (k) => targets[k] ?? '',
    },
    y: {
      title: message(locale, 'chart.axis.rank'),
      scale: 'linear',
      low: missed - 0.35,
      high: -0.5,
      ticks: [...Array.from({ length: places }, (_, k) => -(k + 1)), missed],
      format: (value) => (value === missed ? message(locale, 'chart.rank.missed') : String(-value)),
    },
    note: message(locale, 'chart.rank.note'),
    legend: direct ? [] : lines,
    right: direct ? labelRoom + 24 : 18,
  })
  const still = { silent: true, animation: false } as const
  const series = lines.flatMap(({ label, style, ranks }, index): SeriesOption[] => {
    const color = theme.hues[style.hue]
    // Lines on one rank would hide each other.
    const aside = (index - (places - 1) / 2) * Math.min(0.05, 0.4 / places)
    const points = targets.map((_, k) => {
      const rank = ranks[k] ?? null
      return [k, (rank === null ? missed : -rank) - aside]
    })
    return [
      {
        ...still,
        type: 'line',
        name: label,
        z: 3,
        symbol: style.marker,
        symbolSize: 6,
        showSymbol: targets.length <= 24,
        itemStyle: { color },
        lineStyle: { color, width: 2, type: lineType(style) },
        data: points,
      },
    ]
  })
  const share = (value: number): number => (value - (missed - 0.35)) / (-0.5 - (missed - 0.35))
  const ends = lines.map(({ label, style, ranks }, index) => {
    const rank = ranks.at(-1) ?? null
    const aside = (index - (places - 1) / 2) * Math.min(0.05, 0.4 / places)
    return {
      text: ellipsis(label, labelRoom),
      at: plot.height * (1 - share((rank === null ? missed : -rank) - aside)),
      color: theme.hues[style.hue],
    }
  })
  return {
    ...option,
    series: [...series, ...(direct ? [labelsAtEnds(ends, targets.length - 1, -1, plot, theme.text)] : [])],
  }
}
