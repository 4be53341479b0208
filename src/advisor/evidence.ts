import { seriesKey } from '../experiments/canonical.ts'
import type { RunSummary } from '../experiments/run.ts'
import { meanInterval } from '../math/statistics.ts'

/** What runs of one optimizer came to, with the best of its settings. */
export interface Measured {
  readonly optimizer: string
  /** The series of the best settings, as legends name it. */
  readonly series: string
  /** How many settings it is the best of. */
  readonly settings: number
  readonly mean: number
  /** The 95 % interval of the mean over seeds. */
  readonly low: number
  readonly high: number
  /** Seeds. */
  readonly n: number
  readonly runIds: readonly string[]
}

/** Runs of one workload that can be set beside each other. */
export interface Evidence {
  readonly workload: string
  readonly epochs: number
  readonly quantity: 'testAccuracy' | 'trainLoss'
  /** Best first. */
  readonly measured: readonly [Measured, Measured, ...Measured[]]
  /** The first's interval lies apart from the second's. */
  readonly isClear: boolean
}

/** Fewer say nothing of a mean. */
const fewestSeeds = 3

/**
 * What a library says of the optimizers on a workload. Runs are set beside each other where they have equally many
 * epochs; of several such groups the one counts that measures the most optimizers. A series needs three seeds, and
 * one of which any diverged is left out: there is no mean without them.
 * @returns null where fewer than two optimizers can be set beside each other
 */
export function evidenceOf(runs: readonly RunSummary[], workload: string): Evidence | null {
  const ended = runs.filter(
    ({ status, settings }) => settings.workload === workload && (status === 'done' || status === 'diverged'),
  )
  return [...Map.groupBy(ended, ({ settings }) => settings.epochs)]
    .flatMap(([epochs, list]) => ofEpochs(workload, epochs, list) ?? [])
    .reduce<Evidence | null>(
      (most, one) => (most && most.measured.length >= one.measured.length ? most : one),
      null,
    )
}

function ofEpochs(workload: string, epochs: number, runs: readonly RunSummary[]): Evidence | null {
  const quantity = runs.some(({ final }) => final.testAccuracy !== undefined) ? 'testAccuracy' : 'trainLoss'
  const sign = quantity === 'testAccuracy' ? -1 : 1
  const [first, second, ...others] = [...Map.groupBy(runs, ({ settings }) => settings.optimizer)]
    .flatMap(([optimizer, list]): Measured[] => {
      const series = [...Map.groupBy(list, ({ settings }) => seriesKey(settings)).values()].flatMap(
        (members) => summary(optimizer, members, quantity),
      )
      const [best] = series.sort((a, b) => sign * (a.mean - b.mean))
      return best ? [{ ...best, settings: series.length }] : []
    })
    .sort((a, b) => sign * (a.mean - b.mean))
  if (!first || !second) return null
  return {
    workload,
    epochs,
    quantity,
    measured: [first, second, ...others],
    isClear: quantity === 'testAccuracy' ? first.low > second.high : first.high < second.low,
  }
}

function summary(
  optimizer: string,
  runs: readonly RunSummary[],
  quantity: Evidence['quantity'],
): Omit<Measured, 'settings'>[] {
  // A seed that ran twice counts once.
  const seeds = [...new Map(runs.map((run) => [run.settings.seed, run])).values()]
  const values = seeds.flatMap(({ status, final }) => (status === 'done' ? (final[quantity] ?? []) : []))
  if (seeds.length < fewestSeeds || values.length < seeds.length) return []
  const { mean, low, high, n } = meanInterval(values)
  if (low === null || high === null) return []
  return [
    {
      optimizer,
      series: seeds[0]?.series ?? optimizer,
      mean,
      low,
      high,
      n,
      runIds: seeds.map(({ id }) => id),
    },
  ]
}
