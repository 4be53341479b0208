import type { CustomSeriesRenderItem, EChartsOption, LineSeriesOption, SeriesOption } from 'echarts'
import { formatInteger, formatRanges } from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { averageSeries, isDiverged, stepsPerEpoch, type Quantity, type SeriesAverage, type XAxis } from './average.ts'
import type { MeasuredRun } from './comparison.ts'
import { frame, lineType, type ChartOptions } from './frame.ts'
import { divergedMarker, type SeriesStyle } from './palette.ts'
import { ellipsis, fontStack, textWidth } from './theme.ts'
import { thinBand, thinLine, type Columns } from './thin.ts'
import { padded, type Scale } from './ticks.ts'

export interface CurveSeries {
  /** Names the series in the legend; unique within the figure. */
  label: string
  style: SeriesStyle
  /** Runs that differ only in their seed. */
  runs: readonly MeasuredRun[]
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
}

const rawRunsShown = 60
/** Vertices a figure may spend on single seeds. */
const rawVertices = 24_000

/**
 * Mean and 95 % band of each series against step, epoch, examples or seconds. Diverged runs enter no mean: they are
 * drawn faint up to their last finite value, which a cross marks. Nothing is smoothed.
 */
export function lossCurves(series: readonly CurveSeries[], options: LossCurveOptions): EChartsOption {
  const { x: xAxis, width, locale, quantity = 'trainLoss' } = options
  const xScale = options.xScale ?? 'linear'
  const yScale = options.yScale ?? (quantity === 'trainLoss' ? 'log' : 'linear')
  const averages = series.map(({ runs }) => averageSeries(runs, xAxis, quantity))
  const runCount = series.reduce((count, { runs }) => count + runs.length, 0)
  const raw = options.raw ?? runCount <= rawRunsShown
  const x = xDomain(averages, xScale, raw)
  const y = yDomain(averages, yScale, xScale)
  const directLabels = options.directLabels ?? (series.length < 6 && width >= 560 && averages.some(({ n }) => n > 0) && endTogether(averages, x))
  const labelRoom = Math.min(190, Math.max(0, ...series.map(({ label }) => textWidth(label))) + 4)
  const { theme, plot, option } = frame(options, {
    x: { title: message(locale, `chart.axis.${xAxis}`), scale: xScale, low: x[0], high: x[1] },
    y: {
      title: message(locale, `chart.axis.${quantity}`),
      scale: yScale,
      low: y[0],
      high: y[1],
      ...(quantity !== 'trainLoss' && { format: (value: number) => String(Math.round(value * 1000) / 10) }),
    },
    note: note(averages, raw, locale),
    legend: (options.legend ?? true) ? series : [],
    right: directLabels ? labelRoom + 24 : 18,
  })
  const columns: Columns = { count: Math.max(50, Math.floor(plot.width)), low: x[0], high: x[1], logarithmic: xScale === 'log' }
  const rawColumns = { ...columns, count: Math.max(40, Math.min(columns.count, Math.floor(rawVertices / Math.max(1, runCount) / 4))) }
  const drawable = (value: number, scale: Scale) => Number.isFinite(value) && (scale === 'linear' || value > 0)
  const lines: SeriesOption[] = []
  series.forEach(({ label, style, runs }, index) => {
    const average = averages[index] as SeriesAverage
    const color = theme.hues[style.hue]
    const kept = thinLine(average.x, average.mean, columns).filter(
      (i) => drawable(average.x[i] as number, xScale) && drawable(average.mean[i] as number, yScale),
    )
    const points = kept.map((i) => [average.x[i] as number, average.mean[i] as number])
    const base = { name: label, silent: true, emphasis: { disabled: true }, animation: false } as const
    const mean: LineSeriesOption = {
      ...base,
      type: 'line',
      z: 4,
      data: points,
      symbol: style.marker,
      showSymbol: false,
      lineStyle: { color, width: 2, type: lineType(style), cap: 'butt', join: 'round' },
      itemStyle: { color },
    }
    lines.push(mean)
    if (points.length > 0)
      lines.push({
        ...base,
        type: 'scatter',
        z: 5,
        symbol: style.marker,
        symbolSize: 7,
        itemStyle: { color },
        data: markerPoints(points, index, series.length, columns),
      })
    if (average.n > 1) lines.push(band(base, average, color, columns, y[0], yScale, xScale))
    if (raw || average.n === 0)
      average.curves.forEach((curve) => {
        if (!curve.diverged && average.n < 2) return
        lines.push({
          ...base,
          type: 'line',
          z: 3,
          showSymbol: false,
          clip: true,
          lineStyle: { color, width: 1, opacity: 0.35, type: curve.diverged ? lineType(style) : 'solid' },
          itemStyle: { color },
          data: thinLine(curve.x, curve.y, rawColumns)
            .filter((i) => drawable(curve.x[i] as number, xScale) && drawable(curve.y[i] as number, yScale))
            .map((i) => [curve.x[i] as number, curve.y[i] as number]),
        })
      })
    if (quantity === 'trainLoss') {
      // Nine pixels under the upper edge, where a cross is whole.
      const share = 1 - 9 / plot.height
      const edge = yScale === 'log' ? y[0] * (y[1] / y[0]) ** share : y[0] + (y[1] - y[0]) * share
      const crosses = divergedPoints(runs, average, xAxis, x, [y[0], edge])
      if (crosses.length > 0)
        lines.push({
          ...base,
          type: 'scatter',
          z: 6,
          symbol: divergedMarker,
          symbolSize: 9,
          itemStyle: { color },
          data: crosses.map(({ point, step }, k) => ({
            value: point,
            label: {
              show: k === 0 && width >= 560,
              formatter: () => message(locale, 'chart.diverged.at', { step: formatInteger(step) }),
              position: 'bottom',
              distance: 3,
              color: theme.quiet,
              textBorderColor: theme.background,
              textBorderWidth: 2,
              fontSize: 11,
            },
          })),
          labelLayout: { hideOverlap: true },
        })
    }
  })
  if (directLabels) {
    const ends = averages.flatMap(({ mean }, index) => {
      const value = mean.at(-1)
      const { label, style } = series[index] as CurveSeries
      if (value === undefined || !drawable(value, yScale)) return []
      const share = yScale === 'log' ? Math.log(value / y[0]) / Math.log(y[1] / y[0]) : (value - y[0]) / (y[1] - y[0])
      return [{ text: ellipsis(label, labelRoom), at: plot.height * (1 - share), color: theme.hues[style.hue] }]
    })
    lines.push(labelsAtEnds(ends, x[1], y[0], plot, theme.text))
  }
  return { ...option, series: lines }
}

