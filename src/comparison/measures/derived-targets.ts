import { isAccuracy } from '../../charts/quantity.ts'
import { formatExact, formatInteger } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { medianOrInfinity } from '../../math/robust.ts'
import type { ComparisonSummary } from '../summary.ts'
import type { MeasureTable } from './common.ts'

/** What later experiments should reach on a workload, and whose runs say so. */
interface DerivedTarget {
  readonly workload: string
  readonly metric: 'validationLoss' | 'validationAccuracy'
  readonly target: number
  /** The optimizer whose best trial was the best of all. */
  readonly winner: string
  /** Its runs with the best setting. */
  readonly runs: number
}

/**
 * AlgoPerf's rule (Dahl et al. 2023, arXiv:2306.07179): of all tuned optimizers the one with the best trial is
 * run again with other seeds; the median of the best validation values of these runs is the target.
 * @returns none where the runs compared were not judged on examples set aside, or the file has targets: they are not made
 * of the results that are measured by them
 */
export function derivedTargets({
  tuning,
  sections,
}: Pick<ComparisonSummary, 'tuning' | 'sections'>): DerivedTarget[] {
  if (!tuning || tuning.metric === 'trainLoss' || sections.some(({ targets }) => targets)) return []
  const { metric } = tuning
  const sign = isAccuracy(metric) ? -1 : 1
  // By tag a run may be in several series.
  const runs = [...new Set(sections.flatMap(({ series }) => series.flatMap((one) => one.runs)))]
  return [...Map.groupBy(tuning.contestants, ({ workload }) => workload)].flatMap(([workload, all]) => {
    const found = all.flatMap((one) => (one.chosen ? [{ one, cost: one.chosen.cost }] : []))
    const [first] = found
    if (!first) return []
    const winner = found.reduce((a, b) => (b.cost < a.cost ? b : a), first).one
    const rerun = runs
      .map(({ record }) => record)
      .filter(
        ({ study, status }) =>
          study?.contestant === winner.contestant && ['done', 'diverged'].includes(status),
      )
    if (rerun.length === 0 || rerun.some(({ settings }) => settings.validation === undefined)) return []
    const best = rerun.map((record) => sign * (record.best[metric] ?? sign * Infinity))
    const target = sign * medianOrInfinity(best)
    if (!Number.isFinite(target)) return []
    return [{ workload, metric, target, winner: winner.label, runs: rerun.length }]
  })
}

/** As the `targets` of an experiment file. */
export function targetsOfFile(
  found: readonly DerivedTarget[],
): Record<string, number> | Record<string, Record<string, number>> | null {
  const [first, ...others] = found
  if (!first) return null
  if (others.length === 0) return { [first.metric]: first.target }
  return Object.fromEntries(found.map(({ workload, metric, target }) => [workload, { [metric]: target }]))
}

export function targetsTable(summary: ComparisonSummary, locale: Locale): MeasureTable[] {
  const found = derivedTargets(summary)
  const file = targetsOfFile(found)
  if (!file) return []
  const text = JSON.stringify(file).replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ')
  const columns = ['workload', 'metric', 'target', 'winner', 'reruns'] as const
  return [
    {
      id: 'targets',
      title: message(locale, 'measure.targets'),
      caption: message(locale, 'measure.targets.caption', { file: `targets: ${text}` }),
      table: {
        head: columns.map((name) => message(locale, `measure.column.${name}`)),
        rows: found.map(({ workload, metric, target, winner, runs }) => [
          workload,
          message(locale, `chart.quantity.${metric}`),
          formatExact(Number(target.toPrecision(6))),
          winner,
          formatInteger(runs),
        ]),
        numeric: [false, false, true, false, true],
      },
    },
  ]
}
