import type { CustomSeriesRenderItem, EChartsOption, SeriesOption } from 'echarts'
import {
  formatAccuracyInterval,
  formatInteger,
  formatNumber,
  formatPlusMinus,
  formatRanges,
} from '../locales/format.ts'
import { message } from '../locales/message.ts'
import { quantile, type MeanInterval } from '../math/statistics.ts'
import { densityOf, leastForDensity } from './density.ts'
import { frame, type ChartOptions } from './frame.ts'
import type { SeriesStyle } from './palette.ts'
import { isAccuracy, type Quantity } from './quantity.ts'
import { ellipsis, fontStack, textWidth } from './theme.ts'
import { logRatio, padded, type Scale } from './ticks.ts'

export interface StripRow {
  label: string
  style: SeriesStyle
  /** Where the seeds that finished ended. */
  values: readonly number[]
  interval: MeanInterval | null
  diverged: number
  incomplete: number
}

/** What is drawn behind the seeds of a row that has at least ten. */
export type StripShape = 'none' | 'density' | 'box'

export interface StripOptions extends ChartOptions {
  quantity?: Quantity
  /** In place of "Final …" under the axis. */
  axisTitle?: string
  shape?: StripShape
  /** By default logarithmic where the values differ by more than twenty times. */
  scale?: Scale
}

export const canShape = (rows: readonly Pick<StripRow, 'values'>[]): boolean =>
  rows.some(({ values }) => values.length >= leastForDensity)

/** Pixels a strip of so many rows needs. */
export function stripHeight(rows: number, shape: StripShape = 'none'): number {
  return 76 + rows * (shape === 'none' ? 26 : 38)
}

/** An axis that shows every seed and interval. @param wanted logarithmic only where all values are positive */
export function stripAxis(
  rows: readonly Pick<StripRow, 'values' | 'interval'>[],
  quantity: Quantity,
  wanted?: Scale,
): { scale: Scale; low: number; high: number } {
  const values = rows.flatMap((row) => [...row.values, ...ends(row.interval)]).filter(Number.isFinite)
  const least = values.length > 0 ? Math.min(...values) : 0
  const greatest = values.length > 0 ? Math.max(...values) : 1
  const fitting = !isAccuracy(quantity) && least > 0 && greatest / least > logRatio ? 'log' : 'linear'
  const scale = wanted === 'log' && !(least > 0) ? 'linear' : (wanted ?? fitting)
  const [low, high] = padded(least, greatest, scale)
  return { scale, low, high }
}

