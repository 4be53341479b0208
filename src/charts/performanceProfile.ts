import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { formatFixed } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { countCurves } from './countCurves.ts'
import type { ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { fontStack, themes } from './theme.ts'
import type { Scale } from './ticks.ts'

export interface ProfileLine {
  label: string
  style: SeriesStyle
  /** From 0 to 1: the area under ρ. */
  score: number
  /** ρ at τ = 1, wherever it steps up, and at the greatest τ. */
  points: readonly { tau: number; share: number }[]
}

export interface ProfileOptions extends ChartOptions {
  /** Where the curves are read; without it there is no line. */
  tau?: number
  scale?: Scale
  /** What τ is a ratio of: steps on a workload unless it is said. */
  of?: 'steps' | 'time'
  /** What ρ is a share of. */
  problems?: 'workloads' | 'targets'
}

/** ρ(τ) at a τ of the axis. */
export const shareAt = ({ points }: Pick<ProfileLine, 'points'>, tau: number): number =>
  points.findLast((point) => point.tau <= tau * (1 + 1e-12))?.share ?? 0

/** ∫ρ over τ from 1 to that τ, over its length: the score as far as one has read; at τ = 1 it is ρ(1). */
export function scoreUpTo({ points }: Pick<ProfileLine, 'points'>, tau: number): number {
  if (tau <= 1) return points[0]?.share ?? 0
  const area = points.reduce((sum, { tau: from, share }, index) => {
    const to = Math.min(tau, points[index + 1]?.tau ?? tau)
    return to > from ? sum + share * (to - from) : sum
  }, 0)
  return area / (tau - 1)
}

/** Performance profiles (Dolan and Moré 2002): the share of workloads on which a rule is at most τ times slower than the fastest. */
export function performanceProfile(lines: readonly ProfileLine[], options: ProfileOptions): EChartsOption {
  const { locale, tau, scale = 'linear', of = 'steps', problems = 'workloads' } = options
  const theme = themes[options.theme]
  const option = countCurves(
    lines.map(({ label, style, score, points }) => ({
      label: `${label} · ${formatFixed(score, 3)}`,
      style,
      points: points.map((point) => ({ x: point.tau, y: point.share, low: NaN, high: NaN })),
    })),
    {
      ...options,
      steps: true,
      x: { title: message(locale, of === 'time' ? 'chart.axis.ratioTime' : 'chart.axis.ratio'), scale },
      y: {
        title: message(locale, problems === 'targets' ? 'chart.axis.shareTargets' : 'chart.axis.share'),
        scale: 'linear',
        low: 0,
        high: 1.02,
      },
      note: message(locale, 'chart.profile.note'),
    },
  )
  if (tau === undefined) return option
  const renderItem: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    const [x, bottom] = api.coord([tau, 0]) as [number, number]
    const top = (api.coord([tau, 1.02]) as [number, number])[1]
    return {
      type: 'group',
      silent: true,
      children: [
        {
          type: 'line',
          shape: { x1: x, y1: top, x2: x, y2: bottom },
          style: { stroke: theme.text, lineWidth: 1.25, lineDash: [5, 3] },
        },
        ...lines.map((line) => ({
          type: 'circle' as const,
          shape: { cx: x, cy: (api.coord([tau, shareAt(line, tau)]) as [number, number])[1], r: 4.5 },
          style: { fill: theme.hues[line.style.hue], stroke: theme.background, lineWidth: 1.5 },
        })),
        {
          type: 'text',
          x: x + 6,
          y: bottom - 6,
          style: {
            text: `τ = ${formatFixed(tau, 2)}`,
            fill: theme.text,
            fontSize: 12,
            fontFamily: fontStack,
            verticalAlign: 'bottom',
            stroke: theme.background,
            lineWidth: 3,
          },
        },
      ],
    }
  }
  return {
    ...option,
    series: [
      ...(option.series as object[]),
      { type: 'custom', silent: true, animation: false, name: 'tau', z: 6, data: [[tau, 0]], renderItem },
    ],
  }
}
