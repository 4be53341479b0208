import type { CustomSeriesRenderItem, EChartsOption, LineSeriesOption, SeriesOption } from 'echarts'
import { formatInteger, formatRanges } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { averageSeries, divergedPoints, type SeriesAverage, type XAxis } from './average.ts'
import type { MeasuredRun } from './comparison.ts'
import { xDomain, yDomain } from './curveDomain.ts'
import { labelsAtEnds } from './endLabels.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { divergedMarker, type SeriesStyle } from './palette.ts'
import { isAccuracy, type Quantity } from './quantity.ts'
import { smooth } from './smooth.ts'
import { ellipsis, textWidth, type ChartTheme } from './theme.ts'
import { thinBand, thinLine, type Columns } from './thin.ts'
import type { Scale } from './ticks.ts'

export interface CurveSeries {
  /** Names the series in the legend; unique within the figure. */
  label: string
  style: SeriesStyle
  /** Runs that differ only in their seed. */
  runs: readonly MeasuredRun[]
  /** Where it is known already, for the figure's axis and quantity. */
  average?: SeriesAverage
  /** Drawn pale behind the others. */
  faint?: boolean
}

export interface LossCurveOptions extends ChartOptions {
  x: XAxis
  xScale?: Scale
  yScale?: Scale
  quantity?: Quantity
  /** Single seeds as faint lines; by default where there are at most 60 runs. */
  raw?: boolean
  /** At the lines' ends; by default where there are fewer than six series and room. */
  directLabels?: boolean
  legend?: boolean
  /** Ends of the horizontal axis; by default those of the curves. */
  xRange?: readonly [number, number]
  /** Ends of the vertical axis; by default what shows every curve between the horizontal axis's ends. */
  range?: readonly [number, number]
  /** In (0, 1): adds a smoothed line to each mean, which stays, thinner. */
  smoothing?: number
  /** A level worth comparing with, as a thin line. */
  level?: { value: number; label: string }
  /** In place of what the band and n are. */
  note?: string
}

const rawRunsShown = 60
/** Vertices a figure may spend on single seeds. */
const rawVertices = 24_000

/**
 * Mean and 95 % band of each series against step, epoch, examples or seconds. Diverged runs enter no mean: they are
 * drawn faint up to their last finite value, which a cross marks. Nothing is smoothed in place of what was measured.
 */
