import { isAccuracy } from '../../../../src/charts/quantity.ts'
import { formatExact, formatInteger, formatNumber, formatSigned } from '../../../../src/locales/format.ts'
import type { RunSummary } from '../../../../src/experiments/run.ts'
import type { SettingValue } from '../../../../src/experiments/settings.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import { formatDuration, formatMoment, formatPercent, t } from '../../i18n.ts'
import { formatQuantity } from '../../lib/measures.ts'
import { hyperOf } from '../../lib/run-filter.ts'
import type { Column } from '../../lib/table.ts'
import { runs } from '../../stores/runs.ts'

const statusOrder = ['running', 'queued', 'paused', 'interrupted', 'failed', 'diverged', 'cancelled', 'done']

export const writeSetting = (value: SettingValue): string =>
  typeof value === 'number' ? formatExact(value) : Array.isArray(value) ? value.join(', ') : String(value)

export const writeSet = (set: Readonly<Record<string, SettingValue>>): string =>
  Object.entries(set)
    .map(([name, value]) => `${name} ${writeSetting(value)}`)
    .join(', ')

/** A loss with the digits that tell runs apart. */
export const writeLoss = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? '–' : formatNumber(value, 5)

export const optimizerTitle = (run: RunSummary): string =>
  optimizers.find(({ id }) => id === run.settings.optimizer)?.title ?? run.settings.optimizer

/** The run's name without its seed, and the seed: a long name is cut before what tells seeds apart. */
export function nameParts({ name, series, settings }: RunSummary): { name: string; seed: number | null } {
  return name === `${series}, seed ${settings.seed}`
    ? { name: series, seed: settings.seed }
    : { name, seed: null }
}

function learningRate(run: RunSummary): number | null {
  const value = hyperOf(run, 'lr')
  return typeof value === 'number' ? value : null
}

/** A column that shows what a run ended at or measured last, or the best it reached. */
type Chosen = 'trainLoss' | 'testAccuracy' | 'trainAccuracy'
const chosenColumns = {
  loss: 'trainLoss',
  testAccuracy: 'testAccuracy',
  trainAccuracy: 'trainAccuracy',
} as const

/** The mean of the final runs of the series that the others are compared with, and what they trained. */
export interface Baseline {
  readonly workload: string
  readonly trainLoss: number | null
  readonly testAccuracy: number | null
}

export interface ColumnOptions {
  /** Whether a run has accuracies, was tuned or judged by a validation set. */
  readonly anyClasses: boolean
  readonly anyStudy: boolean
  readonly anyValidation: boolean
  /** Whether any came with a bundle. */
  readonly anyOrigin: boolean
  /** Columns that show the best value instead of the last. */
  readonly best: readonly string[]
  readonly baseline: Baseline | null
  /** Titles of experiments by their ids. */
  readonly experiments: ReadonlyMap<string, string>
}

/** Columns where the last value or the best one is shown, whichever was chosen. */
export const columnChoices = (anyClasses: boolean): { id: string; title: string }[] =>
  (['loss', 'testAccuracy', 'trainAccuracy'] as const)
    .filter((id) => anyClasses || id === 'loss')
    .map((id) => ({ id, title: t(`runs.column.${id}`) }))

const bestOf = (run: RunSummary, quantity: Chosen): number | null => run.best[quantity] ?? null
const writeMeasured = (quantity: Chosen, value: number | null): string =>
  isAccuracy(quantity) ? formatQuantity(quantity, value) : writeLoss(value)

function measured(id: keyof typeof chosenColumns, best: boolean): Column<RunSummary> {
  const quantity = chosenColumns[id]
  const of = (run: RunSummary): number | null => (best ? bestOf(run, quantity) : runs.latestOf(run, quantity))
  const write = (value: number | null): string => writeMeasured(quantity, value)
  return {
    id,
    title: best ? `${t(`runs.column.${id}`)} · ${t('table.best')}` : t(`runs.column.${id}`),
    hint: t(best ? 'runs.bestNote' : isAccuracy(quantity) ? 'runs.accuracyNote' : 'runs.lossNote'),
    width: (isAccuracy(quantity) ? 104 : 92) + (best ? 32 : 0),
    align: 'right',
    text: (run) => write(of(run)),
    sortValue: of,
    measure: { of, write, higherIsBetter: isAccuracy(quantity) },
  }
}

