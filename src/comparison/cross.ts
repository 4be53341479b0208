import type { MeasuredRun } from '../charts/comparison.ts'
import { isDiverged } from '../charts/average.ts'
import type { HeatCell } from '../charts/heatMap.ts'
import type { Quantity } from '../charts/quantity.ts'
import { mean } from '../math/statistics.ts'
import { settingName, settingOf, type Setting } from './grouping.ts'
import { bestValue, endValue, isFinished } from './outcomes.ts'
import type { Moment } from './summary.ts'

/** Runs by the values of two settings. */
export interface Cross {
  rows: readonly string[]
  columns: readonly string[]
  /** [row][column]; null where nothing ran. */
  cells: readonly (readonly (HeatCell | null)[])[]
  /** The runs of each cell, the same way. */
  runs: readonly (readonly (readonly MeasuredRun[])[])[]
}

/** The settings to cross first: optimizer and schedule where both differ, else the first two that do. */
export function firstCross(settings: readonly Setting[]): readonly [row: Setting, column: Setting] | null {
  const [first, second] = settings
  if (first === undefined || second === undefined) return null
  return settings.includes('optimizer') && settings.includes('schedule')
    ? ['optimizer', 'schedule']
    : [first, second]
}

/** The mean of a quantity for every pair of values of two settings, over all runs that have them. */
export function crossRuns(
  runs: readonly MeasuredRun[],
  row: Setting,
  column: Setting,
  quantity: Quantity,
  moment: Moment,
): Cross {
  const rows = namesOf(runs, row)
  const columns = namesOf(runs, column)
  const members = rows.map(() => columns.map((): MeasuredRun[] => []))
  for (const run of runs) {
    const { settings } = run.record
    members[rows.indexOf(nameOf(settings, row))]?.[columns.indexOf(nameOf(settings, column))]?.push(run)
  }
  const read = moment === 'best' ? bestValue : endValue
  const cells = members.map((own) =>
    own.map((cell): HeatCell | null => {
      if (cell.length === 0) return null
      const values = cell.filter(isFinished).flatMap((run) => read(run, quantity) ?? [])
      return {
        mean: values.length > 0 ? mean(values) : null,
        n: values.length,
        diverged: cell.filter(({ record }) => isDiverged(record)).length,
      }
    }),
  )
  return { rows, columns, cells, runs: members }
}

const nameOf = (settings: MeasuredRun['record']['settings'], by: Setting): string =>
  settingName(by, settingOf(settings, by))

/** The values of a setting as they are read: numbers ascend, others stand in the order in which they come. */
function namesOf(runs: readonly MeasuredRun[], by: Setting): string[] {
  const values = [...new Set(runs.map(({ record }) => settingOf(record.settings, by)))]
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b)
  const others = values.filter((value) => typeof value !== 'number')
  return [...new Set([...numbers, ...others].map((value) => settingName(by, value)))]
}
