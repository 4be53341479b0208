import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { message } from '../locales/message.ts'
import { triangulate } from '../math/triangulation.ts'
import { frame, type ChartOptions } from './frame.ts'
import { divergedMarker, markers } from './palette.ts'
import { gradeColour, gradesOf } from './sequential.ts'
import { fontStack } from './theme.ts'
import { padded, type Scale } from './ticks.ts'

export interface SearchAxis {
  title: string
  scale: Scale
  low: number
  high: number
}

export interface SearchPoint {
  x: number
  y: number
  /** The metric; null where the trial diverged. */
  value: number | null
  /** Halving stopped it early, so that it can't be compared with the others: drawn, and no part of the field. */
  isPartial: boolean
}

export interface SearchContourOptions extends ChartOptions {
  x: SearchAxis
  y: SearchAxis
  /** What the field is of. */
  measure: string
  higherIsBetter: boolean
  write: (value: number) => string
}

const bands = 10
const barRoom = 84
/**
 * The outcome over two searched parameters. Between trials it is linear over Delaunay's triangles, so that nothing is said
 * outside the trials' hull; triangles at a diverged trial stay blank, for no number lies between it and its neighbours.
 */
export function searchContour(points: readonly SearchPoint[], options: SearchContourOptions): EChartsOption {
  const { x, y, measure, higherIsBetter, write, locale } = options
  const [xLow, xHigh] = padded(x.low, x.high, x.scale, 0.03, 0.03)
  const [yLow, yHigh] = padded(y.low, y.high, y.scale, 0.04, 0.04)
  const values = points.flatMap(({ value, isPartial }) => (isPartial ? [] : (value ?? [])))
  const grades = gradesOf(values, higherIsBetter)
  const { theme, option, plot } = frame(options, {
    x: { ...x, low: xLow, high: xHigh },
    y: { ...y, low: yLow, high: yHigh },
    right: barRoom,
    note: [
      message(locale, 'chart.contour.note', { title: measure }),
      ...(points.some(({ value }) => value === null) ? [message(locale, 'chart.tuning.diverged')] : []),
    ].join(' · '),
  })
  const field = points.filter(({ isPartial }) => !isPartial)
  const place = ({ x: px, y: py }: SearchPoint): [number, number] => [
    x.scale === 'log' ? Math.log(px) : px,
    y.scale === 'log' ? Math.log(py) : py,
  ]
  const triangles = triangulate(field.map(place)).filter((corners) =>
    corners.every((index) => field[index]?.value !== null),
  )
  const renderField: CustomSeriesRenderItem = (params, api) => {
    if (params.dataIndexInside !== 0) return null
    // Band by band: an outline that closes a seam must not cover a neighbour of another colour.
    const children = triangles.flatMap((corners) => {
      const own = corners.map((index) => {
        const point = field[index] as SearchPoint // triangulated from the same list
        const [px, py] = api.coord([point.x, point.y]) as [number, number]
        return { px, py, grade: grades.of(point.value as number) }
      })
      const [least, most] = [
        Math.min(...own.map(({ grade }) => grade)),
        Math.max(...own.map(({ grade }) => grade)),
      ]
      const pieces = []
      for (let k = 0; k < bands; k++) {
        const [from, to] = [k / bands, (k + 1) / bands]
        if (to < least || from > most) continue
        const piece = within(
          within(own, (one) => one.grade - from),
          (one) => (k === bands - 1 ? 1 : to - one.grade),
        )
        if (piece.length < 3) continue
        const fill = gradeColour(options.theme, (k + 0.5) / bands)
        pieces.push({
          band: k,
          type: 'polygon' as const,
          shape: { points: piece.map(({ px, py }) => [px, py]) },
          // Its own colour as an outline closes the seams between triangles.
          style: { fill, stroke: fill, lineWidth: 0.75 },
        })
      }
      return pieces
    })
    return {
      type: 'group',
      silent: true,
      children: children.sort((a, b) => a.band - b.band).map(({ band: _band, ...polygon }) => polygon),
    }
  }
  const bar: CustomSeriesRenderItem = (params) => {
    if (params.dataIndexInside !== 0 || values.length === 0) return null
    const x0 = plot.left + plot.width + 12
    const label = (text: string, at: number) => ({
      type: 'text' as const,
      x: x0 + 18,
      y: at,
      style: {
        text,
        fill: theme.quiet,
        fontSize: 11,
        fontFamily: fontStack,
        verticalAlign: 'middle' as const,
      },
    })
    return {
      type: 'group',
      silent: true,
      children: [
        ...Array.from({ length: bands }, (_, k) => ({
          type: 'rect' as const,
          shape: {
            x: x0,
            y: plot.top + (plot.height * k) / bands,
            width: 12,
            height: plot.height / bands + 0.5,
          },
          style: { fill: gradeColour(options.theme, 1 - (k + 0.5) / bands) },
        })),
        label(write(grades.best), plot.top + 6),
        label(
          `${grades.isCut ? (higherIsBetter ? '≤ ' : '≥ ') : ''}${write(grades.worst)}`,
          plot.top + plot.height - 6,
        ),
      ],
    }
  }
  const still = { silent: true, animation: false } as const
  const top = field.filter(({ value }) => value === grades.best)
  const dots = (list: readonly SearchPoint[]) => list.map((one) => [one.x, one.y])
  return {
    ...option,
    series: [
      {
        ...still,
        type: 'custom',
        name: 'field',
        z: 1,
        clip: true,
        data: [[xLow, yLow]],
        renderItem: renderField,
      },
      { ...still, type: 'custom', name: 'scale', z: 1, clip: false, data: [[xLow, yLow]], renderItem: bar },
      {
        ...still,
        type: 'scatter',
        name: 'trials',
        z: 3,
        symbol: markers[0] as string,
        symbolSize: 6,
        itemStyle: { color: theme.text, borderColor: theme.background, borderWidth: 1.25, opacity: 1 },
        data: dots(field.filter(({ value }) => value !== null)),
      },
      {
        ...still,
        type: 'scatter',
        name: 'stopped',
        z: 3,
        symbol: 'emptyCircle',
        symbolSize: 5,
        itemStyle: { color: theme.quiet, opacity: 1 },
        data: dots(points.filter(({ value, isPartial }) => isPartial && value !== null)),
      },
      {
        ...still,
        type: 'scatter',
        name: 'diverged',
        z: 4,
        symbol: divergedMarker,
        symbolSize: 8,
        itemStyle: { color: theme.bad, opacity: 1 },
        data: dots(points.filter(({ value }) => value === null)),
      },
      {
        ...still,
        type: 'scatter',
        name: 'best',
        z: 5,
        symbol: 'diamond',
        symbolSize: 15,
        itemStyle: { color: theme.text, borderColor: theme.background, borderWidth: 2, opacity: 1 },
        data: dots(top.slice(0, 1)),
      },
    ],
  }
}

interface Corner {
  px: number
  py: number
  grade: number
}

/** The part of a convex polygon where a linear function is not negative (Sutherland and Hodgman 1974). */
function within(polygon: readonly Corner[], value: (corner: Corner) => number): Corner[] {
  return polygon.flatMap((here, index) => {
    const next = polygon[(index + 1) % polygon.length] as Corner // wraps
    const [a, b] = [value(here), value(next)]
    const kept = a >= 0 ? [here] : []
    if (a >= 0 === b >= 0) return kept
    const t = a / (a - b)
    const mid = (from: number, to: number): number => from + (to - from) * t
    return [
      ...kept,
      { px: mid(here.px, next.px), py: mid(here.py, next.py), grade: mid(here.grade, next.grade) },
    ]
  })
}
