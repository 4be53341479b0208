import { formatDuration, formatDurationPlusMinus, formatInteger } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { meanInterval, type MeanInterval } from '../../math/statistics.ts'
import type { SectionSummary } from '../summary.ts'
import type { MeasureTable } from './common.ts'

/** What each series cost: everything it was given, the diverged and the unfinished included. */
export function costTable({ series }: SectionSummary, locale: Locale): MeasureTable[] {
  const none = message(locale, 'verdict.none')
  const spent = series.map(({ runs }) => ({
    seconds: runs.reduce((sum, { record }) => sum + record.seconds, 0),
    steps: runs.reduce((sum, { record }) => sum + record.steps, 0),
    evaluations: runs.reduce((sum, { metrics }) => sum + metrics.step.length, 0),
  }))
  if (spent.every(({ seconds }) => !(seconds > 0))) return []
  const perRun = series.map(({ runs }) => {
    const whole = runs.filter(({ record }) => record.status === 'done').map(({ record }) => record.seconds)
    return whole.length > 0 && whole.every(Number.isFinite) ? meanInterval(whole) : null
  })
  const columns = ['series', 'runs', 'perRun', 'perStep', 'steps', 'evaluations', 'total'] as const
  return [
    {
      id: 'cost',
      title: message(locale, 'measure.cost'),
      caption: message(locale, 'measure.cost.caption'),
      table: {
        head: columns.map((name) => message(locale, `measure.column.${name}`)),
        rows: series.map(({ label, runs }, index) => {
          const { seconds, steps, evaluations } = spent[index] as (typeof spent)[number] // of the same list
          const interval = perRun[index]
          return [
            label,
            String(runs.length),
            interval ? write(interval, locale) : none,
            steps > 0 && seconds > 0 ? formatDuration(locale, seconds / steps) : none,
            formatInteger(steps),
            evaluations > 0 ? formatInteger(evaluations) : none,
            formatDuration(locale, seconds),
          ]
        }),
        numeric: columns.map((name) => name !== 'series'),
      },
    },
  ]
}

const write = ({ mean, low }: MeanInterval, locale: Locale): string =>
  low === null ? formatDuration(locale, mean) : formatDurationPlusMinus(locale, mean, mean - low)
