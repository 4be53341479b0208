import { usedHyperparameters } from '../../experiments/used-settings.ts'
import type { RunSummary } from '../../experiments/run.ts'
import type { SettingValue } from '../../experiments/settings.ts'
import type { ExportedRun } from './source.ts'

export type Cell = string | number | null

export interface TableColumn {
  readonly name: string
  readonly kind: 'text' | 'number'
}

/** Some rows of a table, column by column. */
export interface Block {
  readonly rows: number
  /** As many as there are columns; null where the whole block has no value, a lone text where all rows have it. */
  readonly values: readonly (readonly Cell[] | Float64Array | string | null)[]
}

/**
 * A table that is read from its beginning to its end. A missing value is null; one that was measured and is no number
 * is NaN or an infinity.
 */
export interface Table {
  readonly name: 'runs' | 'points' | 'epochs'
  readonly columns: readonly TableColumn[]
  readonly blocks: () => Iterable<Block>
}

/** Three tables, joined by the column `run`: a row a run, a row a point of its curve, a row an epoch. */
export const tablesOf = (runs: readonly ExportedRun[]): Table[] => [
  runTable(runs.map(({ run }) => run)),
  {
    name: 'points',
    columns: curveColumns(pointColumns),
    blocks: () => eachOf(runs, ({ run, points }) => curveBlock(run.id, pointColumns, points())),
  },
  {
    name: 'epochs',
    columns: curveColumns(epochColumns),
    blocks: () => eachOf(runs, ({ run, epochs }) => curveBlock(run.id, epochColumns, epochs())),
  },
]

const pointColumns = ['step', 'examples', 'seconds', 'trainLoss', 'trainAccuracy'] as const
const epochColumns = [
  'epoch',
  'seconds',
  'trainLoss',
  'trainAccuracy',
  'testLoss',
  'testAccuracy',
  'validationLoss',
  'validationAccuracy',
] as const

const curveColumns = (names: readonly string[]): TableColumn[] => [
  { name: 'run', kind: 'text' },
  ...names.map((name): TableColumn => ({ name, kind: 'number' })),
]

function* eachOf(runs: readonly ExportedRun[], block: (run: ExportedRun) => Block): Generator<Block> {
  for (const run of runs) yield block(run)
}

function curveBlock<Name extends string>(
  runId: string,
  names: readonly Name[],
  columns: Readonly<Partial<Record<Name, Float64Array | undefined>>>,
): Block {
  const values = names.map((name) => columns[name] ?? null)
  return { rows: values[0]?.length ?? 0, values: [runId, ...values] }
}

/** One row a run: its settings, the hyperparameters that any of them uses as `set.NAME`, and its results. */
function runTable(runs: readonly RunSummary[]): Table {
  const rows = runs.map(rowOf)
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort((a, b) => placeOf(a) - placeOf(b))
  const values = names.map((name) => rows.map((row) => row[name] ?? null))
  const columns = names.map((name, j): TableColumn => {
    const found = (values[j] as Cell[]).filter((value) => value !== null)
    const isNumber = found.length > 0 && found.every((value) => typeof value === 'number')
    return { name, kind: isNumber ? 'number' : 'text' }
  })
  return {
    name: 'runs',
    columns,
    blocks: () => [
      {
        rows: rows.length,
        values: values.map((column, j) =>
          columns[j]?.kind === 'number'
            ? column
            : column.map((value) => (value === null ? null : String(value))),
        ),
      },
    ],
  }
}

/** Settings before results, also where the first run lacks some of them; the order within a part is that of rows. */
const placeOf = (name: string): number =>
  name.startsWith('set.') ? 1 : name.startsWith('schedule.set.') ? 2 : beforeSets.includes(name) ? 0 : 3
const beforeSets = [
  'run',
  'name',
  'series',
  'experiment',
  'stage',
  'study',
  'trial',
  'status',
  'workload',
  'optimizer',
]

const cell = (value: SettingValue): Cell =>
  typeof value === 'number' ? value : Array.isArray(value) ? value.join(' ') : String(value)

const prefixed = (prefix: string, values: Readonly<Record<string, SettingValue>>): Record<string, Cell> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, cell(value)]))

function rowOf(run: RunSummary): Record<string, Cell> {
  const { settings, study, final, best } = run
  return {
    run: run.id,
    name: run.name,
    series: run.series,
    experiment: run.experimentId,
    stage: study?.stage ?? null,
    study: study?.study ?? null,
    trial: study?.trial ?? null,
    status: run.status,
    workload: settings.workload,
    optimizer: settings.optimizer,
    ...prefixed('set.', usedHyperparameters(settings)),
    ...prefixed('schedule.set.', settings.schedule.set),
    schedule: settings.schedule.id,
    schedulePer: settings.schedule.per,
    scheduleOffset: settings.schedule.offset,
    batch: settings.batch,
    epochs: settings.epochs,
    seed: settings.seed,
    initialiser: settings.initialiser ?? null,
    weights: settings.weights ?? null,
    validation: settings.validation ?? null,
    device: run.provenance?.device ?? settings.device,
    engine: run.provenance?.engine ?? null,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    steps: run.steps,
    totalSteps: run.totalSteps,
    seconds: run.seconds,
    restarts: run.restarts,
    /** SHA-256 of the bundle that it was read from. */
    origin: run.origin?.bundle ?? null,
    finalTrainLoss: final.trainLoss,
    finalTrainAccuracy: final.trainAccuracy ?? null,
    finalTestAccuracy: final.testAccuracy ?? null,
    finalValidationLoss: final.validationLoss ?? null,
    finalValidationAccuracy: final.validationAccuracy ?? null,
    bestTrainLoss: best.trainLoss,
    bestStep: best.trainLoss === null ? null : best.step,
    bestValidationLoss: best.validationLoss ?? null,
    bestValidationLossEpoch: best.validationLossEpoch ?? null,
    bestValidationAccuracy: best.validationAccuracy ?? null,
    bestValidationAccuracyEpoch: best.validationAccuracyEpoch ?? null,
    divergedAt: run.divergence?.step ?? null,
    tags: run.tags.length > 0 ? run.tags.join(', ') : null,
    note: run.note ?? null,
  }
}
