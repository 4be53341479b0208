import type { EChartsOption, SeriesOption } from 'echarts'
import { message } from '../locales/message.ts'
import { clipLine } from './clip.ts'
import { frame, legendHeight, lineType, scaleFor, type ChartOptions } from './frame.ts'
import { divergedMarker, type SeriesStyle } from './palette.ts'
import { axisTicks, padded, type Scale } from './ticks.ts'

/** What one optimizer's tuning found along one parameter. */
export interface SensitivityLine {
  label: string
  style: SeriesStyle
  /** Ascending by x. */
  points: readonly {
    x: number
    /** The metric; null where the trial diverged. */
    y: number | null
    /** Halving stopped it early, so that it can't be compared with the others. */
    isPartial: boolean
  }[]
  chosen: { x: number; y: number } | null
  /** Other parameters change as well: a line through the points would show those. */
  isCloud: boolean
}

export interface SensitivityOptions extends ChartOptions {
  x: { title: string; scale: Scale; low: number; high: number; names?: readonly string[] | undefined }
  y: { title: string; scale: Scale }
}

/** On a log axis losses are shown up to so many times the third quartile: what nearly diverged must not flatten the rest. */
const mostRatio = 3
/** Pixels for each optimizer's row of crosses. */
const crossRow = 7

/**
 * The outcome of tuning against a parameter: a line an optimizer, points where several parameters are searched at once.
 * Diverged trials are crosses in a band on top, a row an optimizer; the chosen ones are diamonds.
 */
export function sensitivity(lines: readonly SensitivityLine[], options: SensitivityOptions): EChartsOption {
  const { locale, width, height, scales } = options
  const values = lines.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])).sort((a, b) => a - b)
  const least = values[0] ?? NaN
  const scale = scaleFor(scales?.y, options.y.scale, least)
  const xScale = options.x.names ? options.x.scale : scaleFor(scales?.x, options.x.scale, options.x.low)
  const greatest = values.at(-1) ?? NaN
  const quartile = values[Math.ceil(values.length * 0.75) - 1] ?? NaN
  const most = scale === 'log' ? Math.min(greatest, quartile * mostRatio) : greatest
  const [low, top] = values.length > 0 ? padded(least, most, scale, 0.05, 0.03) : ([0.1, 1] as const)
  const lost = lines.filter(({ points }) => points.some(({ y }) => y === null))
  const band = lost.length > 0 ? lost.length * crossRow + 8 : 0
  const labels = lines.map(({ label }) => label)
  const plotHeight = Math.max(60, height - 94 - legendHeight(labels, width))
  const share = Math.min(0.6, band / plotHeight)
  /** A height in the picture, 0 at the bottom of the axis and 1 at its end. */
  const toAxis = (value: number): number => (scale === 'log' ? Math.log(value) : value)
  const fromAxis = (value: number): number => (scale === 'log' ? Math.exp(value) : value)
  const whole = (toAxis(top) - toAxis(low)) / (1 - share)
  const high = fromAxis(toAxis(low) + whole)
  const rowAt = (row: number): number =>
    fromAxis(toAxis(top) + ((4 + crossRow * (lost.length - row - 0.5)) / plotHeight) * whole)
  const [xLow, xHigh] = padded(options.x.low, options.x.high, xScale, 0.02, 0.02)
  const { names } = options.x
  const note = [
    message(locale, 'chart.tuning.chosen'),
    ...(lost.length > 0 ? [message(locale, 'chart.tuning.diverged')] : []),
  ].join(' · ')
  const { theme, option } = frame(options, {
    x: {
      title: options.x.title,
      scale: xScale,
      low: xLow,
      high: xHigh,
      ...(names && { ticks: [...names.keys()], format: (value: number) => names[value] ?? '' }),
    },
    // What is above is not of the axis: there are the crosses.
    y: {
      title: options.y.title,
      scale,
      low,
      high,
      ticks:
        values.length === 0
          ? []
          : axisTicks(low, top, scale, Math.max(3, Math.min(7, Math.floor(plotHeight / 55)))),
    },
    note,
    legend: lines,
  })
  const still = { silent: true, animation: false } as const
  const border: SeriesOption = {
    ...still,
    type: 'line',
    name: 'border',
    z: 1,
    symbol: 'none',
    lineStyle: { color: theme.axis, width: 1, type: [2, 3] },
    data: [
      [xLow, top],
      [xHigh, top],
    ],
  }
  /** The line as far as it is in sight; cut in the axes' own measures, in which it is straight. */
  const inside = (line: readonly (readonly [number, number])[]): (number[] | '-')[] => {
    const [toX, fromX] = xScale === 'log' ? [Math.log, Math.exp] : [Number, Number]
    return clipLine(
      line.map(([x, y]) => [toX(x), toAxis(y)]),
      [toX(xLow), toX(xHigh)],
      [toAxis(low), toAxis(top)],
    ).map((point) => (point ? [fromX(point.value[0]), fromAxis(point.value[1])] : '-'))
  }
  return {
    ...option,
    series: [
      ...(band > 0 ? [border] : []),
      ...lines.flatMap(({ label, style, points, chosen, isCloud }): SeriesOption[] => {
        const color = theme.hues[style.hue]
        const whole = points.flatMap(({ x, y, isPartial }): [number, number][] =>
          y === null || isPartial ? [] : [[x, y]],
        )
        const partial = points.flatMap(({ x, y, isPartial }): [number, number][] =>
          y !== null && isPartial && y <= top ? [[x, y]] : [],
        )
        const dots = isCloud ? whole.filter(([, y]) => y <= top) : []
        return [
          {
            ...still,
            type: 'line',
            name: label,
            z: 3,
            symbol: 'none',
            connectNulls: false,
            itemStyle: { color },
            lineStyle: { color, width: isCloud ? 0 : 1.75, type: lineType(style) },
            data: isCloud ? [] : stretches(points).flatMap((stretch) => [...inside(stretch), '-' as const]),
          },
          {
            ...still,
            type: 'scatter',
            name: `${label} trials`,
            z: 3,
            symbol: style.marker,
            symbolSize: 7,
            itemStyle: { color, opacity: 0.8 },
            data: dots,
          },
          {
            ...still,
            type: 'scatter',
            name: `${label} stopped`,
            z: 2,
            symbol: style.marker,
            symbolSize: 5,
            itemStyle: { color, opacity: 0.35 },
            data: partial,
          },
          {
            ...still,
            type: 'scatter',
            name: `${label} diverged`,
            z: 4,
            symbol: divergedMarker,
            symbolSize: 5,
            itemStyle: { color, opacity: 1 },
            data: points.flatMap(({ x, y }) =>
              y === null ? [[x, rowAt(lost.findIndex((one) => one.points === points))]] : [],
            ),
          },
          ...(chosen
            ? [
                {
                  ...still,
                  type: 'scatter' as const,
                  name: `${label} chosen`,
                  z: 6,
                  symbol: 'diamond',
                  symbolSize: 12,
                  itemStyle: { color, opacity: 1, borderColor: theme.background, borderWidth: 1.5 },
                  data: [[chosen.x, chosen.y]],
                },
              ]
            : []),
        ]
      }),
    ],
  }
}

/** Points in a row that can be joined: where a trial diverged there is no line. */
function stretches(points: SensitivityLine['points']): [number, number][][] {
  const found: [number, number][][] = [[]]
  for (const { x, y, isPartial } of points)
    if (y === null) found.push([])
    else if (!isPartial) found.at(-1)?.push([x, y])
  return found.filter((stretch) => stretch.length > 0)
}
