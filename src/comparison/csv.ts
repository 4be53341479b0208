import { isDiverged, stepsPerEpoch } from '../charts/average.ts'
import type { CountLine } from '../charts/countCurves.ts'
import type { MeasuredRun } from '../charts/comparison.ts'
import { bestTestEpoch } from '../experiments/best-epoch.ts'
import type { ComparisonSummary } from './summary.ts'
import { trialRecords } from './tuning-records.ts'
import { verdictRecords } from './verdict-rows.ts'
import { csvText } from '../text/csv.ts'

const curveColumns = [
  'workload',
  'series',
  'optimizer',
  'batch',
  'seed',
  'run',
  'status',
  'step',
  'epoch',
  'examples',
  'seconds',
  'train_loss',
  'train_accuracy',
  'test_loss',
  'test_accuracy',
  'validation_loss',
  'validation_accuracy',
] as const

const runColumns = [
  'workload',
  'series',
  'optimizer',
  'settings',
  'schedule',
  'schedule_settings',
  'schedule_per',
  'schedule_offset',
  'batch',
  'epochs',
  'seed',
  'run',
  'status',
  'steps',
  'total_steps',
  'final_train_loss',
  'final_train_accuracy',
  'final_test_accuracy',
  'best_train_loss',
  'best_step',
  'final_test_loss',
  'best_test_accuracy',
  'best_test_epoch',
  'final_validation_loss',
  'final_validation_accuracy',
  'best_validation_loss',
  'best_validation_accuracy',
  'diverged_at_step',
  'training_seconds',
  'seconds_per_epoch',
  'started_at',
  'finished_at',
  'restarts',
  'engine',
  'device',
  'versions',
] as const

/**
 * Tidy curves: a row a run and evaluation point, in pieces of some thousand rows; what was measured after an epoch on test data, or
 * on examples set aside, stands in the row of its last step. Numbers are the shortest that read back to the same float64; an empty
 * cell is a value that is not a number, or was not measured there.
 */
export function* csvCurves(runs: readonly MeasuredRun[]): Generator<string> {
  yield line(curveColumns)
  for (const { record, metrics } of runs) {
    const { workload, optimizer, batch, seed } = record.settings
    const head = [workload, record.series, optimizer, batch, seed, record.id, record.status]
      .map(cell)
      .join(',')
    const perEpoch = stepsPerEpoch(record)
    const tests = new Map(record.epochs.map((epoch) => [(epoch.epoch + 1) * perEpoch, epoch]))
    let piece: string[] = []
    for (let i = 0; i < metrics.step.length; i++) {
      const step = metrics.step[i] as number
      const test = tests.get(step)
      const cells = [
        step,
        step / perEpoch,
        metrics.examples[i],
        metrics.seconds[i],
        metrics.trainLoss[i],
        metrics.trainAccuracy?.[i],
        test?.testLoss,
        test?.testAccuracy,
        test?.validationLoss,
        test?.validationAccuracy,
      ]
      piece.push(`${head},${cells.map(cell).join(',')}\r\n`)
      if (piece.length >= 4096) {
        yield piece.join('')
        piece = []
      }
    }
    if (piece.length > 0) yield piece.join('')
  }
}

/** A row a run: settings, outcome, time, provenance. Maps are JSON in one cell; epochs are counted by their ends. */
export function* csvRuns(runs: readonly MeasuredRun[]): Generator<string> {
  yield line(runColumns)
  for (const { record } of runs) {
    const { settings, provenance } = record
    const last = record.epochs.at(-1)
    const diverged = isDiverged(record)
    const best = bestTestEpoch(record.epochs)
    yield line([
      settings.workload,
      record.series,
      settings.optimizer,
      JSON.stringify(settings.set),
      settings.schedule.id,
      JSON.stringify(settings.schedule.set),
      settings.schedule.per,
      settings.schedule.offset,
      settings.batch,
      settings.epochs,
      settings.seed,
      record.id,
      record.status,
      record.steps,
      record.totalSteps,
      diverged ? null : record.final.trainLoss,
      diverged ? null : record.final.trainAccuracy,
      diverged ? null : record.final.testAccuracy,
      record.best.trainLoss,
      record.best.trainLoss === null ? null : record.best.step,
      diverged ? null : last?.testLoss,
      best?.testAccuracy,
      best && best.epoch + 1,
      diverged ? null : record.final.validationLoss,
      diverged ? null : record.final.validationAccuracy,
      record.best.validationLoss,
      record.best.validationAccuracy,
      record.divergence?.step,
      record.seconds,
      last && last.seconds / (last.epoch + 1),
      record.startedAt,
      record.finishedAt,
      record.restarts,
      provenance?.engine,
      provenance?.device,
      provenance && JSON.stringify(provenance.versions),
    ])
  }
}

/** A row a judged pair; its columns are those of `verdictRecords`. Nothing where no pair could be judged. */
export function* csvVerdicts(summary: ComparisonSummary): Generator<string> {
  const records = verdictRecords(summary)
  const [first] = records
  if (!first) return
  yield line(Object.keys(first))
  for (const record of records) yield line(Object.values(record))
}

/** A row a trial of the tuning; its columns are those of `trialRecords`. Nothing where nothing was tuned. */
export function* csvTrials(summary: Pick<ComparisonSummary, 'tuning'>): Generator<string> {
  const records = trialRecords(summary)
  const [first] = records
  if (!first) return
  yield line(Object.keys(first))
  for (const record of records) yield line(Object.values(record))
}

/** The points of a chart's lines, a row a point; `low` and `high` are the ends of its band. */
export function csvPoints(lines: readonly CountLine[]): string {
  const rows = lines.flatMap(({ label, points }) =>
    points.map(({ x, y, low, high }) => line([label, x, y, low, high])),
  )
  return [line(['series', 'x', 'y', 'low', 'high']), ...rows].join('')
}

type Value = string | number | null | undefined

function line(values: readonly Value[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

/** RFC 4180; what is not a number stays empty. */
function cell(value: Value): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return csvText(value)
}
