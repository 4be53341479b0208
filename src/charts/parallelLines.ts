import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { message } from '../locales/message.ts'
import type { ChartOptions } from './frame.ts'
import { gradeColour } from './sequential.ts'
import { ellipsis, fontStack, textWidth, themes } from './theme.ts'
import { axisTicks, tickFormat, type Scale } from './ticks.ts'

/** A setting, or what the lines are judged by. */
export interface ParallelAxis {
  id: string
  title: string
  scale: Scale
  low: number
  high: number
  /** Of values that are no numbers: the k-th lies at k. */
  names?: readonly string[] | undefined
}

export interface ParallelLine {
  /** A value an axis; null where it has no such setting or, on the last axis, no result. */
  values: readonly (number | null)[]
  /** 1 is the best of all lines, 0 the worst; null diverged. */
  grade: number | null
}

export type Brush = readonly [low: number, high: number]

export interface ParallelOptions extends ChartOptions {
  /** Shares of an axis between which a line must lie, by axis id; below 0 lies what has no value there. */
  brushes?: ReadonlyMap<string, Brush>
}

/** Pixels between axes; of more axes than fit the last ones, which matter most, are kept. */
const leastSpacing = 92
const margins = { top: 62, bottom: 62, side: 56 }
/** Between a tick's text and its axis. */
const nameGap = 7
/** Lines through one of so few values are fanned out over a part of the axis, always the same way, so that they can be counted. */
const fewValues = 12
const spreadShare = 0.05
/** Where a line crosses an axis on which it has no value, as a share of its length. */
export const noValue = -0.09

export interface ParallelPlaces {
  /** The axes that are drawn, from left to right, and where. */
  shown: readonly { index: number; x: number }[]
  top: number
  height: number
}

export function parallelPlaces(axes: readonly ParallelAxis[], width: number, height: number): ParallelPlaces {
  const fitting = Math.max(2, 1 + Math.floor((width - 2 * margins.side) / leastSpacing))
  const kept = axes.map((_, index) => index).slice(-fitting)
  const left = roomForNames(axes[kept[0] ?? 0]?.names ?? [], width)
  const room = width - left - margins.side
  return {
    shown: kept.map((index, k) => ({
      index,
      x: left + (kept.length < 2 ? room / 2 : (room * k) / (kept.length - 1)),
    })),
    top: margins.top,
    height: height - margins.top - margins.bottom,
  }
}

/** Names stand left of their axis: of the first one they have no other axis' room, and get up to a fifth of the width. */
function roomForNames(names: readonly string[], width: number): number {
  const widest = Math.max(0, ...names.map((name) => textWidth(name, 11)))
  return Math.max(margins.side, Math.min(widest + nameGap + 4, width / 5))
}

/** Where a value lies on its axis: 0 at the lower end, 1 at the upper one. */
export function shareOnAxis({ scale, low, high, names }: ParallelAxis, value: number | null): number {
  if (value === null) return noValue
  if (names) return (value + 0.5) / names.length
  if (!(high > low)) return 0.5
  return scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
}

export function isBrushed(
  line: ParallelLine,
  axes: readonly ParallelAxis[],
  brushes: ReadonlyMap<string, Brush>,
): boolean {
  return axes.every((axis, index) => {
    const brush = brushes.get(axis.id)
    if (!brush) return true
    const share = shareOnAxis(axis, line.values[index] ?? null)
    return share >= brush[0] - 1e-9 && share <= brush[1] + 1e-9
  })
}

/**
 * A line a run through its settings to its result: coloured by result, fainter the more there are, the best tenth on top.
 * @param axes in the order of their importance, the result last
 */
