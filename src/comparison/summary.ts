import { isDiverged } from '../charts/average.ts'
import type { MeasuredRun, Study } from '../charts/comparison.ts'
import { pictureStyles, styleAt, type SeriesStyle } from '../charts/palette.ts'
import type { Quantity } from '../charts/quantity.ts'
import { seriesKey } from '../experiments/canonical.ts'
import { targetsOn, type Experiment, type Targets, type WorkloadTargets } from '../experiments/experiment.ts'
import { bestTestEpoch } from '../experiments/best-epoch.ts'
import { isOver } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { meanInterval, sampleStandardDeviation, type MeanInterval } from '../math/statistics.ts'
import { groupsOf, type Grouping } from './grouping.ts'
import { middlesOf, type Middles } from './middles.ts'
import { bestValue, endValue, isFinished } from './outcomes.ts'
import { withoutRepeats } from './repeats.ts'
import { settingText } from './text.ts'
import { algoPerfOf, type AlgoPerf } from './measures/algoperf.ts'
import { isTuningRun, tuningOf, type TuningSummary } from './tuning.ts'
import { defaultMargin, judge, verdictOf, type SectionVerdicts } from './verdict.ts'

/** Quantities that not all runs have. */
export type OtherQuantity = Exclude<Quantity, 'trainLoss'>

/** Where the seeds of a series that finished ended in one quantity. */
export interface Ending extends MeanInterval {
  values: number[]
  /** Mean minus the baseline's; null where that has none, and for the baseline itself. */
  delta: number | null
}

/**
 * What the runs of one series came to. Diverged and unfinished runs are counted and enter no mean; interquartile mean and
 * median take a diverged one as worse than every number.
 */
export interface SeriesSummary {
  /** Unique within the comparison. */
  key: string
  /** Unique within the section; settings are added to labels that would clash. */
  label: string
  style: SeriesStyle
  settings: Omit<RunSettings, 'seed'>
  runs: readonly MeasuredRun[]
  seeds: number[]
  /** Final training losses of the seeds that finished. */
  finals: number[]
  final: MeanInterval | null
  sd: number | null
  /** Of the final training losses; null where no seed finished. */
  middles: Middles | null
  /** Lowest training loss at an evaluation point of any seed that did not diverge. */
  best: { value: number; step: number; seed: number } | null
  /** Seconds an epoch, evaluation excluded, over the seeds that finished. */
  secondsPerEpoch: MeanInterval | null
  /** After the last epoch; null where no seed that finished has the quantity. */
  endings: Record<OtherQuantity, Ending | null>
  /** Highest test accuracy after an epoch (the first is 0) of any seed that did not diverge. */
  bestTestAccuracy: { value: number; epoch: number; seed: number } | null
  diverged: { seed: number; step: number | null }[]
  incomplete: { seed: number; status: string }[]
  /** Its runs differ in more than their seed, so its intervals cover settings too. */
  isMixed: boolean
  /** Mean final loss minus the baseline's; null where either has none, and for the baseline itself. */
  delta: number | null
  isBaseline: boolean
}

/** Series whose losses can be compared: one workload, and one batch size where the experiment crosses batch sizes. */
export interface SectionSummary {
  workload: string
  /** Set where the workload is split by batch size. */
  batch: number | null
  series: SeriesSummary[]
  /** What the others' differences are to: the series pinned, else the first. */
  baseline: SeriesSummary
  /** Positions in `series` of the lowest mean with an interval, and of all that the verdict does not tell from it. */
  lowest: number | null
  tied: number[]
  /** Of final training losses. */
  verdicts: SectionVerdicts
  /** What the experiment's file says should be reached; undefined where results decide. */
  targets?: Targets | undefined
  /** What a time limit took of the experiment. */
  cutFrom?: Experiment['cutFrom'] | undefined
}