/** A measurement that is not chosen: a number, how it is written, and which way is better. */
const plainMeasure = (
  id: 'best' | 'validationLoss' | 'validationAccuracy' | 'seconds',
  width: number,
  of: (run: RunSummary) => number | null,
  write: (value: number) => string,
): Column<RunSummary> => ({
  id,
  title: t(`runs.column.${id}`),
  width,
  align: 'right',
  text: (run) => {
    const value = of(run)
    return value === null ? '–' : write(value)
  },
  sortValue: of,
  measure: { of, write, higherIsBetter: id === 'validationAccuracy' },
})

/** What a run is better or worse by than the baseline's mean: an arrow and a sign, for more and for less. */
function deltaColumn(
  quantity: 'trainLoss' | 'testAccuracy',
  baseline: Baseline,
  best: readonly string[],
): Column<RunSummary> {
  const reference = baseline[quantity]
  const id = quantity === 'trainLoss' ? 'delta' : 'deltaAccuracy'
  const shown = quantity === 'trainLoss' ? 'loss' : 'testAccuracy'
  const of = (run: RunSummary): number | null => {
    if (reference === null || run.settings.workload !== baseline.workload) return null
    const value = best.includes(shown) ? bestOf(run, quantity) : runs.latestOf(run, quantity)
    return value === null || !Number.isFinite(value) ? null : value - reference
  }
  const write = (value: number): string => {
    const text = formatSigned(value, isAccuracy(quantity) ? 3 : deltaDecimals(reference ?? 1))
    return `${value > 0 ? '▲' : value < 0 ? '▼' : ''} ${text}`.trim()
  }
  return {
    id,
    title: t(`runs.column.${id}`),
    hint: t('runs.deltaNote', { value: writeMeasured(quantity, reference) }),
    width: 108,
    align: 'right',
    text: (run) => {
      const value = of(run)
      return value === null ? '–' : write(value)
    },
    sortValue: of,
    measure: { of, write, higherIsBetter: isAccuracy(quantity) },
  }
}
/** As many decimals as losses of that size have in the column beside it. */
const deltaDecimals = (size: number): number =>
  Math.max(2, Math.min(8, 4 - Math.floor(Math.log10(Math.max(1e-6, Math.abs(size))))))

const ofClasses: readonly string[] = ['testAccuracy', 'trainAccuracy', 'deltaAccuracy', 'validationAccuracy']
const ofStudies: readonly string[] = ['stage', 'trial']
const ofValidation: readonly string[] = ['validationLoss', 'validationAccuracy']

/** The columns of the Runs page, in order, without those that are empty for all runs. A function, as titles follow the language. */
export const runColumns = (options: ColumnOptions): Column<RunSummary>[] =>
  allColumns(options).filter(
    ({ id }) =>
      (options.anyClasses || !ofClasses.includes(id)) &&
      (options.anyStudy || !ofStudies.includes(id)) &&
      (options.anyValidation || !ofValidation.includes(id)) &&
      (options.anyOrigin || id !== 'origin'),
  )

