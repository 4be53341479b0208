import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, type ChartOptions } from './frame.ts'
import { mixColours } from './mix.ts'
import { fontStack, textWidth } from './theme.ts'

type Place = readonly [lr: number, momentum: number]

export interface RateMapOptions extends ChartOptions {
  /** Where the spectral radius is at most `level`, nested, the outermost (1, which is the edge) first. */
  levels: readonly { level: number; outline: readonly Place[] }[]
  mostRate: number
  /** The formula of the edge, and a point on it beside which it stands. */
  edge: { label: string; at: Place }
  /** The edge without momentum. */
  plainEdge: number
  best: Place
  /** Drawn where nothing else shows it: in files. */
  current?: Place | undefined
}

/** How fast a rule converges for each learning rate and momentum: filled contours of the spectral radius. */
export function rateMap(options: RateMapOptions): EChartsOption {
  const { locale, levels, mostRate, edge, plainEdge, best, current } = options
  const { theme, option } = frame(options, {
    x: { title: message(locale, 'chart.axis.learningRate'), scale: 'linear', low: 0, high: mostRate },
    y: { title: message(locale, 'chart.axis.momentum'), scale: 'linear', low: 0, high: 1 },
    note: message(locale, 'chart.stability.note'),
  })
  const hue = theme.hues.blue
  const fillOf = (index: number): string =>
    mixColours(theme.background, hue, 0.04 + (0.72 * index) / Math.max(1, levels.length - 1))
  const text = (content: string, at: readonly number[], style: object) => ({
    type: 'text' as const,
    x: at[0] as number,
    y: at[1] as number,
    style: {
      text: content,
      fill: theme.text,
      fontSize: 12,
      fontFamily: fontStack,
      stroke: theme.background,
      lineWidth: 2,
      ...style,
    },
  })
  const renderItem: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    const at = ([lr, momentum]: Place): number[] => api.coord([lr, momentum])
    const [left, bottom] = at([0, 0]) as [number, number]
    const [right, top] = at([mostRate, 1]) as [number, number]
    const [edgeX, edgeY] = at(edge.at) as [number, number]
    const edgeRoom = right - edgeX - 12 > textWidth(edge.label)
    return {
      type: 'group',
      silent: true,
      children: [
        {
          type: 'rect' as const,
          shape: { x: left, y: top, width: right - left, height: bottom - top },
          style: { fill: mixColours(theme.background, theme.bad, 0.13) },
        },
        ...levels.map(({ level, outline }, index) => ({
          type: 'polygon' as const,
          shape: { points: outline.map(at) },
          style: {
            fill: fillOf(index),
            stroke: level === 1 ? 'none' : mixColours(theme.background, hue, 0.9),
            lineWidth: 0.75,
          },
        })),
        {
          type: 'polyline' as const,
          shape: { points: edgeOf(levels[0]?.outline ?? []).map(at) },
          style: { fill: 'none', stroke: theme.bad, lineWidth: 2 },
        },
        {
          type: 'line' as const,
          shape: linePoints(at([plainEdge, 0]), at([plainEdge, 1])),
          style: { stroke: theme.axis, lineWidth: 1, lineDash: [4, 3] },
        },
        ...levels.flatMap(({ level, outline }) => {
          const tip = tipOf(outline)
          if (level === 1 || !tip) return []
          const [x, y] = at(tip) as [number, number]
          // The outermost lie too close under the upper border to be told apart there.
          if (y - top < 9) return []
          return [text(String(level), [x, y], { align: 'center', verticalAlign: 'middle', fontSize: 11 })]
        }),
        text(message(locale, 'chart.stability.plain'), [(at([plainEdge, 0])[0] as number) + 4, bottom - 4], {
          verticalAlign: 'bottom',
          fill: theme.quiet,
        }),
        text(edge.label, [edgeX + (edgeRoom ? 8 : -8), edgeY], {
          align: edgeRoom ? 'left' : 'right',
          verticalAlign: 'middle',
          fill: theme.bad,
        }),
        text(message(locale, 'chart.stability.diverges'), [edgeX + (edgeRoom ? 8 : -8), edgeY + 17], {
          align: edgeRoom ? 'left' : 'right',
          verticalAlign: 'middle',
          fill: theme.bad,
          fontWeight: 'bold',
        }),
        ...mark(at(best), theme.text, theme.background, 'cross'),
        text(message(locale, 'chart.stability.best'), [(at(best)[0] as number) + 9, at(best)[1] as number], {
          verticalAlign: 'middle',
        }),
        ...(current
          ? [
              ...mark(at(current), theme.hues.vermillion, theme.background, 'disc'),
              text(
                message(locale, 'chart.stability.current'),
                [(at(current)[0] as number) + 10, at(current)[1] as number],
                { verticalAlign: 'middle', fontWeight: 'bold' },
              ),
            ]
          : []),
      ],
    }
  }
  return {
    ...option,
    series: [
      {
        type: 'custom',
        name: 'radius',
        silent: true,
        animation: false,
        clip: true,
        z: 1,
        data: [[0, 0]],
        renderItem,
      },
    ],
  }
}

/** The right half of the outermost outline. */
function edgeOf(outline: readonly Place[]): readonly Place[] {
  return outline.slice(outline.length / 2)
}

function linePoints(from: readonly number[], to: readonly number[]) {
  return { x1: from[0] as number, y1: from[1] as number, x2: to[0] as number, y2: to[1] as number }
}

/** The middle of an outline's highest row. */
function tipOf(outline: readonly Place[]): Place | undefined {
  const highest = Math.max(...outline.map(([, momentum]) => momentum))
  const top = outline.filter(([, momentum]) => momentum === highest).map(([lr]) => lr)
  return top.length === 0 ? undefined : [(Math.min(...top) + Math.max(...top)) / 2, highest]
}

function mark(at: readonly number[], colour: string, ground: string, shape: 'cross' | 'disc') {
  const [x, y] = at as [number, number]
  if (shape === 'disc')
    return [
      {
        type: 'circle' as const,
        shape: { cx: x, cy: y, r: 6 },
        style: { fill: colour, stroke: ground, lineWidth: 2 },
      },
    ]
  const bar = (width: number, height: number, fill: string) => ({
    type: 'rect' as const,
    shape: { x: x - width / 2, y: y - height / 2, width, height },
    style: { fill },
  })
  return [bar(14, 4.5, ground), bar(4.5, 14, ground), bar(12, 2, colour), bar(2, 12, colour)]
}