export interface ComparisonSummary {
  sections: SectionSummary[]
  runCount: number
  divergedCount: number
  incompleteCount: number
  /** Runs left out because another has their settings and seed. */
  repeatCount: number
  /** Runs that are in several groups, because they have several tags. */
  sharedCount: number
  /** How the settings compared were found; null where they were not tuned, or it is not known. */
  tuning: TuningSummary | null
  /** AlgoPerf's score of the trials; null without targets that they could reach. */
  algoPerf: AlgoPerf | null
}

export interface SummaryOptions {
  /** What is averaged together; by default runs that differ in their seed alone. */
  by?: Grouping
  /** Any run of the series that others are compared with; by default the first series of each section. */
  baseline?: string | undefined
  /** The largest difference that does not matter, as a share of the mean. */
  margin?: number | undefined
  /** What should be reached, where it was said beforehand. */
  targets?: WorkloadTargets | undefined
  /** What there was before a time limit took it away. */
  cutFrom?: Experiment['cutFrom'] | undefined
  /** The experiment that the runs come from, where it tuned. */
  study?: Study | undefined
}

/** Those that are compared: tuning runs are not, where there are others or it is known what they were for. */
function comparedRuns(given: readonly MeasuredRun[], study?: Study): readonly MeasuredRun[] {
  const others = given.filter(({ record }) => !isTuningRun(record))
  const compared = study || others.length > 0 ? others : given
  // As the file has them: which optimizer's tuning ended first depends on the machine.
  return study ? compared.toSorted((a, b) => contestantOf(a) - contestantOf(b)) : compared
}

const contestantOf = ({ record: { study } }: MeasuredRun): number =>
  study?.contestant ?? Number.MAX_SAFE_INTEGER

/** Groups runs into series and sections, in the order in which they came, and computes what a report says of them. */
export function summarise(
  all: readonly MeasuredRun[],
  { by = 'series', baseline, margin = defaultMargin, targets, cutFrom, study }: SummaryOptions = {},
): ComparisonSummary {
  const given = comparedRuns(all, study)
  const { groups, runs, shared } = groupRuns(given, by)
  const summaries = [...groups].map(([key, { label, members }]) => summariseSeries(key, label, members, by))
  const sections: SectionSummary[] = []
  for (const [workload, ofWorkload] of Map.groupBy(summaries, ({ settings }) => settings.workload)) {
    const byBatch = Map.groupBy(ofWorkload, ({ settings }) => settings.batch)
    // A batch size of its own for each rule is part of the rule; every rule at every batch size is another question.
    const split =
      by === 'series' && byBatch.size > 1 && [...byBatch.values()].every((series) => series.length > 1)
    for (const [batch, series] of split ? byBatch : [[null, ofWorkload] as const])
      sections.push({
        ...section(workload, batch, series, baselineOf(baseline, given), margin),
        targets: targetsOn(targets, workload),
        cutFrom,
      })
  }
  return {
    sections,
    runCount: runs.length,
    divergedCount: runs.filter(({ record }) => isDiverged(record)).length,
    incompleteCount: runs.filter((run) => !isDiverged(run.record) && !isFinished(run)).length,
    repeatCount: given.length - runs.length,
    sharedCount: shared,
    tuning: study ? tuningOf(study, given, styleOf(sections)) : null,
    algoPerf: study ? algoPerfOf(study, styleOf(sections)) : null,
  }
}

interface RunGroup {
  label: string
  members: readonly MeasuredRun[]
}

/**
 * Repetitions are left out of each group by itself: by tag one may be in another group than what it repeats.
 * @returns with the runs that are in any group, and how many are in several
 */
function groupRuns(
  given: readonly MeasuredRun[],
  by: Grouping,
): { groups: Map<string, RunGroup>; runs: readonly MeasuredRun[]; shared: number } {
  const all = new Map<string, { label: string; members: MeasuredRun[] }>()
  for (const run of by === 'run' || by === 'tag' ? given : withoutRepeats(given, repeatKey).kept) {
    const own = by === 'series' ? [{ key: settingsKey(run), label: run.record.series }] : groupsOf(run, by)
    for (const { key, label } of own) {
      const group = all.get(key)
      if (group) group.members.push(run)
      else all.set(key, { label, members: [run] })
    }
  }
  const groups = new Map<string, RunGroup>()
  const places = new Map<MeasuredRun, number>()
  for (const [key, { label, members }] of all) {
    const kept = by === 'tag' ? withoutRepeats(members, repeatKey).kept : members
    groups.set(key, { label, members: kept })
    for (const run of kept) places.set(run, (places.get(run) ?? 0) + 1)
  }
  const runs = given.filter((run) => places.has(run))
  return { groups, runs, shared: runs.filter((run) => (places.get(run) ?? 0) > 1).length }
}