function allColumns({ best, baseline, experiments }: ColumnOptions): Column<RunSummary>[] {
  const titleOf = ({ experimentId }: RunSummary): string | null =>
    experimentId === null ? null : (experiments.get(experimentId) ?? experimentId)
  return [
    {
      id: 'name',
      title: t('runs.column.name'),
      width: 290,
      narrow: 200,
      fixed: true,
      text: ({ name }) => name,
      sortValue: ({ name }) => name,
    },
    {
      id: 'status',
      title: t('runs.column.status'),
      width: 132,
      text: ({ status }) => t(`status.${status}`),
      sortValue: ({ status }) => statusOrder.indexOf(status),
    },
    measured('loss', best.includes('loss')),
    { id: 'curve', title: t('runs.column.curve'), width: 126, text: () => '' },
    plainMeasure('best', 92, (run) => run.best.trainLoss, writeLoss),
    {
      id: 'bestStep',
      title: t('runs.column.bestStep'),
      width: 92,
      align: 'right',
      text: ({ best }) => (best.trainLoss === null ? '–' : formatInteger(best.step)),
      sortValue: ({ best }) => (best.trainLoss === null ? null : best.step),
    },
    ...(baseline ? [deltaColumn('trainLoss', baseline, best)] : []),
    measured('testAccuracy', best.includes('testAccuracy')),
    ...(baseline ? [deltaColumn('testAccuracy', baseline, best)] : []),
    measured('trainAccuracy', best.includes('trainAccuracy')),
    plainMeasure('validationLoss', 110, (run) => run.final.validationLoss ?? null, writeLoss),
    plainMeasure(
      'validationAccuracy',
      120,
      (run) => run.final.validationAccuracy ?? null,
      (value) => formatQuantity('testAccuracy', value),
    ),
    {
      id: 'progress',
      title: t('runs.column.progress'),
      width: 84,
      align: 'right',
      text: ({ steps, totalSteps }) => (totalSteps > 0 ? formatPercent(steps / totalSteps, 0) : '–'),
      sortValue: ({ steps, totalSteps }) => (totalSteps > 0 ? steps / totalSteps : null),
    },
    plainMeasure('seconds', 88, ({ seconds }) => (seconds > 0 ? seconds : null), formatDuration),
    {
      id: 'optimizer',
      title: t('runs.column.optimizer'),
      width: 104,
      text: optimizerTitle,
      sortValue: optimizerTitle,
    },
    {
      id: 'lr',
      title: t('runs.column.lr'),
      width: 100,
      align: 'right',
      text: (run) => {
        const lr = learningRate(run)
        return lr === null ? '–' : formatExact(lr)
      },
      sortValue: learningRate,
    },
    {
      id: 'set',
      title: t('runs.column.set'),
      width: 200,
      text: ({ settings }) => writeSet(settings.set),
      sortValue: ({ settings }) => writeSet(settings.set),
    },
    {
      id: 'schedule',
      title: t('runs.column.schedule'),
      width: 110,
      text: ({ settings }) => settings.schedule.id,
      sortValue: ({ settings }) => settings.schedule.id,
    },
    {
      id: 'workload',
      title: t('runs.column.workload'),
      width: 110,
      text: ({ settings }) => settings.workload,
      sortValue: ({ settings }) => settings.workload,
    },
    {
      id: 'batch',
      title: t('runs.column.batch'),
      width: 72,
      align: 'right',
      text: ({ settings }) => formatInteger(settings.batch),
      sortValue: ({ settings }) => settings.batch,
    },
    {
      id: 'epochs',
      title: t('runs.column.epochs'),
      width: 76,
      align: 'right',
      text: ({ settings }) => formatInteger(settings.epochs),
      sortValue: ({ settings }) => settings.epochs,
    },
    {
      id: 'seed',
      title: t('runs.column.seed'),
      width: 68,
      align: 'right',
      text: ({ settings }) => String(settings.seed),
      sortValue: ({ settings }) => settings.seed,
    },
    {
      id: 'tags',
      title: t('runs.column.tags'),
      width: 140,
      text: ({ tags }) => tags.join(', '),
      sortValue: ({ tags }) => (tags.length > 0 ? tags.join(', ') : null),
    },
    {
      id: 'note',
      title: t('runs.column.note'),
      width: 180,
      text: ({ note = '' }) => note.replace(/\s+/g, ' '),
      sortValue: ({ note }) => note ?? null,
    },
    {
      id: 'experiment',
      title: t('runs.column.experiment'),
      width: 150,
      text: (run) => titleOf(run) ?? '',
      sortValue: titleOf,
    },
    {
      id: 'stage',
      title: t('runs.column.stage'),
      width: 84,
      text: ({ study }) => (study ? t(`runs.stage.${study.stage}`) : ''),
      sortValue: ({ study }) => study?.stage ?? null,
    },
    {
      id: 'trial',
      title: t('runs.column.trial'),
      width: 68,
      align: 'right',
      text: ({ study }) => (study?.trial == null ? '' : formatInteger(study.trial + 1)),
      sortValue: ({ study }) => study?.trial ?? null,
    },
    {
      id: 'device',
      title: t('runs.column.device'),
      width: 96,
      text: ({ provenance, settings }) => provenance?.device ?? settings.device,
      sortValue: ({ provenance, settings }) => provenance?.device ?? settings.device,
    },
    {
      id: 'origin',
      title: t('runs.column.origin'),
      width: 112,
      text: ({ origin }) => (origin ? `${formatMoment(origin.madeAt)} · ${origin.bundle.slice(0, 7)}` : ''),
      sortValue: ({ origin }) => origin?.bundle ?? null,
    },
    {
      id: 'created',
      title: t('runs.column.created'),
      width: 112,
      text: ({ createdAt }) => formatMoment(createdAt),
      sortValue: ({ createdAt, id }) => createdAt + id,
    },
    {
      id: 'finished',
      title: t('runs.column.finished'),
      width: 112,
      text: ({ finishedAt }) => formatMoment(finishedAt),
      sortValue: ({ finishedAt }) => finishedAt,
    },
    { id: 'id', title: t('runs.column.id'), width: 150, text: ({ id }) => id, sortValue: ({ id }) => id },
  ]
}

export const defaultColumns: readonly string[] = [
  'name',
  'status',
  'loss',
  'curve',
  'best',
  'delta',
  'testAccuracy',
  'trainAccuracy',
  'seconds',
  'tags',
  'created',
]
