import type { MeasuredRun } from '../charts/comparison.ts'
import { isDiverged } from '../charts/average.ts'
import { logRatio, type Scale } from '../charts/ticks.ts'
import type { ParallelAxis, ParallelLine } from '../charts/parallelLines.ts'
import { isAccuracy, type Quantity } from '../charts/quantity.ts'
import { mean } from '../math/statistics.ts'
import { differingSettings, settingName, settingOf, type Setting } from './grouping.ts'
import { bestValue, endValue, isFinished } from './outcomes.ts'
import type { Moment } from './summary.ts'

/** Settings and what they led to, a line each. */
export interface ParallelPlot {
  /** Those that matter most stand next to the result, which is last. */
  axes: readonly ParallelAxis[]
  lines: readonly (ParallelLine & { ids: readonly string[] })[]
}

/** A setting with the axis that it was searched on, where it was. */
export interface ParallelName {
  title: string
  scale?: Scale
}

/** Something tried, before its values have places. */
export interface Tried {
  ids: readonly string[]
  values: readonly unknown[]
  /** null: diverged. */
  result: number | null
}

/** Numbers of so few values and so far apart are still numbers; more names than this are no axis. */
const mostNames = 24

const plainName = (setting: Setting): string =>
  setting.replace(/^set\./, '').replace(/^schedule\./, 'schedule ')

/** Runs from the settings in which they differ to a quantity; those that have not ended are left out. */
export function parallelOf(
  runs: readonly MeasuredRun[],
  quantity: Quantity,
  moment: Moment,
  title: string,
  nameOf: (setting: Setting) => string = plainName,
): ParallelPlot {
  const settings = differingSettings(runs)
  const read = moment === 'best' ? bestValue : endValue
  const tried = runs.flatMap((run): Tried[] => {
    const { record } = run
    const result = isFinished(run) ? read(run, quantity) : undefined
    if (result === undefined && !isDiverged(record)) return []
    return [
      {
        ids: [record.id],
        values: settings.map((by) => {
          const value = settingOf(record.settings, by)
          return by === 'optimizer' ? settingName(by, value) : value
        }),
        result: result ?? null,
      },
    ]
  })
  return parallelPlot(
    settings.map((by) => ({ title: nameOf(by) })),
    tried,
    { title, higherIsBetter: isAccuracy(quantity) },
  )
}

/** Axes and lines of what was tried, by the names of its values. */
export function parallelPlot(
  names: readonly ParallelName[],
  tried: readonly Tried[],
  result: { title: string; higherIsBetter: boolean },
): ParallelPlot {
  const sign = result.higherIsBetter ? -1 : 1
  const ranks = ranksOf(tried.map((one) => (one.result === null ? Infinity : sign * one.result)))
  const columns = names.flatMap((name, index) => {
    const column = columnOf(
      name,
      tried.map(({ values }) => values[index]),
    )
    return column
      ? [{ ...column, weight: influence(column.values, column.axis.names !== undefined, ranks) }]
      : []
  })
  columns.sort((a, b) => a.weight - b.weight)
  const results = tried.map((one) => one.result)
  const known = results.flatMap((value) => value ?? [])
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0, 1]
  const last: ParallelAxis = {
    id: 'result',
    title: result.title,
    scale: !result.higherIsBetter && low > 0 && high / low > 3 ? 'log' : 'linear',
    low,
    high,
  }
  const worst = Math.max(1, ...ranks.filter((_, index) => results[index] !== null))
  return {
    axes: [...columns.map(({ axis }) => axis), last],
    lines: tried.map(({ ids, result: value }, line) => ({
      ids,
      values: [...columns.map(({ values }) => values[line] ?? null), value],
      grade: value === null ? null : 1 - ((ranks[line] as number) - 1) / Math.max(1, worst - 1),
    })),
  }
}

function columnOf(
  { title, scale }: ParallelName,
  given: readonly unknown[],
): { axis: ParallelAxis; values: (number | null)[] } | null {
  const present = given.filter((value) => value !== undefined)
  if (new Set(given.map((value) => JSON.stringify(value))).size < 2) return null
  if (present.every((value) => typeof value === 'number')) {
    const [low, high] = [Math.min(...present), Math.max(...present)]
    const axis: ParallelAxis = {
      id: title,
      title,
      scale: low > 0 && (scale ?? (high / low >= logRatio ? 'log' : 'linear')) === 'log' ? 'log' : 'linear',
      low,
      high,
    }
    return { axis, values: given.map((value) => (typeof value === 'number' ? value : null)) }
  }
  const names = [...new Set(present.map((value) => settingName(`set.${title}`, value)))].sort()
  if (names.length > mostNames) return null
  return {
    axis: { id: title, title, scale: 'linear', low: 0, high: names.length - 1, names },
    values: given.map((value) =>
      value === undefined ? null : names.indexOf(settingName(`set.${title}`, value)),
    ),
  }
}

/** From 1; equals share the mean of their places. */
function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort(
    (a, b) => Math.sign((values[a] as number) - (values[b] as number)) || 0,
  )
  const ranks: number[] = values.map(() => 0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++
    for (let k = from; k <= to; k++) ranks[order[k] as number] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}

/** Numbers are told apart by so many groups of equal size: the best rate lies in the middle, which no correlation sees. */
const groupCount = 5

/**
 * The share of the result's ranks that a setting accounts for: η² between its values, or between five groups of them where
 * they are more, less what as many groups account for by chance (Kelley 1935).
 */
function influence(values: readonly (number | null)[], isNamed: boolean, ranks: readonly number[]): number {
  const isFew = isNamed || new Set(values).size <= groupCount
  const places = isFew ? [] : ranksOf(values.map((value) => value ?? -Infinity))
  const groups = Map.groupBy(ranks.keys(), (index) =>
    values[index] == null || isFew
      ? (values[index] ?? null)
      : Math.floor((((places[index] as number) - 0.5) / ranks.length) * groupCount),
  )
  const centre = mean(ranks)
  const total = ranks.reduce((sum, rank) => sum + (rank - centre) ** 2, 0)
  if (total === 0 || groups.size >= ranks.length) return 0
  let within = 0
  for (const own of groups.values()) {
    const middle = mean(own.map((index) => ranks[index] as number))
    for (const index of own) within += ((ranks[index] as number) - middle) ** 2
  }
  return 1 - (within / total) * ((ranks.length - 1) / (ranks.length - groups.size))
}