/** The look of the series that holds a contestant's runs. */
function styleOf(sections: readonly SectionSummary[]): (contestant: number) => SeriesStyle | undefined {
  const styles = new Map(
    sections.flatMap(({ series }) =>
      series.flatMap(({ runs, style }) =>
        runs.map(({ record }) => [record.study?.contestant, style] as const),
      ),
    ),
  )
  return (contestant) => styles.get(contestant)
}

/** The series that a pinned run belongs to, also where a repetition of the run stands for it. */
function baselineOf(id: string | undefined, runs: readonly MeasuredRun[]): Pinned | undefined {
  if (id === undefined) return undefined
  const run = runs.find(({ record }) => record.id === id)
  return { id, series: run && settingsKey(run) }
}

interface Pinned {
  id: string
  series: string | undefined
}

function section(
  workload: string,
  batch: number | null,
  series: SeriesSummary[],
  pinned: Pinned | undefined,
  margin: number,
): SectionSummary {
  // By section, so that a rule looks the same in each of them.
  const styles = pictureStyles(series.map(({ key, settings }) => ({ key, optimizer: settings.optimizer })))
  const severalRules = series.some(({ runs }) => differ(runs, ({ optimizer }) => optimizer))
  series.forEach((one, index) => {
    one.style = severalRules ? styleAt(index) : (styles.get(one.key) ?? one.style)
  })
  separateLabels(series)
  const first = series[0] as SeriesSummary
  const baseline =
    series.find(({ runs }) => runs.some(({ record }) => record.id === pinned?.id)) ??
    series.find(({ key }) => key === pinned?.series) ??
    first
  return { workload, batch, ...against(baseline, series), ...rank(series, baseline, margin) }
}

/** The section with some of its series only. Where the baseline goes, the first of those that stay takes its place. */
export function narrowed(section: SectionSummary, keep: (series: SeriesSummary) => boolean): SectionSummary {
  const series = section.series.filter(keep)
  const baseline = series.includes(section.baseline) ? section.baseline : (series[0] ?? section.baseline)
  return { ...section, ...against(baseline, series), ...rank(series, baseline, section.verdicts.margin) }
}

/** The series with their differences to one of them. */
function against(
  baseline: SeriesSummary,
  series: readonly SeriesSummary[],
): Pick<SectionSummary, 'series' | 'baseline'> {
  const compared = series.map((one) => {
    const difference = (own: MeanInterval | null, other: MeanInterval | null): number | null =>
      one !== baseline && own && other ? own.mean - other.mean : null
    const ending = (quantity: OtherQuantity): Ending | null => {
      const own = one.endings[quantity]
      return own && { ...own, delta: difference(own, baseline.endings[quantity]) }
    }
    return {
      ...one,
      isBaseline: one === baseline,
      delta: difference(one.final, baseline.final),
      endings: ofEach(ending),
    }
  })
  return { series: compared, baseline: compared.find(({ isBaseline }) => isBaseline) ?? baseline }
}

