import { lookUp } from '../contract/lookup.ts'
import { schedules as known } from '../schedules/index.ts'
import { parametersOf } from '../schedules/schedule.ts'
import { gridPoints } from '../search/grid.ts'
import { workloads } from '../workloads/index.ts'
import type { Experiment } from './experiment.ts'
import type { RunSettings, ScheduleSettings, SettingMap } from './settings.ts'

/** What of an experiment a time limit takes away; numbers of what is left. */
interface Cut {
  /** The first so many of its seeds. */
  readonly seeds: number
  /** Of each optimizer; null where nothing is tuned. */
  readonly trials: number | null
  /** Every length of training, and of what a schedule does in it, is this share of what it was. */
  readonly epochs: number
}

export interface Fitted {
  readonly cut: Cut
  readonly experiment: Experiment
  readonly seconds: number
  /** False where even the least that is left takes longer. */
  readonly fits: boolean
}

/** As many as verdicts ask for: with fewer every pair is “cannot tell”. */
const fewestSeeds = 6
/** Below this a search finds little; only epochs that are already at their least let it go further down. */
const fewTrials = 5

/**
 * An experiment that takes no longer than a limit, with as little taken away as that needs, and from all alike: every
 * optimizer keeps as many trials, seeds and epochs as every other. Seeds go first, down to the six that a verdict needs;
 * then trials, down to five; then epochs, which make it another experiment; then what is left of trials and seeds.
 * @param seconds what an experiment takes; never more for less of anything
 */
export function fitTime(
  whole: Experiment,
  limit: number,
  seconds: (experiment: Experiment) => number,
): Fitted {
  const fits = (cut: Cut): boolean => seconds(shortened(whole, cut)) <= limit
  const trials = choicesOfTrials(whole)
  const longest = Math.max(...lengthsOf(whole))
  const all: Cut = { seeds: whole.seeds.length, trials: trials.at(-1) ?? null, epochs: 1 }
  const few = trials.findIndex((count) => count >= fewTrials)
  const seedsFrom = (least: number): Stage => ({
    count: (cut) => cut.seeds - Math.min(least, cut.seeds) + 1,
    at: (cut, i) => ({ ...cut, seeds: Math.min(least, cut.seeds) + i }),
  })
  const trialsFrom = (first: number): Stage => ({
    count: (cut) => trials.filter((count) => count <= (cut.trials ?? 0)).length - first,
    at: (cut, i) => ({ ...cut, trials: trials[first + i] ?? cut.trials }),
  })
  const stages: readonly Stage[] = [
    seedsFrom(fewestSeeds),
    trialsFrom(Math.max(0, few)),
    { count: () => longest, at: (cut, i) => ({ ...cut, epochs: (i + 1) / longest }) },
    trialsFrom(0),
    seedsFrom(1),
  ]
  let cut = all
  for (const { count, at } of stages) {
    if (fits(cut)) break
    const before = cut
    const choices = count(before)
    if (choices > 0)
      cut = at(
        before,
        Math.max(
          0,
          lastThat(choices, (i) => fits(at(before, i))),
        ),
      )
  }
  const experiment = shortened(whole, cut)
  const taken = seconds(experiment)
  return { cut, experiment, seconds: taken, fits: taken <= limit }
}

/** One thing that is cut: how many choices there are of it, and each of them, from the least on. */
interface Stage {
  readonly count: (cut: Cut) => number
  readonly at: (cut: Cut, i: number) => Cut
}

