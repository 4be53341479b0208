import type { MetricColumns, RunRecord, RunSummary } from '../experiments/run.ts'
import { accuracy, short, table } from './table.ts'

/** A run with its curve, as plain JSON. */
export const withMetrics = (run: RunRecord, metrics: MetricColumns): unknown => ({
  ...run,
  metrics: Object.fromEntries(
    Object.entries(metrics).map(([name, column]) => [name, Array.from(column as Float64Array)]),
  ),
})

/** Runs as a table, a row each. */
export function listing(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return 'No runs yet. `descent train airfoil` makes one.'
  const hasAccuracy = runs.some(({ final }) => final.testAccuracy !== undefined)
  return table(
    ['id', 'status', 'train loss', ...(hasAccuracy ? ['test acc'] : []), 'steps', 'workload', 'name'],
    runs.map(({ id, status, final, steps, settings, name }) => [
      id,
      status,
      short(final.trainLoss),
      ...(hasAccuracy ? [accuracy(final.testAccuracy)] : []),
      steps,
      settings.workload,
      name,
    ]),
  )
}

/** Rows of a table shown at most. */
const mostRows = 40

/** One run: its settings, its curve and its epochs. */
export function details(run: RunRecord, metrics: MetricColumns): string {
  const { trainAccuracy } = metrics
  const points = Array.from(metrics.step, (step, i) => [
    step,
    metrics.examples[i] as number,
    short(metrics.seconds[i]),
    short(metrics.trainLoss[i]),
    ...(trainAccuracy ? [accuracy(trainAccuracy[i])] : []),
  ])
  // Of the test set, or of the examples set aside, there is one or the other.
  const beside = run.settings.validation === undefined ? 'test' : 'validation'
  const isBeside = run.epochs.some((epoch) => epoch[`${beside}Loss`] !== undefined)
  const hasClasses = run.epochs.some((epoch) => epoch.trainAccuracy !== undefined)
  const epochs = run.epochs.map((epoch) => [
    epoch.epoch + 1,
    short(epoch.seconds),
    short(epoch.trainLoss),
    ...(hasClasses ? [accuracy(epoch.trainAccuracy)] : []),
    short(epoch[`${beside}Loss`]),
    ...(hasClasses ? [accuracy(epoch[`${beside}Accuracy`])] : []),
  ])
  return [
    `${run.name} (${run.id}): ${run.status}`,
    JSON.stringify(run.settings),
    ...(run.error ? [`${run.error.message} ${run.error.remedy}`] : []),
    table(
      ['step', 'examples', 'seconds', 'train loss', ...(trainAccuracy ? ['train acc'] : [])],
      few(points),
    ),
    ...(isBeside
      ? [
          table(
            [
              'epoch',
              'seconds',
              'train loss',
              ...(hasClasses ? ['train acc'] : []),
              `${beside} loss`,
              ...(hasClasses ? [`${beside} acc`] : []),
            ],
            few(epochs),
          ),
        ]
      : []),
  ].join('\n')
}

/** The first and the last of many rows. */
function few<T>(rows: readonly (readonly T[])[]): readonly (readonly (T | string)[])[] {
  if (rows.length <= mostRows) return rows
  const gap = (rows[0] ?? []).map(() => '…')
  return [...rows.slice(0, mostRows / 2), gap, ...rows.slice(-mostRows / 2)]
}