function rank(
  series: readonly SeriesSummary[],
  baseline: SeriesSummary,
  margin: number,
): Pick<SectionSummary, 'lowest' | 'tied' | 'verdicts'> {
  const anyInterval = series.some(({ final }) => final?.low != null)
  const ranked = series
    .flatMap(({ final, middles }, index) =>
      final && !(anyInterval && final.low === null)
        ? [{ index, final, isMostlyLost: middles?.median === Infinity }]
        : [],
    )
    // A mean over the few seeds that did not diverge is no reason to be called the lowest.
    .sort((a, b) => Number(a.isMostlyLost) - Number(b.isMostlyLost) || a.final.mean - b.final.mean)
  const [best, ...others] = ranked
  const lowest = best?.index ?? null
  const verdicts = judge(series, {
    quantity: 'trainLoss',
    margin,
    focus: [lowest, series.indexOf(baseline)],
  })
  const tied = others
    .filter(({ final }) => final.low !== null)
    .map(({ index }) => index)
    .filter((index) => verdictOf(verdicts, lowest as number, index)?.call !== 'better')
  return { lowest, tied: tied.sort((a, b) => a - b), verdicts }
}

function differ(runs: readonly MeasuredRun[], part: (settings: RunSettings) => unknown): boolean {
  const [first, ...others] = runs.map(({ record }) => part(record.settings))
  return others.some((value) => value !== first)
}

function summariseSeries(
  key: string,
  label: string,
  runs: readonly MeasuredRun[],
  by: Grouping,
): SeriesSummary {
  const first = runs[0] as MeasuredRun
  const { seed: _seed, ...settings } = first.record.settings
  const diverged = runs.filter(({ record }) => isDiverged(record))
  const finished = runs.filter(isFinished)
  const incomplete = runs.filter((run) => !diverged.includes(run) && !finished.includes(run))
  const finals = finished.map(({ record }) => record.final.trainLoss as number)
  const interval = (values: readonly number[]) => {
    const measured = values.filter(Number.isFinite)
    return measured.length > 0 ? meanInterval(measured) : null
  }
  return {
    key,
    label,
    style: { hue: 'ink', dash: [], marker: 'circle' },
    settings,
    runs,
    seeds: runs.map(({ record }) => record.settings.seed),
    finals,
    final: interval(finals),
    sd: finals.length > 0 ? sampleStandardDeviation(finals) : null,
    middles: finals.length > 0 ? middlesOf([...finals, ...diverged.map(() => Infinity)]) : null,
    best: bestOf(runs.filter((run) => !diverged.includes(run))),
    secondsPerEpoch: interval(finished.map(secondsPerEpoch)),
    endings: ofEach((quantity) => ending(finished, quantity)),
    bestTestAccuracy: bestTestAccuracyOf(runs.filter((run) => !diverged.includes(run))),
    diverged: diverged.map(({ record }) => ({
      seed: record.settings.seed,
      step: record.divergence?.step ?? null,
    })),
    incomplete: incomplete.map(({ record }) => ({
      seed: record.settings.seed,
      status: record.status === 'done' || !isOver(record.status) ? 'interrupted' : record.status,
    })),
    isMixed: by !== 'series' && new Set(runs.map(settingsKey)).size > 1,
    delta: null,
    isBaseline: false,
  }
}

/** Of each seed: what it measured at its end, or the best it ever did. */
export type Moment = 'last' | 'best'

/** Where the seeds of a series that finished ended, or their bests; null where none has the quantity. */
export function endingOf(
  one: SeriesSummary,
  quantity: Quantity,
  moment: Moment = 'last',
): (MeanInterval & { values: readonly number[] }) | null {
  if (moment === 'best') return intervalOver(one.runs.filter(isFinished), (run) => bestValue(run, quantity))
  if (quantity !== 'trainLoss') return one.endings[quantity]
  return one.final && { ...one.final, values: one.finals }
}

/**
 * The generalisation gap of the seeds that finished, training minus test at their ends: of accuracies where there are
 * any, else of losses, which then is below zero where it generalises worse than it fits. Null where nothing was tested.
 */
export function gapOf({ runs }: SeriesSummary): (MeanInterval & { of: 'accuracy' | 'loss' }) | null {
  for (const kind of ['accuracy', 'loss'] as const) {
    const [train, test] =
      kind === 'accuracy'
        ? (['trainAccuracy', 'testAccuracy'] as const)
        : (['trainLoss', 'testLoss'] as const)
    const gap = intervalOver(runs.filter(isFinished), (run) => {
      const [a, b] = [endValue(run, train), endValue(run, test)]
      return a === undefined || b === undefined ? undefined : a - b
    })
    if (gap) return { ...gap, of: kind }
  }
  return null
}