/** A row a series: its seeds as dots, mean and interval as a diamond on a bar, the numbers at the right. */
export function finalStrip(rows: readonly StripRow[], options: StripOptions): EChartsOption {
  const { width, locale, quantity = 'trainLoss', shape = 'none' } = options
  const { scale, low, high } = stripAxis(rows, quantity, options.scale)
  const numbers = rows.map((row) => rowNumbers(row, quantity, locale))
  const wide = width >= 560
  const labelRoom = Math.min(
    wide ? width * 0.3 : width * 0.36,
    Math.max(40, ...rows.map(({ label }) => textWidth(label) + 4)),
  )
  const numberRoom = wide ? Math.max(...numbers.map((text) => textWidth(text)), 0) + 22 : 16
  const counts = rows.flatMap(({ interval }) => (interval ? [interval.n] : []))
  const note =
    counts.length === 0
      ? message(locale, 'chart.note.none')
      : counts.every((n) => n === 1)
        ? message(locale, 'chart.note.single')
        : `${message(locale, counts.includes(1) ? 'chart.note.mixed' : 'chart.note.interval', { n: formatRanges(counts) })} · ${message(locale, 'chart.note.dots')}`
  const shapes = rows.map((row) => (shape === 'none' ? null : shapeOf(row, shape, scale)))
  const said = shapeNote(shapes, shape, locale)
  const { theme, option } = frame(options, {
    x: { title: options.axisTitle ?? message(locale, `chart.final.${quantity}`), scale, low, high },
    y: { title: '', scale: 'linear', low: -0.5, high: rows.length - 0.5, ticks: rows.map((_, i) => i) },
    left: labelRoom + 18,
    right: numberRoom,
    hideY: true,
    note: said ? `${note} · ${said}` : note,
  })
  // Rows run downwards, so the first has the greatest coordinate.
  const place = (row: number) => rows.length - 1 - row
  const series: SeriesOption[] = []
  const base = { silent: true, animation: false } as const
  rows.forEach((row, index) => {
    const color = theme.hues[row.style.hue]
    const y = place(index)
    const behind = shapes[index]
    if (behind) series.push({ ...base, ...outlineSeries(behind, y, color, scale) })
    series.push({
      ...base,
      type: 'scatter',
      name: row.label,
      z: 3,
      symbol: row.style.marker,
      symbolSize: 6,
      itemStyle: { color, opacity: row.values.length > 1 ? 0.55 : 1 },
      data: row.values
        .filter(Number.isFinite)
        .map((value, seed) => [value, y + jitter(seed, row.values.length)]),
    })
    const { interval } = row
    // A single seed is its own mean: the dot says all there is.
    const [lower, upper] = ends(interval)
    if (!interval || lower === undefined || upper === undefined) return
    const renderItem: CustomSeriesRenderItem = (_params, api) => {
      const [x, cy] = api.coord([interval.mean, y]) as [number, number]
      const from = (api.coord([Math.max(lower, low), y]) as [number, number])[0]
      const to = (api.coord([Math.min(upper, high), y]) as [number, number])[0]
      const bar = [
        { x1: from, y1: cy, x2: to, y2: cy },
        { x1: from, y1: cy - 4, x2: from, y2: cy + 4 },
        { x1: to, y1: cy - 4, x2: to, y2: cy + 4 },
      ].map((shape) => ({ type: 'line' as const, shape, style: { stroke: color, lineWidth: 2 } }))
      const diamond = [
        [x, cy - 6],
        [x + 6, cy],
        [x, cy + 6],
        [x - 6, cy],
      ]
      return {
        type: 'group',
        silent: true,
        children: [
          ...bar,
          {
            type: 'polygon',
            shape: { points: diamond },
            style: { fill: color, stroke: theme.background, lineWidth: 1.5 },
          },
        ],
      }
    }
    series.push({
      ...base,
      type: 'custom',
      z: 4,
      name: row.label,
      encode: { x: 0, y: 1 },
      data: [[interval.mean, y]],
      renderItem,
    })
  })
  const texts: CustomSeriesRenderItem = (params, api) => {
    const row = params.dataIndexInside
    const entry = rows[row]
    if (!entry) return null
    const cy = (api.coord([low, place(row)]) as [number, number])[1]
    return {
      type: 'group',
      silent: true,
      children: [
        {
          type: 'text',
          x: labelRoom + 8,
          y: cy,
          style: {
            text: ellipsis(entry.label, labelRoom),
            fill: theme.text,
            fontSize: 12,
            fontFamily: fontStack,
            align: 'right',
            verticalAlign: 'middle',
          },
        },
        ...(wide
          ? [
              {
                type: 'text' as const,
                x: width - 6,
                y: cy,
                style: {
                  text: numbers[row] as string,
                  fill: theme.quiet,
                  fontSize: 12,
                  fontFamily: fontStack,
                  align: 'right' as const,
                  verticalAlign: 'middle' as const,
                },
              },
            ]
          : []),
      ],
    }
  }
  series.push({
    ...base,
    type: 'custom',
    z: 2,
    clip: false,
    encode: { x: 0, y: 1 },
    data: rows.map((_, i) => [low, place(i)]),
    renderItem: texts,
  })
  return { ...option, series }
}

function ends(interval: MeanInterval | null): number[] {
  return [interval?.low, interval?.high].filter((end) => typeof end === 'number')
}

interface Shape {
  /** Half the outline, as [x, share of the row's half height]; of a box its five numbers. */
  outline: readonly (readonly [number, number])[]
  box: readonly [low: number, q1: number, median: number, q3: number, high: number] | null
  bandwidth: number | null
}

