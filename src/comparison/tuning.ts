import type { MeasuredRun, Study } from '../charts/comparison.ts'
import { assignStyles, type SeriesStyle } from '../charts/palette.ts'
import { expand } from '../experiments/expand.ts'
import type { Series } from '../experiments/experiment.ts'
import type { RunSummary } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { boundaryOf, hasResult, metricOf, trialLoss, type Tuned } from '../experiments/study.ts'
import type { Tuning } from '../experiments/tuning.ts'
import type { Space } from '../search/dimension.ts'

/** A setting that was tried. */
export interface Trial {
  /** The study that tried it, from 0. */
  study: number
  /** Within its study, from 0. */
  trial: number
  /** What was searched, by name. */
  set: RunSettings['set']
  /** Mean over the tuning seeds of the tuning's metric; null where one of them diverged. */
  value: number | null
  /** The same as a cost: lower is better, Infinity diverged. */
  cost: number
  /** Epochs that it trained for last: fewer than the others where halving stopped it. */
  epochs: number
}

/** How one optimizer of an experiment was tuned. */
export interface ContestantTuning {
  contestant: number
  label: string
  workload: string
  batch: number
  optimizer: string
  style: SeriesStyle
  space: Space
  /** In their order; those that ended. */
  trials: readonly Trial[]
  /** The trial whose setting was compared; null while that is open, and where every trial diverged. */
  chosen: Trial | null
  diverged: number
  /** Parameters whose best value lies at an end of their range. */
  boundary: Tuned['boundary']
  /** Spent on it: runs that ended, and the epochs these were given, or took where a rule ended them early. */
  runs: number
  epochs: number
}

/** What tuning came to, apart from the runs that are compared. */
export interface TuningSummary {
  plan: Tuning
  metric: ReturnType<typeof metricOf>
  contestants: readonly ContestantTuning[]
  /** The runs compared set examples aside too, and leave the test set closed. */
  isSealed: boolean
  /** Labels of the compared that were not tuned. */
  untuned: readonly string[]
}

export const isTuningRun = ({ study }: Pick<RunSummary, 'study'>): boolean => study?.stage === 'tuning'

/**
 * Sums up the tuning of an experiment.
 * @param compared its final runs, as far as they are looked at
 * @param styleOf the look that a contestant's final runs have, where there are any
 * @returns null where nothing was tuned
 */
export function tuningOf(
  { experiment, runs }: Study,
  compared: readonly Pick<MeasuredRun, 'record'>[],
  styleOf: (contestant: number) => SeriesStyle | undefined,
): TuningSummary | null {
  const plan = experiment.tuning
  if (!plan) return null
  const series = expand(experiment)
  const fallback = assignStyles(
    series.map(({ settings }, index) => ({ key: String(index), optimizer: settings.optimizer })),
  )
  const byContestant = Map.groupBy(runs.filter(isTuningRun), ({ study }) => study?.contestant)
  const finals = new Map(
    compared.flatMap(({ record: { study } }) => (study ? [[study.contestant, study]] : [])),
  )
  const contestants = series.flatMap((one, contestant): ContestantTuning[] => {
    const own = (byContestant.get(contestant) ?? []).filter(({ status }) => hasResult(status))
    const { space, settings } = one
    if (!space || own.length === 0) return []
    const trials = trialsOf(own, space, plan)
    const compared = finals.get(contestant)
    const chosen =
      trials.find(({ study, trial }) => trial === compared?.trial && study === (compared.study ?? 0)) ?? null
    const tried = trials.map(({ set }) => set)
    return [
      {
        contestant,
        label: shortLabel(one),
        workload: settings.workload,
        batch: settings.batch,
        optimizer: settings.optimizer,
        style: styleOf(contestant) ?? (fallback.get(String(contestant)) as SeriesStyle), // made of the same list
        space,
        trials,
        chosen,
        diverged: trials.filter(({ value }) => value === null).length,
        boundary: chosen ? boundaryOf(space, tried, chosen.set) : [],
        runs: own.length,
        epochs: own.reduce(
          (sum, run) => sum + (run.stopped ? run.stopped.epoch + 1 : run.settings.epochs),
          0,
        ),
      },
    ]
  })
  if (contestants.length === 0) return null
  const untuned = series.filter((_, index) => finals.has(index) && !byContestant.has(index))
  return {
    plan,
    metric: metricOf(plan),
    contestants,
    isSealed: experiment.validation !== undefined,
    untuned: untuned.map(shortLabel),
  }
}

function trialsOf(runs: readonly RunSummary[], space: Space, plan: Tuning): Trial[] {
  const sign = metricOf(plan) === 'validationAccuracy' ? -1 : 1
  const placeOf = ({ study }: RunSummary): number => (study?.study ?? 0) * plan.trials + (study?.trial ?? 0)
  return [...Map.groupBy(runs, placeOf)]
    .sort(([a], [b]) => a - b)
    .flatMap(([place, all]): Trial[] => {
      const byRung = Map.groupBy(all, ({ study }) => study?.rung ?? 0)
      // Halving trains it again for longer: what counts is the last round that all its seeds have behind them.
      const last = [...byRung]
        .sort(([a], [b]) => b - a)
        .find(([, seeds]) => seeds.length === plan.seeds.length)?.[1]
      const [first] = last ?? []
      if (!last || !first) return []
      const cost = last.reduce((sum, run) => sum + trialLoss(run, plan), 0) / last.length
      const set = Object.fromEntries(
        Object.keys(space).flatMap((name) => {
          const value = first.settings.set[name]
          return value === undefined ? [] : [[name, value] as const]
        }),
      )
      const value = Number.isFinite(cost) ? sign * cost : null
      const study = Math.floor(place / plan.trials)
      const trial = place % plan.trials
      return [{ study, trial, set, value, cost, epochs: first.settings.epochs }]
    })
}

/** Without what the label says of the search (`searchLabel`). */
function shortLabel({ label, space }: Series): string {
  return space ? label.replace(` · ${Object.keys(space).join(', ')} tuned`, '') : label
}