/** Labels beside the lines' ends, moved apart where they would cover each other, with a leader to the line. */
function labelsAtEnds(
  ends: readonly { text: string; at: number; color: string }[],
  x: number,
  y: number,
  plot: { left: number; top: number; width: number; height: number },
  fill: string,
): SeriesOption {
  const spacing = 15
  const ordered = ends.toSorted((a, b) => a.at - b.at)
  const places = ordered.map(({ at }) => at)
  // Down until none overlaps, then up again from the lower edge.
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i] as number, (places[i - 1] as number) + spacing)
  for (let i = places.length - 1, limit = plot.height - 6; i >= 0; i--, limit -= spacing)
    places[i] = Math.min(places[i] as number, limit)
  for (let i = places.length - 2; i >= 0; i--) places[i] = Math.min(places[i] as number, (places[i + 1] as number) - spacing)
  const right = plot.left + plot.width
  const renderItem: CustomSeriesRenderItem = () => ({
    type: 'group',
    silent: true,
    children: ordered.flatMap(({ text, at, color }, i) => {
      const place = plot.top + (places[i] as number)
      return [
        {
          type: 'polyline' as const,
          shape: { points: [[right + 2, plot.top + at], [right + 5, plot.top + at], [right + 13, place], [right + 17, place]] },
          style: { fill: 'none', stroke: color, lineWidth: 1.5 },
        },
        {
          type: 'text' as const,
          x: right + 20,
          y: place,
          style: { text, fill, fontSize: 12, fontFamily: fontStack, verticalAlign: 'middle' as const },
        },
      ]
    }),
  })
  return { type: 'custom', silent: true, animation: false, z: 7, clip: false, encode: { x: 0, y: 1 }, data: [[x, y]], renderItem }
}

/** Polygon between the interval's ends, cut at the axis where the lower end is not positive on a log axis. */
function band(
  base: object,
  average: SeriesAverage,
  color: string,
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
    return { type: 'polygon', silent: true, shape: { points }, style: { fill: color, opacity: 0.16 } }
  }
  return { ...base, type: 'custom', z: 1, clip: true, itemStyle: { color }, encode: { x: 0, y: [1, 2] }, data: corners, renderItem }
}

