import { heatMap, heatMapHeight } from '../../charts/heatMap.ts'
import { formatNumber } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { crossRuns } from '../cross.ts'
import { differingSettings } from '../grouping.ts'
import type { SectionSummary } from '../summary.ts'
import type { MeasureTable } from './common.ts'

/** Final training losses by optimizer and schedule, where a section has several of both. */
export function crossTable({ series }: SectionSummary, locale: Locale): MeasureTable[] {
  const runs = [...new Set(series.flatMap((one) => one.runs))]
  const settings = differingSettings(runs)
  if (!settings.includes('optimizer') || !settings.includes('schedule')) return []
  const { rows, columns, cells } = crossRuns(runs, 'optimizer', 'schedule', 'trainLoss', 'last')
  const optimizer = message(locale, 'measure.column.optimizer')
  const schedule = message(locale, 'report.column.schedule')
  const measure = message(locale, 'chart.final.trainLoss')
  return [
    {
      id: 'cross',
      title: message(locale, 'measure.cross', { row: optimizer, column: schedule }),
      caption: message(locale, 'measure.cross.caption', { title: measure }),
      table: {
        head: [optimizer, ...columns],
        rows: rows.map((name, r) => [
          name,
          ...columns.map((_, c) => {
            const cell = cells[r]?.[c]
            if (!cell) return message(locale, 'verdict.none')
            const lost = cell.diverged > 0 ? ` · × ${cell.diverged}` : ''
            return cell.mean === null
              ? `×\u00a0${cell.diverged}`
              : `${formatNumber(cell.mean)} (${message(locale, 'chart.heat.n', { n: cell.n })}${lost})`
          }),
        ]),
        numeric: [false, ...columns.map(() => true)],
      },
      height: heatMapHeight(rows.length),
      chart: (options) =>
        heatMap(cells, {
          ...options,
          x: { title: schedule, names: columns },
          y: { title: optimizer, names: rows },
          measure,
          higherIsBetter: false,
          write: (value) => formatNumber(value),
        }),
    },
  ]
}