function intervalOver(
  runs: readonly MeasuredRun[],
  read: (run: MeasuredRun) => number | undefined,
): (MeanInterval & { values: number[] }) | null {
  const values = runs.flatMap((run) => read(run) ?? [])
  return values.length > 0 ? { ...meanInterval(values), values } : null
}

const ofEach = <T>(make: (quantity: OtherQuantity) => T): Record<OtherQuantity, T> => ({
  testAccuracy: make('testAccuracy'),
  trainAccuracy: make('trainAccuracy'),
  testLoss: make('testLoss'),
  validationLoss: make('validationLoss'),
  validationAccuracy: make('validationAccuracy'),
})

function ending(finished: readonly MeasuredRun[], quantity: OtherQuantity): Ending | null {
  const found = intervalOver(finished, (run) => endValue(run, quantity))
  return found && { ...found, delta: null }
}

function secondsPerEpoch({ record }: MeasuredRun): number {
  const last = record.epochs.at(-1)
  return last ? last.seconds / (last.epoch + 1) : record.seconds / record.settings.epochs
}

function bestOf(runs: readonly MeasuredRun[]): SeriesSummary['best'] {
  let best: SeriesSummary['best'] = null
  for (const { record } of runs) {
    const { trainLoss, step } = record.best
    if (trainLoss === null || !Number.isFinite(trainLoss)) continue
    if (best === null || trainLoss < best.value) best = { value: trainLoss, step, seed: record.settings.seed }
  }
  return best
}

function bestTestAccuracyOf(runs: readonly MeasuredRun[]): SeriesSummary['bestTestAccuracy'] {
  let best: SeriesSummary['bestTestAccuracy'] = null
  for (const { record } of runs) {
    const own = bestTestEpoch(record.epochs)
    if (own && own.testAccuracy > (best?.value ?? -Infinity))
      best = { value: own.testAccuracy, epoch: own.epoch, seed: record.settings.seed }
  }
  return best
}

/** Runs with equal keys have the same numbers. */
function repeatKey(run: MeasuredRun): string {
  return `${run.record.settings.seed} ${settingsKey(run)}`
}

/** Made once for each: settings never change. */
const settingsKeys = new WeakMap<RunSettings, string>()

function settingsKey({ record }: MeasuredRun): string {
  let key = settingsKeys.get(record.settings)
  if (key === undefined) {
    key = seriesKey(record.settings)
    settingsKeys.set(record.settings, key)
  }
  return key
}

/** Adds what differs (batch, epochs, schedule, hyperparameters) to labels that would name two series. */
function separateLabels(series: readonly SeriesSummary[]): void {
  for (const [label, clash] of Map.groupBy(series, (one) => one.label)) {
    if (clash.length < 2) continue
    const parts: ((settings: SeriesSummary['settings']) => string)[] = [
      ({ batch }) => `batch ${batch}`,
      ({ epochs }) => `${epochs} epochs`,
      ({ schedule }) => schedule.id,
      ({ schedule }) =>
        Object.entries(schedule.set)
          .map(([name, value]) => `${name} ${settingText(value)}`)
          .join(' '),
      ({ set }) =>
        Object.entries(set)
          .map(([name, value]) => `${name} ${settingText(value)}`)
          .join(' '),
      ({ device }) => device,
    ]
    const telling = parts.filter((part) => new Set(clash.map(({ settings }) => part(settings))).size > 1)
    clash.forEach((one, index) => {
      const extra = telling
        .map((part) => part(one.settings))
        .filter(Boolean)
        .join(', ')
      one.label = extra ? `${label} (${extra})` : `${label} (${index + 1})`
    })
    if (new Set(clash.map((one) => one.label)).size < clash.length)
      clash.forEach((one, index) => (one.label = `${one.label} (${index + 1})`))
  }
}