/** About seven points of a line, staggered between series so that markers of near lines do not cover each other. */
function markerPoints(points: readonly number[][], index: number, count: number, { low, high, logarithmic }: Columns) {
  const wanted = 7
  const measure = (x: number) => (logarithmic ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low))
  const chosen = new Set<number>()
  for (let k = 0; k < wanted; k++) {
    const target = (k + (index + 0.5) / count) / wanted
    let nearest = 0
    let distance = Number.POSITIVE_INFINITY
    points.forEach(([x], i) => {
      const here = Math.abs(measure(x as number) - target)
      if (here < distance) [nearest, distance] = [i, here]
    })
    if (distance < 0.5 / wanted) chosen.add(nearest)
  }
  return [...chosen].map((i) => points[i] as number[])
}

function divergedPoints(
  runs: readonly MeasuredRun[],
  average: SeriesAverage,
  xAxis: XAxis,
  x: readonly [number, number],
  y: readonly [number, number],
): { point: [number, number]; step: number }[] {
  return runs
    .flatMap(({ record }, i) => {
      const curve = average.curves[i]
      if (!isDiverged(record) || !curve || curve.y.length === 0) return []
      const last = curve.y.length - 1
      const perEpoch = stepsPerEpoch(record)
      const step = record.divergence?.step ?? (xAxis === 'epoch' ? (curve.x[last] as number) * perEpoch : (curve.step[last] as number))
      // A loss above the picture is marked at its upper edge.
      const px = Math.min(x[1], Math.max(x[0], curve.x[last] as number))
      return [{ point: [px, Math.min(y[1], Math.max(y[0], curve.y[last] as number))] as [number, number], step }]
    })
    .sort((a, b) => a.step - b.step)
}

/** Whether the means end at one place, so that labels there line up. */
function endTogether(averages: readonly SeriesAverage[], [low, high]: readonly [number, number]): boolean {
  const ends = averages.flatMap(({ x }) => x.at(-1) ?? [])
  return ends.every((end) => Math.abs(end - high) < 0.02 * (high - low))
}

function xDomain(averages: readonly SeriesAverage[], scale: Scale, raw: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  // Seeds that are not drawn need no room; without a mean, they are.
  for (const { curves, x: mean } of averages)
    for (const x of raw || mean.length === 0 ? curves.map((curve) => curve.x) : [mean])
      for (let i = 0; i < x.length; i++) {
        const value = x[i] as number
        if (scale === 'log' && !(value > 0)) continue
        if (value < low) low = value
        if (value > high) high = value
      }
  if (!(high > low)) return scale === 'log' ? [0.1, 1] : [0, Math.max(1, high)]
  return scale === 'log' ? padded(low, high, 'log', 0.02, 0.02) : [Math.min(0, low), high]
}

/** Room for every mean, band and finished seed; a diverged run decides it only when there is nothing else. */
function yDomain(averages: readonly SeriesAverage[], scale: Scale, xScale: Scale): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let diverged = false
  const include = (value: number) => {
    if (!Number.isFinite(value) || (scale === 'log' && !(value > 0))) return
    if (value < low) low = value
    if (value > high) high = value
  }
  const scan = (ended: boolean) => {
    for (const { curves } of averages)
      for (const { x, y, diverged: gone } of curves) {
        if (gone) diverged = true
        if (gone !== ended) continue
        for (let i = 0; i < y.length; i++) if (xScale === 'linear' || (x[i] as number) > 0) include(y[i] as number)
      }
  }
  scan(false)
  const alone = !(high > Number.NEGATIVE_INFINITY)
  if (alone) scan(true)
  for (const { high: upper, low: lower, n } of averages)
    if (n > 1)
      for (let i = 0; i < upper.length; i++) {
        // A band wider than ten times the seeds' own range would flatten every curve.
        if ((upper[i] as number) < high * 1.5) include(upper[i] as number)
        if ((lower[i] as number) > low * 0.7) include(lower[i] as number)
      }
  if (!(high > Number.NEGATIVE_INFINITY)) return scale === 'log' ? [0.1, 1] : [0, 1]
  return padded(low, high, scale, 0.05, diverged && !alone ? 0.14 : 0.05)
}

function note(averages: readonly SeriesAverage[], raw: boolean, locale: ChartOptions['locale']): string {
  const counts = averages.map(({ n }) => n).filter((n) => n > 0)
  if (counts.length === 0) return averages.length > 0 ? message(locale, 'chart.note.none') : message(locale, 'chart.nothing')
  if (counts.every((n) => n === 1)) return message(locale, 'chart.note.single')
  const n = formatRanges(counts)
  const parts = [message(locale, counts.includes(1) ? 'chart.note.mixed' : 'chart.note.interval', { n })]
  if (raw) parts.push(message(locale, 'chart.note.raw'))
  if (averages.some(({ missing }) => missing > 0)) parts.push(message(locale, 'chart.note.missing'))
  return parts.join(' · ')
}