/** The last of so many that holds, −1 without one; what holds does so for all before it. */
function lastThat(count: number, holds: (i: number) => boolean): number {
  let [low, high] = [-1, count - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Numbers of trials that all searches can have, ascending: a grid has only some. */
function choicesOfTrials({ tuning, optimizers }: Experiment): number[] {
  const spaces = optimizers.flatMap(({ search }) => (search ? [search] : []))
  if (!tuning || spaces.length === 0) return []
  const all = Array.from({ length: tuning.trials }, (_, i) => i + 1)
  if (tuning.sampler !== 'grid') return all
  return all.filter((count) => spaces.every((space) => gridPoints(space, count) === count))
}

const usualEpochs = (id: string): number => lookUp(workloads, id, 'workload').defaults.epochs

function lengthsOf({ epochs, optimizers, workloads }: Experiment): number[] {
  const own = optimizers.flatMap((entry) => entry.epochs ?? [])
  return [...own, epochs ?? Math.max(...workloads.map(usualEpochs))]
}

/** The experiment with less of everything, the same for all. */
function shortened(whole: Experiment, { seeds, trials, epochs: share }: Cut): Experiment {
  const tuning = whole.tuning && trials !== null ? { ...whole.tuning, trials } : whole.tuning
  const kept: Experiment = { ...whole, seeds: whole.seeds.slice(0, seeds), ...(tuning && { tuning }) }
  if (share === 1) return kept
  const epochs = (count: number): number => Math.max(1, Math.floor(count * share + 1e-9))
  const schedule = (one: ScheduleSettings): ScheduleSettings => ({ ...one, set: shorterSchedule(one, share) })
  return {
    ...kept,
    epochs: epochs(whole.epochs ?? Math.min(...whole.workloads.map(usualEpochs))),
    schedules: whole.schedules.map(schedule),
    optimizers: whole.optimizers.map((entry) => ({
      ...entry,
      ...(entry.epochs !== undefined && { epochs: epochs(entry.epochs) }),
      ...(entry.schedules && { schedules: entry.schedules.map(schedule) }),
    })),
    ...(tuning?.halving && {
      tuning: { ...tuning, halving: { ...tuning.halving, from: epochs(tuning.halving.from) } },
    }),
  }
}

/** A cosine that ended with the training still does; where it is not said, its usual length is meant. */
function shorterSchedule({ id, set }: ScheduleSettings, share: number): SettingMap {
  const definition = known.find((one) => one.id === id)
  if (!definition) return set
  const lengths = Object.entries(parametersOf(definition)).flatMap(
    ([name, parameter]): [string, number | number[]][] => {
      if (!('length' in parameter)) return []
      const value = set[name] ?? parameter.default
      if (parameter.kind === 'list') return [[name, [value].flat().map((at) => Number(at) * share)]]
      const scaled = (value as number) * share
      // Down for what begins and up for what ends, so that a warm-up stays within its schedule.
      const whole = parameter.length === 'begin' ? Math.floor(scaled) : Math.ceil(scaled - 1e-9)
      return value === 0 ? [] : [[name, Math.max(parameter.min, whole)]]
    },
  )
  return { ...set, ...Object.fromEntries(lengths) }
}

/** What there was and what is left, of what was cut. */
export interface Changes {
  readonly seeds?: readonly [from: number, to: number] | undefined
  readonly trials?: readonly [from: number, to: number] | undefined
  /** Of the longest training. */
  readonly epochs?: readonly [from: number, to: number] | undefined
}

export function changesOf(whole: Experiment, { cut, experiment }: Fitted): Changes {
  const [before, after] = [whole.tuning?.trials ?? 0, experiment.tuning?.trials ?? 0]
  return {
    ...(cut.seeds < whole.seeds.length && { seeds: [whole.seeds.length, cut.seeds] }),
    ...(after < before && { trials: [before, after] }),
    ...(cut.epochs < 1 && {
      epochs: [Math.max(...lengthsOf(whole)), Math.max(...lengthsOf(experiment))],
    }),
  }
}

/**
 * The file of an experiment that was fitted: what was cut is changed in it, and it says what there was before.
 * @param raw as the file says it
 */
export function fittedFile(
  raw: Readonly<Record<string, unknown>>,
  fitted: Fitted,
  whole: Experiment,
  minutes: number,
): Record<string, unknown> {
  const { cut, experiment } = fitted
  const { tuning, seeds } = experiment
  const changes = Object.entries(changesOf(whole, fitted)) as [keyof Changes, readonly number[]][]
  const before = Object.fromEntries(changes.map(([name, [from]]) => [name, from]))
  const entries = (raw['optimizers'] as readonly unknown[]).map((entry, index) => {
    const { epochs, schedules } = experiment.optimizers[index] ?? {}
    if (typeof entry !== 'object' || cut.epochs === 1) return entry
    return {
      ...entry,
      ...(epochs && { epochs }),
      ...(schedules && { schedules: schedules.map(rawSchedule) }),
    }
  })
  return {
    ...raw,
    ...(cut.seeds < whole.seeds.length && { seeds: typeof raw['seeds'] === 'number' ? seeds.length : seeds }),
    ...(cut.epochs < 1 && { epochs: experiment.epochs }),
    ...(cut.epochs < 1 &&
      raw['schedules'] !== undefined && { schedules: experiment.schedules.map(rawSchedule) }),
    ...(tuning && {
      tuning: {
        ...(raw['tuning'] as object),
        trials: tuning.trials,
        ...(tuning.halving && { halving: tuning.halving }),
      },
    }),
    cutFrom: { minutes, ...before, ...keptOf(raw['cutFrom']) },
    optimizers: entries,
  }
}

/** What an earlier cut says of the whole is further back. */
function keptOf(earlier: unknown): object {
  const { minutes: _, ...numbers } = (earlier ?? {}) as { minutes?: number }
  return numbers
}

const rawSchedule = ({ id, set, per, offset }: ScheduleSettings): object => ({
  id,
  ...(Object.keys(set).length > 0 && { set }),
  ...(per !== 'epoch' && { per }),
  ...(offset !== 0 && { offset }),
})

/** What of an experiment must be known to measure the speed of what it runs. */
interface Checked {
  readonly workloads: readonly { id: string; estimatedSeconds: number | null }[]
  readonly series: readonly { settings: Omit<RunSettings, 'seed'> }[]
}

/** A run of one epoch for each workload whose speed is not known here. */
export function probesOf({ workloads, series }: Checked): RunSettings[] {
  return workloads
    .filter(({ estimatedSeconds }) => estimatedSeconds === null)
    .flatMap(({ id }) => {
      const first = series.find(({ settings }) => settings.workload === id)
      if (!first) return []
      const { stop: _, ...settings } = first.settings
      return [{ ...settings, epochs: 1, seed: 0 }]
    })
}
