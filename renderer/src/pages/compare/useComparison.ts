import { refThrottled } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { SeriesAverage, XAxis } from '../../../../src/charts/average.ts'
import type { MeasuredRun, Study } from '../../../../src/charts/comparison.ts'
import type { Quantity } from '../../../../src/charts/quantity.ts'
import type { Scale } from '../../../../src/charts/ticks.ts'
import { usefulGroupings, type Grouping } from '../../../../src/comparison/grouping.ts'
import {
  narrowed,
  summarise,
  type ComparisonSummary,
  type Moment,
  type SectionSummary,
  type SeriesSummary,
} from '../../../../src/comparison/summary.ts'
import { isTuningRun } from '../../../../src/comparison/tuning.ts'
import type { CallOutput } from '../../../../src/contract/contract.ts'
import type { LabContract } from '../../../../src/contract/lab.ts'
import type { Experiment } from '../../../../src/experiments/experiment.ts'
import { isOver, type MetricColumns, type RunSummary } from '../../../../src/experiments/run.ts'
import { connectionStatus, lab } from '../../connection/index.ts'
import { oncePerFrame } from '../../lib/frames.ts'
import { measuredOn } from '../../lib/measures.ts'
import { baseline } from '../../stores/baseline.ts'
import { chosenSource, fromAll, fromSelection } from '../../stores/compared.ts'
import { useDraft } from '../../stores/drafts.ts'
import { runs } from '../../stores/runs.ts'
import { selection } from '../../stores/selection.ts'
import { seriesKey } from '../../../../src/experiments/canonical.ts'
import { AverageCache } from './averages.ts'
import { margin, marginOfFile } from './margin.ts'
import { useTrialEpochs } from './trial-epochs.ts'

export type StoredExperiment = CallOutput<LabContract, 'experiments.list'>['experiments'][number]

interface View {
  by: Grouping
  x: XAxis
  xScale: Scale
  quantity: Quantity
  /** Of losses. */
  yScale: Scale
  /** Single seeds; null leaves it to the figure, which drops them where there are many. */
  seeds: boolean | null
  smoothing: number
  /** What of a seed counts in table, strip and maps. */
  moment: Moment
}

const nothing: MetricColumns = {
  step: new Float64Array(0),
  examples: new Float64Array(0),
  seconds: new Float64Array(0),
  trainLoss: new Float64Array(0),
}

/** A file that says by what results are judged; the word alone may be in a comment, which costs a reading. */
const judges = /\b(margin|targets|cutFrom)\b/

/** How often a comparison of running runs is brought up to date. */
const everyMs = 200

