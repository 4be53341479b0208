import { computed, ref, shallowRef, watch } from 'vue'
import { formatExact } from '../../../../src/locales/format.ts'
import { mean } from '../../../../src/math/statistics.ts'
import { optimizers } from '../../../../src/optimizers/index.ts'
import type { RunSummary } from '../../../../src/experiments/run.ts'
import { lab } from '../../connection/index.ts'
import { t } from '../../i18n.ts'
import { hasClasses } from '../../lib/measures.ts'
import { groupFields, groupValues, parseFilter } from '../../lib/run-filter.ts'
import { load, save } from '../../lib/storage.ts'
import type { Aggregate, Grouping, Sort } from '../../lib/table.ts'
import { baseline } from '../../stores/baseline.ts'
import { runs } from '../../stores/runs.ts'
import { seriesKey } from '../../../../src/experiments/canonical.ts'
import { columnChoices, defaultColumns, runColumns, type Baseline } from './columns.ts'
import type { RunView } from './views.ts'

/** A value that is kept in this browser. */
function kept<T>(name: string, otherwise: T) {
  const value = ref(load(name, otherwise))
  watch(value, (now) => save(name, now), { deep: true })
  return value
}

/**
 * How the table is looked at: filter, columns, order, groups, all of them kept, and what follows from them.
 * @param given a filter that the address names
 */
export function useRunTable(given: string | undefined) {
  const text = ref(given ?? load('runs.filter', ''))
  watch(text, (value) => save('runs.filter', value))
  /** The last filter that made sense: the table does not empty while one is typed. */
  const test = shallowRef(parseFilter(''))
  function settle(value: string): void {
    const result = parseFilter(value)
    if (result.ok) test.value = result
  }
  settle(text.value)
  const context = { latestOf: runs.latestOf }
  const shown = computed(() => {
    const filter = test.value
    const newestFirst = runs.list.value.toReversed()
    return !filter.ok || filter.empty ? newestFirst : newestFirst.filter((run) => filter.test(run, context))
  })

  const visibleColumns = kept<string[]>('runs.columns', [...defaultColumns])
  const best = kept<string[]>('runs.best', [])
  const sort = kept<Sort | null>('runs.sort', null)
  const group = kept<string | null>('runs.group', null)
  const aggregate = kept<Aggregate>('runs.aggregate', 'mean')

  const anyClasses = computed(() => runs.list.value.some(({ settings }) => hasClasses(settings.workload)))
  const anyStudy = computed(() => runs.list.value.some(({ study }) => study !== undefined))
  const anyOrigin = computed(() => runs.list.value.some(({ origin }) => origin !== undefined))
  const anyValidation = computed(() =>
    runs.list.value.some(({ settings }) => settings.validation !== undefined),
  )
  /** Means of the series that is the baseline, tuning runs left out; null where none is, or none of it is over. */
  const reference = computed((): Baseline | null => {
    const { value: key } = baseline.key
    if (key === null) return null
    const own = runs.list.value.filter(
      ({ settings, study }) => study?.stage !== 'tuning' && seriesKey(settings) === key,
    )
    const [first] = own
    const over = (quantity: 'trainLoss' | 'testAccuracy'): number | null => {
      const shownId = quantity === 'trainLoss' ? 'loss' : quantity
      const values = own
        .filter(({ status }) => status === 'done')
        .map(({ best: at, final }) => (best.value.includes(shownId) ? at : final)[quantity])
        .filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
      return values.length > 0 ? mean(values) : null
    }
    return first
      ? {
          workload: first.settings.workload,
          trainLoss: over('trainLoss'),
          testAccuracy: over('testAccuracy'),
        }
      : null
  })
  const experiments = useExperimentTitles(
    computed(() => group.value === 'experiment' || visibleColumns.value.includes('experiment')),
  )
  const allColumns = computed(() =>
    runColumns({
      anyClasses: anyClasses.value,
      anyStudy: anyStudy.value,
      anyValidation: anyValidation.value,
      anyOrigin: anyOrigin.value,
      best: best.value,
      baseline: reference.value,
      experiments: experiments.value,
    }),
  )
  const chosenColumns = computed({
    get: () => visibleColumns.value,
    // What these runs have no column for stays chosen for others.
    set: (ids) => {
      const absent = visibleColumns.value.filter((id) => !allColumns.value.some((column) => column.id === id))
      visibleColumns.value = [...ids, ...absent]
    },
  })
  const columns = computed(() =>
    allColumns.value.filter(({ id, fixed }) => fixed || visibleColumns.value.includes(id)),
  )

  const fields = computed(() => groupFields(runs.list.value))
  const grouping = computed((): Grouping<RunSummary> | null => {
    const field = fields.value.find(({ name }) => name === group.value)
    if (!field) return null
    return {
      valuesOf: groupValues(field),
      write: (value) => (value === null ? t('runs.group.none') : writeGroup(field.name, value)),
    }
  })
  function writeGroup(name: string, value: number | string): string {
    if (name === 'optimizer') return optimizers.find(({ id }) => id === value)?.title ?? String(value)
    if (name === 'status') return t(`status.${value as RunSummary['status']}`)
    if (name === 'stage') return t(`runs.stage.${value as 'tuning' | 'final'}`)
    if (name === 'experiment') return experiments.value.get(String(value)) ?? String(value)
    if (typeof value === 'string') return value
    return `${name} ${formatExact(name === 'trial' ? value + 1 : value)}`
  }

  const view = computed({
    get: (): RunView => ({
      filter: text.value,
      columns: [...visibleColumns.value],
      best: [...best.value],
      sort: sort.value && { ...sort.value },
      group: group.value,
      aggregate: aggregate.value,
    }),
    set: (saved) => {
      text.value = saved.filter
      visibleColumns.value = [...saved.columns]
      best.value = [...saved.best]
      sort.value = saved.sort
      group.value = saved.group
      aggregate.value = saved.aggregate
    },
  })

  return {
    text,
    settle,
    shown,
    allColumns,
    chosenColumns,
    columns,
    choices: computed(() => columnChoices(anyClasses.value)),
    best,
    sort,
    group,
    aggregate,
    fields,
    grouping,
    view,
  }
}

/** Titles by id, read once they are wanted. */
function useExperimentTitles(wanted: { readonly value: boolean }) {
  const titles = shallowRef<ReadonlyMap<string, string>>(new Map())
  const missing = computed(
    () =>
      wanted.value &&
      runs.list.value.some(({ experimentId }) => experimentId !== null && !titles.value.has(experimentId)),
  )
  watch(
    missing,
    async (needed) => {
      if (!needed) return
      const { experiments } = await lab.call('experiments.list', {}).catch(() => ({ experiments: [] }))
      titles.value = new Map(experiments.map(({ id, title }) => [id, title]))
    },
    { immediate: true },
  )
  return titles
}