export function lossCurves(series: readonly CurveSeries[], options: LossCurveOptions): EChartsOption {
  const { x: xAxis, width, locale, quantity = 'trainLoss' } = options
  const xScale = options.xScale ?? 'linear'
  const yScale = options.yScale ?? (isAccuracy(quantity) ? 'linear' : 'log')
  const smoothing = options.smoothing ?? 0
  const averages = series.map(({ runs, average }) => average ?? averageSeries(runs, xAxis, quantity))
  const runCount = series.reduce((count, { runs }) => count + runs.length, 0)
  const raw = options.raw ?? runCount <= rawRunsShown
  const x = options.xRange ?? xDomain(averages, xScale, raw)
  // On a log axis what lies at 0 is not in the picture.
  const shown = options.xRange ?? [xScale === 'log' ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY, Infinity]
  const around = yDomain(averages, yScale, shown)
  const y =
    options.range ??
    (isAccuracy(quantity) ? ([Math.max(0, around[0]), Math.min(1, around[1])] as const) : around)
  const directLabels =
    options.directLabels ??
    (series.length < 6 && width >= 560 && averages.some(({ n }) => n > 0) && endTogether(averages, x))
  const labelRoom = Math.min(190, Math.max(0, ...series.map(({ label }) => textWidth(label))) + 4)
  const { theme, plot, option } = frame(options, {
    x: { title: message(locale, `chart.axis.${xAxis}`), scale: xScale, low: x[0], high: x[1] },
    y: {
      title: message(locale, `chart.axis.${quantity}`),
      scale: yScale,
      low: y[0],
      high: y[1],
    },
    note: options.note ?? note(averages, raw, smoothing > 0, locale),
    legend: (options.legend ?? true) ? series : [],
    right: directLabels ? labelRoom + 24 : 18,
  })
  const columns: Columns = {
    count: Math.max(50, Math.floor(plot.width)),
    low: x[0],
    high: x[1],
    logarithmic: xScale === 'log',
  }
  const rawColumns = {
    ...columns,
    count: Math.max(40, Math.min(columns.count, Math.floor(rawVertices / Math.max(1, runCount) / 4))),
  }
  const drawable = (value: number, scale: Scale) =>
    Number.isFinite(value) && (scale === 'linear' || value > 0)
  const lines: SeriesOption[] = []
  series.forEach(({ label, style, runs, faint = false }, index) => {
    const average = averages[index] as SeriesAverage
    const color = theme.hues[style.hue]
    const opacity = faint ? 0.12 : 1
    const under = faint ? 3 : 0
    const kept = thinLine(average.x, average.mean, columns).filter(
      (i) => drawable(average.x[i] as number, xScale) && drawable(average.mean[i] as number, yScale),
    )
    const points = kept.map((i) => [average.x[i] as number, average.mean[i] as number])
    const base = { name: label, silent: true, emphasis: { disabled: true }, animation: false } as const
    const mean: LineSeriesOption = {
      ...base,
      type: 'line',
      z: 4 - under,
      data: points,
      symbol: style.marker,
      showSymbol: false,
      lineStyle: {
        color,
        width: 2,
        type: lineType(style),
        cap: 'butt',
        join: 'round',
        ...(faint && { opacity }),
      },
      itemStyle: { color },
    }
    if (smoothing > 0) {
      // Of every point, and thinned afterwards.
      const smoothed = smooth(average.x, average.mean, smoothing)
      const drawn = thinLine(average.x, smoothed, columns).filter(
        (i) => drawable(average.x[i] as number, xScale) && drawable(smoothed[i] as number, yScale),
      )
      lines.push(
        { ...mean, data: drawn.map((i) => [average.x[i] as number, smoothed[i] as number]) },
        { ...mean, z: 3 - under, lineStyle: { color, width: 1, opacity: 0.6 * opacity } },
      )
    } else lines.push(mean)
    if (points.length > 0)
      lines.push({
        ...base,
        type: 'scatter',
        z: 5 - under,
        symbol: style.marker,
        symbolSize: 7,
        itemStyle: { color, ...(faint && { opacity }) },
        data: markerPoints(points, index, series.length, columns),
      })
    if (average.n > 1)
      lines.push(band(base, average, { color, opacity: 0.16 * opacity }, columns, y[0], yScale, xScale))
    if (raw || average.n === 0)
      average.curves.forEach((curve) => {
        if (!curve.diverged && average.n < 2) return
        lines.push({
          ...base,
          type: 'line',
          z: 3 - under,
          showSymbol: false,
          clip: true,
          lineStyle: {
            color,
            width: 1,
            opacity: 0.35 * opacity,
            type: curve.diverged ? lineType(style) : 'solid',
          },
          itemStyle: { color },
          data: thinLine(curve.x, curve.y, rawColumns)
            .filter((i) => drawable(curve.x[i] as number, xScale) && drawable(curve.y[i] as number, yScale))
            .map((i) => [curve.x[i] as number, curve.y[i] as number]),
        })
      })
    // Nine pixels under the upper edge, where a cross is whole.
    const share = 1 - 9 / plot.height
    const edge = yScale === 'log' ? y[0] * (y[1] / y[0]) ** share : y[0] + (y[1] - y[0]) * share
    const crosses = divergedPoints(runs, average, x, [y[0], edge])
    if (crosses.length > 0)
      lines.push({
        ...base,
        type: 'scatter',
        z: 6 - under,
        symbol: divergedMarker,
        symbolSize: 9,
        itemStyle: { color, ...(faint && { opacity }) },
        data: crosses.map(({ point, step }, k) => ({
          value: point,
          label: {
            show: k === 0 && width >= 560 && !faint,
            formatter: () => message(locale, 'chart.diverged.at', { step: formatInteger(step) }),
            // At the left edge there is no room to both sides.
            position: point[0] - x[0] < 0.1 * (x[1] - x[0]) ? 'right' : 'bottom',
            distance: 3,
            color: theme.quiet,
            textBorderColor: theme.background,
            textBorderWidth: 2,
            fontSize: 11,
          },
        })),
        labelLayout: { hideOverlap: true },
      })
  })
  if (directLabels) {
    const ends = averages.flatMap(({ mean }, index) => {
      const value = mean.at(-1)
      const { label, style } = series[index] as CurveSeries
      if (value === undefined || !drawable(value, yScale)) return []
      const share =
        yScale === 'log' ? Math.log(value / y[0]) / Math.log(y[1] / y[0]) : (value - y[0]) / (y[1] - y[0])
      return [
        { text: ellipsis(label, labelRoom), at: plot.height * (1 - share), color: theme.hues[style.hue] },
      ]
    })
    lines.push(labelsAtEnds(ends, x[1], y[0], plot, theme.text))
  }
  if (options.level) lines.push(levelLine(options.level, x, theme))
  return { ...option, series: lines }
}

