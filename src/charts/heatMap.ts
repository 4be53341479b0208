import type { CustomSeriesRenderItem, EChartsOption } from 'echarts'
import { message } from '../locales/message.ts'
import { frame, type ChartOptions } from './frame.ts'
import { gradeColour, gradeInk, gradesOf } from './sequential.ts'
import { ellipsis, fontStack, textWidth } from './theme.ts'

/** What the runs of a cell came to. */
export interface HeatCell {
  /** Of those that finished; null where none did. */
  mean: number | null
  /** Runs that finished. */
  n: number
  diverged: number
}

export interface HeatMapOptions extends ChartOptions {
  x: { title: string; names: readonly string[] }
  y: { title: string; names: readonly string[] }
  /** What the numbers are. */
  measure: string
  higherIsBetter: boolean
  write: (value: number) => string
}

/** Pixels that a heat map of so many rows needs. */
export const heatMapHeight = (rows: number): number => 106 + rows * 46

const barRoom = 84

/** The best mean of cells [row][column]; a mean over the few runs that did not diverge is no reason to be called that. */
export function bestCell(
  cells: readonly (readonly (HeatCell | null)[])[],
  higherIsBetter: boolean,
): HeatCell | null {
  const sign = higherIsBetter ? -1 : 1
  const costOf = ({ mean }: HeatCell): number => sign * (mean as number)
  return cells
    .flat()
    .filter((cell) => cell !== null && cell.mean !== null && cell.diverged < cell.n)
    .reduce<HeatCell | null>(
      (best, cell) => (cell && (!best || costOf(cell) < costOf(best)) ? cell : best),
      null,
    )
}

/** A mean for each pair of values of two settings, the best one outlined; [row][column], null where nothing ran. */
export function heatMap(
  cells: readonly (readonly (HeatCell | null)[])[],
  options: HeatMapOptions,
): EChartsOption {
  const { x, y, measure, higherIsBetter, write, locale, width } = options
  const rows = y.names.length
  const columns = x.names.length
  const means = cells.flatMap((row) => row.flatMap((cell) => cell?.mean ?? []))
  const grades = gradesOf(means, higherIsBetter)
  const best = bestCell(cells, higherIsBetter)
  const labelRoom = Math.min(width * 0.3, Math.max(30, ...y.names.map((name) => textWidth(name) + 4)))
  const left = labelRoom + 14
  const cellWidth = (width - left - barRoom) / columns
  const { theme, option, plot } = frame(options, {
    x: {
      title: x.title,
      scale: 'linear',
      low: -0.5,
      high: columns - 0.5,
      ticks: [...x.names.keys()],
      format: (index) => ellipsis(x.names[index] ?? '', cellWidth - 6),
    },
    // Rows run downwards, so the first has the greatest coordinate.
    y: {
      title: y.title,
      scale: 'linear',
      low: -0.5,
      high: rows - 0.5,
      ticks: [...y.names.keys()],
      format: (index) => ellipsis(y.names[rows - 1 - index] ?? '', labelRoom),
    },
    left,
    right: barRoom,
    note: message(locale, 'chart.heat.note', { title: measure }),
  })
  const text = (content: string, at: [number, number], fill: string, more: object = {}) => ({
    type: 'text' as const,
    x: at[0],
    y: at[1],
    style: {
      text: content,
      fill,
      fontSize: 12,
      fontFamily: fontStack,
      align: 'center' as const,
      verticalAlign: 'middle' as const,
      ...more,
    },
  })
  const renderCell: CustomSeriesRenderItem = (params, api) => {
    const index = params.dataIndexInside
    const [row, column] = [Math.floor(index / columns), index % columns]
    const cell = cells[row]?.[column] ?? null
    const [cx, cy] = api.coord([column, rows - 1 - row]) as [number, number]
    const [w, h] = [plot.width / columns, plot.height / rows]
    const box = { x: cx - w / 2 + 1, y: cy - h / 2 + 1, width: w - 2, height: h - 2 }
    if (!cell || (cell.mean === null && cell.diverged === 0))
      return { type: 'group', silent: true, children: [text('–', [cx, cy], theme.quiet)] }
    const lost =
      cell.diverged > 0
        ? message(locale, 'chart.diverged.all', { diverged: cell.diverged, total: cell.diverged + cell.n })
        : ''
    const room = w - 8
    if (cell.mean === null)
      return {
        type: 'group',
        silent: true,
        children: [
          {
            type: 'rect' as const,
            shape: box,
            style: { fill: 'none', stroke: theme.bad, lineWidth: 1, lineDash: [3, 3] },
          },
          text('×', [cx, cy - 8], theme.bad, { fontSize: 15 }),
          text(ellipsis(lost, room, 11), [cx, cy + 10], theme.bad, { fontSize: 11 }),
        ],
      }
    const fill = gradeColour(options.theme, grades.of(cell.mean))
    const ink = gradeInk(options.theme, grades.of(cell.mean))
    const isBest = cell.mean === best?.mean && cell.diverged < cell.n
    const second = [
      message(locale, 'chart.heat.n', { n: cell.n }),
      ...(lost && textWidth(lost, 11) + 40 < room ? [lost] : lost ? [`×\u00a0${cell.diverged}`] : []),
    ].join(' · ')
    return {
      type: 'group',
      silent: true,
      children: [
        { type: 'rect' as const, shape: box, style: { fill } },
        ...(isBest
          ? [
              {
                type: 'rect' as const,
                shape: { x: box.x + 2, y: box.y + 2, width: box.width - 4, height: box.height - 4 },
                style: { fill: 'none', stroke: ink, lineWidth: 2 },
              },
            ]
          : []),
        text(ellipsis(`${isBest ? '★ ' : ''}${write(cell.mean)}`, room), [cx, cy - 7], ink, {
          fontWeight: isBest ? 'bold' : 'normal',
        }),
        text(ellipsis(second, room, 11), [cx, cy + 9], ink, { fontSize: 11 }),
      ],
    }
  }
  const bar: CustomSeriesRenderItem = (params) => {
    if (params.dataIndexInside !== 0 || means.length === 0) return null
    const steps = 24
    const x0 = plot.left + plot.width + 12
    const label = (value: number, at: number, cut = '') =>
      text(`${cut}${write(value)}`, [x0 + 18, at], theme.quiet, { align: 'left', fontSize: 11 })
    const cut = grades.isCut ? (higherIsBetter ? '≤ ' : '≥ ') : ''
    return {
      type: 'group',
      silent: true,
      children: [
        ...Array.from({ length: steps }, (_, k) => ({
          type: 'rect' as const,
          shape: {
            x: x0,
            y: plot.top + (plot.height * k) / steps,
            width: 12,
            height: plot.height / steps + 0.5,
          },
          style: { fill: gradeColour(options.theme, 1 - (k + 0.5) / steps) },
        })),
        label(grades.best, plot.top + 6),
        label(grades.worst, plot.top + plot.height - 6, cut),
      ],
    }
  }
  const still = { silent: true, animation: false, type: 'custom' as const }
  return {
    ...option,
    series: [
      {
        ...still,
        name: 'cells',
        z: 3,
        data: cells.flatMap((row, r) => row.map((_, c) => [c, rows - 1 - r])),
        renderItem: renderCell,
      },
      { ...still, name: 'scale', z: 3, clip: false, data: [[0, 0]], renderItem: bar },
    ],
  }
}