export function parallelLines(
  lines: readonly ParallelLine[],
  axes: readonly ParallelAxis[],
  options: ParallelOptions,
): EChartsOption {
  const { width, height, locale, brushes = new Map<string, Brush>(), title } = options
  const theme = themes[options.theme]
  const { shown, top, height: length } = parallelPlaces(axes, width, height)
  const inside = lines.map((line) => isBrushed(line, axes, brushes))
  const count = inside.filter(Boolean).length
  const faint = Math.max(0.1, Math.min(0.75, 9 / Math.sqrt(Math.max(1, count)) ** 1.3))
  const pixel = (share: number): number => top + length * (1 - share)
  const best = bestTenth(lines, inside)
  const many = best.size > 20
  const spread = axes.map((_, index) =>
    lines.length > 20 && new Set(lines.map(({ values }) => values[index])).size <= fewValues
      ? spreadShare
      : 0,
  )
  const order = [...lines.keys()].sort(
    (a, b) =>
      Number(inside[a]) - Number(inside[b]) ||
      Number(best.has(a)) - Number(best.has(b)) ||
      (lines[a]?.grade ?? -1) - (lines[b]?.grade ?? -1),
  )
  const text = (content: string, x: number, y: number, more: object = {}) => ({
    type: 'text' as const,
    x,
    y,
    silent: true,
    style: {
      text: content,
      fill: theme.quiet,
      fontSize: 11,
      fontFamily: fontStack,
      align: 'center' as const,
      verticalAlign: 'middle' as const,
      ...more,
    },
  })
  const halo = { stroke: theme.background, lineWidth: 3 }
  const renderLines: CustomSeriesRenderItem = (params) => {
    if (params.dataIndexInside !== 0) return null
    return {
      type: 'group',
      silent: true,
      children: order.flatMap((index) => {
        const line = lines[index] as ParallelLine // of the same length
        const points = shown.map(({ index: axis, x }) => [
          x,
          pixel(
            shareOnAxis(axes[axis] as ParallelAxis, line.values[axis] ?? null) +
              (spread[axis] as number) * (((index * 0.618034 + axis * 0.37) % 1) - 0.5),
          ),
        ])
        const isIn = inside[index] === true
        const isBest = best.has(index)
        return [
          {
            type: 'polyline' as const,
            shape: { points },
            style: {
              fill: 'none',
              stroke: !isIn
                ? theme.grid
                : line.grade === null
                  ? theme.bad
                  : gradeColour(options.theme, line.grade),
              lineWidth: isIn && isBest && !many ? 1.75 : 1,
              opacity: !isIn ? 0.35 : isBest ? (many ? 0.55 : 0.95) : faint,
              ...(line.grade === null && { lineDash: [3, 3] }),
            },
          },
        ]
      }),
    }
  }
  const spacing = shown.length > 1 ? (shown[1]?.x ?? 0) - (shown[0]?.x ?? 0) : width
  const renderAxes: CustomSeriesRenderItem = (params) => {
    if (params.dataIndexInside !== 0) return null
    return {
      type: 'group',
      silent: true,
      children: shown.flatMap(({ index, x }, place) => {
        const axis = axes[index] as ParallelAxis // one of these
        const isResult = index === axes.length - 1
        const anyMissing = lines.some(({ values }) => (values[index] ?? null) === null)
        const ticks = axis.names
          ? [...axis.names.keys()]
          : axisTicks(axis.low, axis.high, axis.scale, Math.max(3, Math.floor(length / 60)))
        const nameRoom = place === 0 ? x - nameGap - 2 : spacing - 16
        const format = axis.names
          ? (value: number) => ellipsis(axis.names?.[value] ?? '', nameRoom, 11)
          : tickFormat(ticks)
        const isLast = place === shown.length - 1
        return [
          {
            type: 'line' as const,
            shape: { x1: x, y1: top, x2: x, y2: top + length },
            style: { stroke: theme.text, lineWidth: isResult ? 2 : 1 },
          },
          ...ticks.flatMap((tick) => {
            const y = pixel(shareOnAxis(axis, tick))
            return [
              {
                type: 'line' as const,
                shape: { x1: x - 4, y1: y, x2: x, y2: y },
                style: { stroke: theme.text, lineWidth: 1 },
              },
              text(format(tick), isLast ? x + 8 : x - nameGap, y, {
                align: isLast ? 'left' : 'right',
                fill: theme.text,
                ...halo,
              }),
            ]
          }),
          ...(anyMissing
            ? [
                text(
                  isResult ? message(locale, 'status.diverged') : message(locale, 'chart.parallel.none'),
                  x,
                  pixel(noValue) + 12,
                  { fill: isResult ? theme.bad : theme.quiet, ...halo },
                ),
              ]
            : []),
          text(ellipsis(axis.title, spacing - 6), isLast ? width - 6 : x, top - 24, {
            fill: theme.text,
            ...(isLast && { align: 'right' }),
            fontSize: 12,
            fontWeight: isResult ? 'bold' : 'normal',
          }),
          ...(axis.scale === 'log' ? [text('log', x, top - 10, { fontSize: 10 })] : []),
        ]
      }),
    }
  }
  const hiddenAxes = axes.length - shown.length
  const noteParts = [
    message(locale, 'chart.parallel.note', { count: lines.length }),
    ...(count < lines.length
      ? [message(locale, 'chart.parallel.brushed', { count, total: lines.length })]
      : []),
    ...(hiddenAxes > 0 ? [message(locale, 'chart.parallel.hidden', { count: hiddenAxes })] : []),
  ]
  const still = { silent: true, animation: false, type: 'custom' as const, coordinateSystem: undefined }
  const note = noteParts.join(' · ')
  return {
    animation: false,
    textStyle: { fontFamily: fontStack, fontSize: 12, color: theme.text },
    grid: { left: margins.side, right: margins.side, top, bottom: margins.bottom, outerBoundsMode: 'none' },
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    graphic: [
      ...(title
        ? [text(title, 4, 12, { align: 'left', fill: theme.text, fontSize: 15, fontWeight: 'bold' })]
        : []),
      text(ellipsis(note, width - (title ? textWidth(title, 15) : 0) - 16), width - 6, 10, {
        align: 'right',
        fontSize: 12,
      }),
    ],
    series: [
      { ...still, name: 'lines', z: 2, clip: false, data: [[0, 0]], renderItem: renderLines },
      { ...still, name: 'axes', z: 4, clip: false, data: [[0, 0]], renderItem: renderAxes },
    ],
  } as EChartsOption
}

/** The best tenth of the lines looked at, at least one. */
function bestTenth(lines: readonly ParallelLine[], inside: readonly boolean[]): ReadonlySet<number> {
  const ranked = [...lines.keys()]
    .filter((index) => inside[index] && lines[index]?.grade !== null)
    .sort((a, b) => (lines[b]?.grade ?? 0) - (lines[a]?.grade ?? 0))
  return new Set(ranked.slice(0, Math.max(1, Math.ceil(ranked.length / 10))))
}
