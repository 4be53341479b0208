import { formatExact, formatInteger, formatNumber } from '../../../../src/locales/format.ts'
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

const accuracyColumn = (quantity: 'testAccuracy' | 'trainAccuracy'): Column<RunSummary> => ({
  id: quantity,
  title: t(`runs.column.${quantity}`),
  hint: t('runs.accuracyNote'),
  width: 104,
  align: 'right',
  text: (run) => formatQuantity(quantity, runs.latestOf(run, quantity)),
  sortValue: (run) => runs.latestOf(run, quantity),
})

/** Columns that are empty where no run tells classes apart. */
const ofClasses: readonly string[] = ['testAccuracy', 'trainAccuracy']

/**
 * The columns of the Runs page, in order. A function, because titles follow the language.
 * @param anyClasses whether a run has accuracies
 */
export const runColumns = (anyClasses: boolean): Column<RunSummary>[] =>
  allColumns().filter(({ id }) => anyClasses || !ofClasses.includes(id))

function allColumns(): Column<RunSummary>[] {
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
    {
      id: 'loss',
      title: t('runs.column.loss'),
      hint: t('runs.lossNote'),
      width: 92,
      align: 'right',
      text: (run) => writeLoss(runs.latestOf(run, 'trainLoss')),
      sortValue: (run) => runs.latestOf(run, 'trainLoss'),
    },
    { id: 'curve', title: t('runs.column.curve'), width: 126, text: () => '' },
    {
      id: 'best',
      title: t('runs.column.best'),
      width: 92,
      align: 'right',
      text: (run) => writeLoss(run.best.trainLoss),
      sortValue: (run) => run.best.trainLoss,
    },
    {
      id: 'bestStep',
      title: t('runs.column.bestStep'),
      width: 92,
      align: 'right',
      text: ({ best }) => (best.trainLoss === null ? '–' : formatInteger(best.step)),
      sortValue: ({ best }) => (best.trainLoss === null ? null : best.step),
    },
    accuracyColumn('testAccuracy'),
    accuracyColumn('trainAccuracy'),
    {
      id: 'progress',
      title: t('runs.column.progress'),
      width: 84,
      align: 'right',
      text: ({ steps, totalSteps }) => (totalSteps > 0 ? formatPercent(steps / totalSteps, 0) : '–'),
      sortValue: ({ steps, totalSteps }) => (totalSteps > 0 ? steps / totalSteps : null),
    },
    {
      id: 'seconds',
      title: t('runs.column.seconds'),
      width: 88,
      align: 'right',
      text: ({ seconds }) => (seconds > 0 ? formatDuration(seconds) : '–'),
      sortValue: ({ seconds }) => seconds,
    },
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
      id: 'device',
      title: t('runs.column.device'),
      width: 96,
      text: ({ provenance, settings }) => provenance?.device ?? settings.device,
      sortValue: ({ provenance, settings }) => provenance?.device ?? settings.device,
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
  'testAccuracy',
  'trainAccuracy',
  'seconds',
  'tags',
  'created',
]