/** On a log axis the density is that of the logarithms, as it is seen. */
function shapeOf({ values }: StripRow, shape: StripShape, scale: Scale): Shape | null {
  const finite = values.filter(Number.isFinite)
  if (finite.length < leastForDensity) return null
  if (shape === 'box') {
    const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(finite, share)) as [
      number,
      number,
      number,
    ]
    const reach = 1.5 * (q3 - q1)
    const inside = finite.filter((value) => value >= q1 - reach && value <= q3 + reach)
    return { outline: [], box: [Math.min(...inside), q1, median, q3, Math.max(...inside)], bandwidth: null }
  }
  const isLog = scale === 'log'
  const found = densityOf(isLog ? finite.map(Math.log) : finite)
  if (!found) return null
  const outline = Array.from(found.x, (x, i): [number, number] => [
    isLog ? Math.exp(x) : x,
    found.height[i] as number,
  ])
  return { outline, box: null, bandwidth: found.bandwidth }
}

function shapeNote(
  shapes: readonly (Shape | null)[],
  shape: StripShape,
  locale: ChartOptions['locale'],
): string {
  const drawn = shapes.flatMap((one) => one ?? [])
  if (drawn.length === 0) return ''
  if (shape === 'box') return message(locale, 'chart.strip.box')
  const widths = drawn.flatMap(({ bandwidth }) => bandwidth ?? [])
  const [least, most] = [formatNumber(Math.min(...widths), 2), formatNumber(Math.max(...widths), 2)]
  return message(locale, 'chart.strip.density', { bandwidth: least === most ? least : `${least}–${most}` })
}

function outlineSeries({ outline, box }: Shape, y: number, color: string, scale: Scale): SeriesOption {
  const half = 0.42
  const renderItem: CustomSeriesRenderItem = (_params, api) => {
    const at = (x: number, away: number): number[] => api.coord([x, y + away])
    if (box) {
      const [low, q1, median, q3, high] = box
      const line = (a: number[], b: number[], width: number) => ({
        type: 'line' as const,
        shape: { x1: a[0] as number, y1: a[1] as number, x2: b[0] as number, y2: b[1] as number },
        style: { stroke: color, lineWidth: width, opacity: 0.8 },
      })
      const corners = [at(q1, half * 0.7), at(q3, half * 0.7), at(q3, -half * 0.7), at(q1, -half * 0.7)]
      return {
        type: 'group',
        silent: true,
        children: [
          { type: 'polygon', shape: { points: corners }, style: { fill: color, opacity: 0.16 } },
          {
            type: 'polygon',
            shape: { points: corners },
            style: { fill: 'none', stroke: color, lineWidth: 1, opacity: 0.8 },
          },
          line(at(low, 0), at(q1, 0), 1),
          line(at(q3, 0), at(high, 0), 1),
          line(at(median, half * 0.7), at(median, -half * 0.7), 1.5),
        ],
      }
    }
    return {
      type: 'polygon',
      silent: true,
      shape: {
        points: [
          ...outline.map(([x, height]) => at(x, half * height)),
          ...outline.toReversed().map(([x, height]) => at(x, -half * height)),
        ],
      },
      style: { fill: color, opacity: 0.18, stroke: color, lineWidth: 1 },
    }
  }
  const [anchor] = box ? [box[2]] : [outline[0]?.[0] ?? (scale === 'log' ? 1 : 0)]
  return { type: 'custom', z: 1, name: 'shape', encode: { x: 0, y: 1 }, data: [[anchor, y]], renderItem }
}

/** Seeds spread over the row's middle, always the same way. */
function jitter(seed: number, count: number): number {
  return count < 2 ? 0 : (((seed * 0.618034 + 0.31) % 1) - 0.5) * 0.56
}

function intervalText({ mean, high }: MeanInterval, quantity: Quantity): string {
  const half = high === null ? null : high - mean
  if (isAccuracy(quantity)) return formatAccuracyInterval(mean, half)
  return half === null ? formatNumber(mean) : formatPlusMinus(mean, half)
}

function rowNumbers(row: StripRow, quantity: Quantity, locale: ChartOptions['locale']): string {
  const parts: string[] = []
  if (row.interval) parts.push(intervalText(row.interval, quantity))
  if (row.diverged > 0)
    parts.push(
      message(locale, 'chart.diverged.all', {
        diverged: formatInteger(row.diverged),
        total: formatInteger(row.diverged + row.values.length + row.incomplete),
      }),
    )
  if (row.incomplete > 0)
    parts.push(message(locale, 'chart.incomplete', { count: formatInteger(row.incomplete) }))
  return parts.join(' · ')
}