/** What the page compares and how it looks at it: everything that its parts draw from. */
export function useComparison() {
  const view = useDraft<View>('compare', {
    by: 'series',
    x: 'epoch',
    xScale: 'linear',
    quantity: 'trainLoss',
    yScale: 'log',
    seeds: null,
    smoothing: 0,
    moment: 'last',
  })

  const experiments = shallowRef<readonly StoredExperiment[]>([])
  const experimentsError = shallowRef<unknown>(null)
  async function readExperiments(): Promise<void> {
    try {
      experiments.value = (await lab.call('experiments.list', {})).experiments
      experimentsError.value = null
    } catch (thrown) {
      experimentsError.value = thrown
    }
  }
  watch(
    () => connectionStatus.value.state,
    (state) => {
      if (state === 'open') void readExperiments()
    },
    { immediate: true },
  )

  const latestExperiment = computed(
    () => runs.list.value.findLast(({ experimentId }) => experimentId !== null)?.experimentId,
  )
  const source = computed(
    () =>
      chosenSource.value ??
      (selection.ids.value.size > 0 ? fromSelection : (latestExperiment.value ?? fromAll)),
  )
  // Whoever selects runs elsewhere wants to see those.
  watch(selection.ids, (ids) => {
    if (ids.size > 0) chosenSource.value = fromSelection
    else if (chosenSource.value === fromSelection) chosenSource.value = null
  })
  const knownExperiments = computed(() => new Set(experiments.value.map(({ id }) => id)))
  watch([latestExperiment, source], (ids) => {
    const isUnknown = (id: string | null | undefined): boolean =>
      id != null && id !== fromAll && id !== fromSelection && !knownExperiments.value.has(id)
    if (ids.some(isUnknown)) void readExperiments()
  })

  const wanted = computed<readonly RunSummary[]>((before) => {
    const from = source.value
    const now =
      from === fromSelection
        ? selection.runs.value
        : from === fromAll
          ? runs.list.value
          : runs.list.value.filter(({ experimentId }) => experimentId === from)
    return before?.length === now.length && now.every((run, index) => run === before[index]) ? before : now
  })
  const given = refThrottled(wanted, everyMs)

  const experiment = computed(() => {
    const first = given.value[0]?.experimentId
    return first && given.value.every(({ experimentId }) => experimentId === first)
      ? experiments.value.find(({ id }) => id === first)
      : undefined
  })
  /** The file that tuned, or says how to judge, as it was read last. */
  const tuned = shallowRef<{ id: string; experiment: Experiment } | null>(null)
  watch(
    [experiment, () => given.value.some(({ study: role }) => role !== undefined)] as const,
    async ([one, isStudy]) => {
      if (!one || !(isStudy || judges.test(one.text)) || tuned.value?.id === one.id) return
      // The reader of files is not needed by most comparisons.
      const { readForeignExperiment } = await import('../../../../src/experiments/read.ts')
      tuned.value = { id: one.id, experiment: readForeignExperiment(one.text, one.title) }
    },
    { immediate: true },
  )
  const judging = computed(() => (tuned.value?.id === experiment.value?.id ? tuned.value : null))
  watch(
    judging,
    (file) =>
      (marginOfFile.value =
        file?.experiment.margin === undefined ? null : { id: file.id, margin: file.experiment.margin }),
    { immediate: true },
  )
  const tuningRuns = computed<readonly RunSummary[]>((before) => {
    const id = tuned.value?.id
    const finals = given.value.filter((run) => !isTuningRun(run))
    const contestants = new Set(finals.map(({ study: role }) => role?.contestant))
    const now = runs.list.value.filter(
      (run) =>
        run.experimentId === id &&
        isTuningRun(run) &&
        (finals.length === 0 || contestants.has(run.study?.contestant)),
    )
    return before?.length === now.length && now.every((run, index) => run === before[index]) ? before : now
  })
  const trialEpochs = useTrialEpochs(
    computed(() => (judging.value?.experiment.targets ? tuningRuns.value : [])),
  )
  const study = computed<Study | undefined>(() =>
    judging.value?.experiment.tuning
      ? {
          experiment: judging.value.experiment,
          runs: tuningRuns.value,
          ...(judging.value.experiment.targets && { epochs: trialEpochs.value }),
        }
      : undefined,
  )
  /** Those compared: tuning runs only where a person picked nothing else. */
  const shown = computed<readonly RunSummary[]>((before) => {
    const finals = given.value.filter((run) => !isTuningRun(run))
    const isPicked = source.value === fromSelection
    const now = finals.length === 0 && isPicked ? given.value : finals
    return before?.length === now.length && now.every((run, index) => run === before[index]) ? before : now
  })
  const ids = computed<readonly string[]>((before) => {
    const now = shown.value.map(({ id }) => id)
    return before?.length === now.length && now.every((id, index) => id === before[index]) ? before : now
  })

  // Curves: read in batches, then kept up to date by events.
  const curvesError = shallowRef<unknown>(null)
  const loading = ref(false)
  /** Changes when curves have been read with which more came than points: what tests said after epochs. */
  const epochsRead = ref(0)
  const curvesRead = ref(0)
  let reading = 0
  async function readCurves(): Promise<void> {
    const own = ++reading
    loading.value = true
    curvesError.value = null
    try {
      await runs.ensureCurves(ids.value)
      curvesRead.value++
      if (ids.value.some((id) => (runs.curve(id)?.epochs.length ?? 0) > 0)) epochsRead.value++
    } catch (thrown) {
      if (own === reading) curvesError.value = thrown
    } finally {
      if (own === reading) loading.value = false
    }
  }
  watch([ids, () => connectionStatus.value.state], () => void readCurves(), { immediate: true })

  const curveTick = ref(0)
  const touch = oncePerFrame(() => curveTick.value++)
  let waiting = false
  const idSet = computed(() => new Set(ids.value))
  const stop = runs.onCurves((changed) => {
    let concerns = false
    for (const id of changed) if (idSet.value.has(id)) concerns = true
    if (!concerns || waiting) return
    waiting = true
    setTimeout(
      () => {
        waiting = false
        touch()
      },
      loading.value ? 0 : everyMs,
    )
  })
  onScopeDispose(stop)

  // The same object as long as neither the run nor its curve changed.
  const measured = new Map<string, { run: RunSummary; version: number; value: MeasuredRun }>()
  function measure(run: RunSummary): MeasuredRun {
    const buffer = runs.curve(run.id)
    const version = buffer?.version ?? -1
    const known = measured.get(run.id)
    if (known?.run === run && known.version === version) return known.value
    const value = {
      record: { ...run, epochs: [...(buffer?.epochs ?? [])] },
      metrics: buffer?.points ?? nothing,
    }
    measured.set(run.id, { run, version, value })
    return value
  }
  watch(idSet, (now) => {
    for (const id of measured.keys()) if (!now.has(id)) measured.delete(id)
  })

  const groupings = computed<readonly Grouping[]>(() => [
    'series',
    'run',
    ...usefulGroupings(shown.value.map((run) => ({ record: { ...run, epochs: [] } }))),
  ])
  const by = computed<Grouping>({
    get: () => (groupings.value.includes(view.by) ? view.by : 'series'),
    set: (next) => (view.by = next),
  })

  const pinnedRun = computed(() => {
    const pinned = baseline.key.value
    if (pinned === null) return undefined
    return (
      shown.value.find(({ id }) => id === pinned) ??
      shown.value.find((run) => seriesKey(run.settings) === pinned)
    )?.id
  })
  /** @param _read what makes it happen again: curves are outside Vue's reactivity */
  const summaryNow = (_read: number): ComparisonSummary =>
    summarise(shown.value.map(measure), {
      by: by.value,
      baseline: pinnedRun.value,
      margin: margin.value,
      targets: judging.value?.experiment.targets,
      cutFrom: judging.value?.experiment.cutFrom,
      study: study.value,
    })
  const summary = computed(() => summaryNow(epochsRead.value))

  const sectionIndex = ref(0)
  const whole = computed(
    () => summary.value.sections[Math.min(sectionIndex.value, summary.value.sections.length - 1)],
  )
  watch(source, () => (sectionIndex.value = 0))

  // Hidden series leave the comparison: figure, ranking and exports alike.
  const hidden = shallowRef<ReadonlySet<string>>(new Set())
  watch([source, by], () => (hidden.value = new Set()))
  /** The section with the points that have been read since it was summed up: for what looks at the way to an end. */
  const withCurves = (one: SectionSummary): SectionSummary => curvesNow(one, curvesRead.value)
  /** @param _read what makes it happen again: curves are outside Vue's reactivity */
  function curvesNow(one: SectionSummary, _read: number): SectionSummary {
    const series = one.series.map((own) => ({
      ...own,
      runs: own.runs.map((known) => {
        const run = runs.byId(known.record.id)
        return run ? measure(run) : known
      }),
    }))
    return {
      ...one,
      series,
      baseline: series.find(({ key }) => key === one.baseline.key) ?? one.baseline,
    }
  }

  const isHidden = (series: SeriesSummary): boolean => hidden.value.has(series.key)
  const section = computed(() => whole.value && narrowed(whole.value, (series) => !isHidden(series)))
  function toggle(series: SeriesSummary): void {
    const next = new Set(hidden.value)
    if (!next.delete(series.key)) next.add(series.key)
    hidden.value = next
  }
  function solo(series: SeriesSummary): void {
    const all = whole.value?.series ?? []
    const isAlone = section.value?.series.length === 1 && !isHidden(series)
    hidden.value = new Set(isAlone ? [] : all.filter((one) => one.key !== series.key).map(({ key }) => key))
  }

  const quantities = computed(() => measuredOn((whole.value?.series ?? []).map(({ settings }) => settings)))
  const quantity = computed<Quantity>({
    get: () => (quantities.value.includes(view.quantity) ? view.quantity : 'trainLoss'),
    set: (next) => (view.quantity = next),
  })

  const cache = new AverageCache()
  /** @param _tick what makes it happen again: curves are outside Vue's reactivity */
  function averagesNow(_tick: number): ReadonlyMap<string, SeriesAverage> {
    const list = whole.value?.series ?? []
    cache.keep(new Set(list.map(({ key }) => key)))
    return new Map(
      list.map((one) => {
        // The summary's runs may be older than their curves.
        const now = one.runs.map(({ record }) => {
          const run = runs.byId(record.id)
          return run ? measure(run) : { record, metrics: nothing }
        })
        const state = now
          .map(
            ({ record: { id, status, epochs }, metrics: { step } }) =>
              `${id} ${status} ${step.length} ${step.at(-1) ?? ''} ${epochs.length}`,
          )
          .join()
        return [one.key, cache.get(one.key, now, state, view.x, quantity.value)]
      }),
    )
  }
  const averages = computed(() => averagesNow(curveTick.value))

  const isPinned = (series: SeriesSummary): boolean => series.isBaseline && pinnedRun.value !== undefined
  function pin(series: SeriesSummary): void {
    const first = series.runs[0]
    if (isPinned(series)) baseline.unpin()
    else if (first) baseline.pin(by.value === 'run' ? series.key : seriesKey(first.record.settings))
  }

  const exported = computed(() => {
    const left = new Set(
      (whole.value?.series ?? []).filter(isHidden).flatMap((one) => one.runs.map(({ record }) => record.id)),
    )
    return ids.value.filter((id) => !left.has(id))
  })

  return {
    view,
    by,
    groupings,
    source,
    choose: (next: string) => (chosenSource.value = next),
    experiments,
    experimentsError,
    experiment,
    shown,
    tuningRuns,
    summary,
    sectionIndex,
    whole,
    section,
    quantities,
    quantity,
    averages,
    hidden,
    isHidden,
    withCurves,
    toggle,
    solo,
    showAll: () => (hidden.value = new Set()),
    isPinned,
    /** A run of the baseline's series; undefined while nothing is pinned. */
    pinnedRun,
    pin,
    loading,
    curvesError,
    retry: () => void readCurves(),
    /** The runs compared without those hidden, in their order: what exports take. */
    exported,
    anyRunning: computed(() => shown.value.some(({ status }) => !isOver(status))),
  }
}