function levelLine(
  { value, label }: { value: number; label: string },
  [low, high]: readonly [number, number],
  theme: ChartTheme,
): SeriesOption {
  return {
    type: 'line',
    silent: true,
    animation: false,
    z: 2,
    showSymbol: true,
    symbol: 'circle',
    symbolSize: 0.01,
    lineStyle: { color: theme.quiet, width: 1, type: [4, 4] },
    data: [
      {
        value: [low, value],
        label: {
          show: true,
          formatter: () => label,
          // Right of the point and under the line.
          position: [4, 4],
          color: theme.quiet,
          textBorderColor: theme.background,
          textBorderWidth: 2,
          fontSize: 12,
        },
      },
      { value: [high, value] },
    ],
  }
}

/** Polygon between the interval's ends, cut at the axis where the lower end is not positive on a log axis. */
function band(
  base: object,
  average: SeriesAverage,
  paint: { color: string; opacity: number },
  columns: Columns,
  floor: number,
  yScale: Scale,
  xScale: Scale,
): SeriesOption {
  const envelope = thinBand(average.x, average.low, average.high, columns)
  const corners: [number, number, number][] = []
  envelope.x.forEach((x, i) => {
    if (xScale === 'log' && !(x > 0)) return
    const [low, high] = [envelope.low[i] as number, envelope.high[i] as number]
    if (!(Number.isFinite(low) && Number.isFinite(high)) || (yScale === 'log' && !(high > 0))) return
    corners.push([x, yScale === 'log' ? Math.max(low, floor / 10) : low, high])
  })
  const renderItem: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    const points = [
      ...corners.map(([x, , high]) => api.coord([x, high])),
      ...corners.toReversed().map(([x, low]) => api.coord([x, low])),
    ]
    return {
      type: 'polygon',
      silent: true,
      shape: { points },
      style: { fill: paint.color, opacity: paint.opacity },
    }
  }
  return {
    ...base,
    type: 'custom',
    z: 1,
    clip: true,
    itemStyle: { color: paint.color },
    encode: { x: 0, y: [1, 2] },
    data: corners,
    renderItem,
  }
}

/**
 * About seven points of a line, staggered between series so that markers of near lines do not cover each other; all of
 * so few that a line through them would not show where they are.
 */
function markerPoints(
  points: readonly number[][],
  index: number,
  count: number,
  { low, high, logarithmic }: Columns,
) {
  const wanted = 7
  if (points.length <= wanted) return [...points]
  const share = (x: number) =>
    logarithmic ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low)
  const shares = points.map(([x]) => share(x as number))
  const chosen = new Set<number>()
  let nearest = 0
  for (let k = 0; k < wanted; k++) {
    const target = (k + (index + 0.5) / count) / wanted
    const distance = (i: number) => Math.abs((shares[i] ?? Number.POSITIVE_INFINITY) - target)
    // Points and targets ascend.
    while (distance(nearest + 1) < distance(nearest)) nearest++
    if (distance(nearest) < 0.5 / wanted) chosen.add(nearest)
  }
  return [...chosen].map((i) => points[i] as number[])
}

/** Whether the means end at one place, so that labels there line up. */
function endTogether(averages: readonly SeriesAverage[], [low, high]: readonly [number, number]): boolean {
  const ends = averages.flatMap(({ x }) => x.at(-1) ?? [])
  return ends.every((end) => Math.abs(end - high) < 0.02 * (high - low))
}

function note(
  averages: readonly SeriesAverage[],
  raw: boolean,
  smoothed: boolean,
  locale: ChartOptions['locale'],
): string {
  const counts = averages.map(({ n }) => n).filter((n) => n > 0)
  const thick = smoothed ? [message(locale, 'chart.note.smoothed')] : []
  if (counts.length === 0)
    return averages.length > 0 ? message(locale, 'chart.note.none') : message(locale, 'chart.nothing')
  if (counts.every((n) => n === 1)) return [message(locale, 'chart.note.single'), ...thick].join(' · ')
  const n = formatRanges(counts)
  const parts = [message(locale, counts.includes(1) ? 'chart.note.mixed' : 'chart.note.interval', { n })]
  if (raw) parts.push(message(locale, 'chart.note.raw'))
  if (averages.some(({ missing }) => missing > 0)) parts.push(message(locale, 'chart.note.missing'))
  parts.push(...thick)
  return parts.join(' · ')
}
