import type { Space } from '../search/dimension.ts'
import { samplers } from '../search/index.ts'
import type { Observation } from '../search/sampler.ts'
import { unitOf, type UnitPoint } from '../search/space.ts'
import type { Experiment, Series } from './experiment.ts'
import { trainingExamples } from './hold-out.ts'
import { assignments, labelOf, searchLabel } from './label.ts'
import type { RunStatus, RunSummary, StudyRole } from './run.ts'
import type { RunSettings, SettingValue } from './settings.ts'
import { ProposalMemo, type Proposals } from './proposal-memo.ts'
import { studiesOf, type Tuning } from './tuning.ts'

/** A run that an experiment asks for. */
export interface PlannedRun {
  readonly label: string
  readonly settings: RunSettings
  readonly role: StudyRole
}

/** What the plan needs to know of a run of the experiment. */
export type StudyRun = Pick<RunSummary, 'settings' | 'status' | 'final'> & { readonly study: StudyRole }

/** How the tuning of one optimizer ended. */
export interface Tuned {
  readonly contestant: number
  /** Of several studies the one whose best trial is the best of all; not there where the tuning is one study. */
  readonly study?: number
  /** The best trial; null where every setting diverged. */
  readonly trial: number | null
  /** What was found, by name. */
  readonly set: RunSettings['set']
  /** Of the best trial: the mean over the tuning seeds. */
  readonly value: number | null
  /** Parameters whose best value lies at an end of their range, where a better one may lie beyond. */
  readonly boundary: readonly { name: string; end: 'low' | 'high' }[]
  /** Epochs trained while tuning. */
  readonly epochs: number
}

export interface StudyState {
  /** Runs to submit now: what is known so far asks for them, and they are not there yet. */
  readonly next: readonly PlannedRun[]
  /** Runs that will still be asked for, those in `next` and those not over included. */
  readonly left: number
  readonly tuned: readonly Tuned[]
}

/**
 * What an experiment asks for next, as a function of the runs that it has: the same after a restart as before it.
 * Runs that failed or were cancelled keep their place; the experiment goes on when they are retried.
 * @param contestants the experiment, expanded
 * @param memo of this experiment; saves proposing again what was proposed at an earlier look, and changes no result
 */
export function studyState(
  experiment: Experiment,
  contestants: readonly Series[],
  runs: readonly StudyRun[],
  memo = new ProposalMemo(),
): StudyState {
  const known = new Map(runs.map((run) => [keyOf(run.study, run.settings.seed), run]))
  const next: PlannedRun[] = []
  const tuned: Tuned[] = []
  let left = 0
  contestants.forEach((series, contestant) => {
    const ask: Ask = (role, settings) => {
      const full: StudyRole = { contestant, ...role }
      const run = known.get(keyOf(full, settings.seed))
      if (!run) next.push({ label: labelIn(series, settings.set, role.stage), settings, role: full })
      if (!run || !hasResult(run.status)) left++
      return run
    }
    const final = (found: Pick<Tuned, 'trial' | 'study'>, set: RunSettings['set']): void => {
      const { trial, study } = found
      const role = { stage: 'final' as const, trial, rung: 0, ...(study !== undefined && { study }) }
      for (const seed of experiment.seeds) ask(role, { ...series.settings, set, seed })
    }
    const { tuning } = experiment
    if (!series.space || !tuning) {
      final({ trial: null }, series.settings.set)
      return
    }
    const { space } = series
    const studies = studiesOf(tuning)
    const searches = studies.map((plan, study) => {
      const own: Ask = (role, settings) => ask(studies.length > 1 ? { ...role, study } : role, settings)
      return new Search({ series, space, tuning: plan, ask: own, proposals: memo.of(contestant, study) })
    })
    const found = searches.map((search) => search.run())
    left += searches.reduce((sum, { unasked }) => sum + unasked, 0)
    const ended = found.flatMap((one, study) => (one ? [{ ...one, study }] : []))
    const [first] = ended
    if (!first || ended.length < studies.length) {
      left += experiment.seeds.length
      return
    }
    const best = ended.reduce((a, b) => (b.loss < a.loss ? b : a), first)
    const tried = ended.flatMap((one) => one.tried)
    const chosen: Tuned = {
      contestant,
      ...(studies.length > 1 && { study: best.study }),
      trial: best.trial,
      set: best.set,
      value: best.trial === null ? null : isAccuracy(tuning) ? -best.loss : best.loss,
      boundary: best.trial === null ? [] : boundaryOf(space, tried, best.set),
      epochs: tuningEpochs(tuning, series.settings.epochs),
    }
    tuned.push(chosen)
    if (chosen.trial !== null) final(chosen, { ...series.settings.set, ...chosen.set })
  })
  return { next, left, tuned }
}

/** Epochs that one optimizer's tuning takes, all studies together: what "equal budget" means. */
export function tuningEpochs(tuning: Tuning, epochs: number): number {
  const rungs = rungsOf(tuning, epochs)
  const trained = rungs.reduce((sum, rung) => sum + rung.trials * rung.epochs, 0)
  return (tuning.studies ?? 1) * tuning.seeds.length * trained
}

/** What one series of an experiment comes to, its tuning included. */
export function costOf(
  { tuning, seeds }: Pick<Experiment, 'tuning' | 'seeds'>,
  { settings, space }: { settings: Pick<RunSettings, 'batch' | 'epochs' | 'validation'>; space?: Space },
  /** Of the workload. */
  examples: number,
): { runs: number; steps: number } {
  const { batch, epochs } = settings
  const steps = (count: number, all: number): number => Math.ceil(count / batch) * all
  const own = trainingExamples(examples, settings.validation)
  const compared = { runs: seeds.length, steps: steps(own, epochs * seeds.length) }
  if (!space || !tuning) return compared
  const tried = rungsOf(tuning, epochs).reduce((sum, rung) => sum + rung.trials, 0)
  const trials = (tuning.studies ?? 1) * tuning.seeds.length * tried
  const left = trainingExamples(examples, tuning.validation)
  return {
    runs: compared.runs + trials,
    steps: compared.steps + steps(left, tuningEpochs(tuning, epochs)),
  }
}

/** The rounds of successive halving; one round of all trials without it. */
function rungsOf({ trials, halving }: Tuning, epochs: number): { trials: number; epochs: number }[] {
  if (!halving || halving.from >= epochs) return [{ trials, epochs }]
  const rungs = [{ trials, epochs: halving.from }]
  for (;;) {
    const last = rungs.at(-1) as (typeof rungs)[number]
    if (last.epochs >= epochs) return rungs
    rungs.push({
      trials: Math.max(1, Math.ceil(last.trials / halving.factor)),
      epochs: Math.min(epochs, last.epochs * halving.factor),
    })
  }
}

type Ask = (role: Omit<StudyRole, 'contestant'>, settings: RunSettings) => StudyRun | undefined

/** What is tried, or was found, is in the label; of one that a person gave, trials have it behind. */
function labelIn(
  { label, settings, space }: Series,
  set: RunSettings['set'],
  stage: StudyRole['stage'],
): string {
  if (!space) return label
  const isOwn = label !== searchLabel(settings, Object.keys(space))
  if (stage === 'final') return isOwn ? label : `${labelOf({ ...settings, set })} (tuned)`
  const tried = Object.fromEntries(Object.keys(space).map((name) => [name, set[name] as SettingValue]))
  return isOwn ? `${label} · ${assignments(tried)}` : labelOf({ ...settings, set })
}

interface SearchOptions {
  readonly series: Series
  readonly space: NonNullable<Series['space']>
  /** Of one study. */
  readonly tuning: Tuning
  readonly ask: Ask
  readonly proposals: Proposals
}

/** What a study found; no trial where all diverged. */
interface Found {
  readonly trial: number | null
  readonly set: RunSettings['set']
  readonly loss: number
  /** All settings, by what was searched. */
  readonly tried: readonly RunSettings['set'][]
}

/** One study of one optimizer. */
class Search {
  /** Runs that cannot be asked for before others have ended. */
  unasked = 0
  readonly #series: Series
  readonly #space: NonNullable<Series['space']>
  readonly #tuning: Tuning
  readonly #ask: Ask
  readonly #proposals: Proposals

  constructor({ series, space, tuning, ask, proposals }: SearchOptions) {
    this.#series = series
    this.#space = space
    this.#tuning = tuning
    this.#ask = ask
    this.#proposals = proposals
  }

  /** Null while it goes on. */
  run(): Found | null {
    const rungs = rungsOf(this.#tuning, this.#series.settings.epochs)
    let losses = this.#firstRung(rungs[0] as { trials: number; epochs: number })
    let chosen = losses && [...losses.keys()]
    rungs.slice(1).forEach(({ trials, epochs }, index) => {
      if (!losses || !chosen) {
        this.unasked += trials * this.#tuning.seeds.length
        return
      }
      chosen = bestFirst(chosen, losses).slice(0, trials)
      losses = this.#trials(chosen, index + 1, epochs)
    })
    if (!losses || !chosen) return null
    const [best] = bestFirst(chosen, losses)
    const loss = best === undefined ? Infinity : (losses.get(best) as number)
    const tried = this.#proposals.points
    return best === undefined || loss === Infinity
      ? { trial: null, set: {}, loss: Infinity, tried }
      : { trial: best, set: tried[best] as RunSettings['set'], loss, tried }
  }

  /** Generation by generation, as the sampler learns. */
  #firstRung({ trials, epochs }: { trials: number; epochs: number }): Map<number, number> | null {
    const sampler = samplers[this.#tuning.sampler]
    const observed: Observation[] = []
    const losses = new Map<number, number>()
    for (let from = 0; from < trials; from += sampler.generation) {
      const to = Math.min(trials, from + sampler.generation)
      const ks = Array.from({ length: to - from }, (_, i) => from + i)
      const context = { space: this.#space, trials, seed: this.#tuning.seed }
      this.#proposals.settle(from, to, observed, (k) => sampler.propose(k, context, observed), this.#space)
      const ended = this.#trials(ks, 0, epochs)
      if (!ended) {
        this.unasked += (trials - to) * this.#tuning.seeds.length
        return null
      }
      for (const k of ks) {
        const loss = ended.get(k) as number
        losses.set(k, loss)
        observed.push({ unit: this.#proposals.units[k] as UnitPoint, loss })
      }
    }
    return losses
  }

  /** The trials' losses by number; null while one of them has not ended. */
  #trials(ks: readonly number[], rung: number, epochs: number): Map<number, number> | null {
    const [series, tuning] = [this.#series, this.#tuning]
    const losses = new Map<number, number>()
    let isOver = true
    for (const k of ks) {
      const set = { ...series.settings.set, ...this.#proposals.points[k] }
      const results = tuning.seeds.map((seed) => {
        const run = this.#ask(
          { stage: 'tuning', trial: k, rung },
          { ...series.settings, set, epochs, seed, ...held(tuning) },
        )
        return run && hasResult(run.status) ? trialLoss(run, tuning) : null
      })
      if (results.some((loss) => loss === null)) isOver = false
      else losses.set(k, results.reduce<number>((sum, loss) => sum + (loss as number), 0) / results.length)
    }
    return isOver ? losses : null
  }
}

/** As a share of the range. */
const nearEnd = 0.1

/** Where the best setting has the lowest or the highest value tried of a parameter, and near the end of its range. */
export function boundaryOf(
  space: Space,
  tried: readonly RunSettings['set'][],
  best: RunSettings['set'],
): Tuned['boundary'] {
  return Object.entries(space).flatMap(([name, dimension]): Tuned['boundary'] => {
    if ('values' in dimension && dimension.values.some((value) => typeof value !== 'number')) return []
    const numbers = tried.map((set) => set[name] as number)
    const own = best[name] as number
    const ends = 'values' in dimension ? (dimension.values as number[]) : null
    const unit = ends ? 0 : unitOf(dimension, own)
    const [low, high] = ends
      ? [own === Math.min(...ends), own === Math.max(...ends)]
      : [unit <= nearEnd, unit >= 1 - nearEnd]
    if (low && own === Math.min(...numbers)) return [{ name, end: 'low' }]
    return high && own === Math.max(...numbers) ? [{ name, end: 'high' }] : []
  })
}

/** By their loss; of equal ones the earlier first. */
const bestFirst = (trials: readonly number[], losses: ReadonlyMap<number, number>): number[] =>
  [...trials].sort((a, b) => compare(losses.get(a) as number, losses.get(b) as number) || a - b)
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

export const metricOf = ({ metric, validation }: Tuning): NonNullable<Tuning['metric']> =>
  metric ?? (validation > 0 ? 'validationLoss' : 'trainLoss')
const isAccuracy = (tuning: Tuning): boolean => metricOf(tuning) === 'validationAccuracy'

/** How a run of a trial ended by the tuning's metric: lower is better; Infinity where it diverged. */
export function trialLoss({ status, final }: Pick<StudyRun, 'status' | 'final'>, tuning: Tuning): number {
  const value = final[metricOf(tuning)]
  if (status === 'diverged' || value === null || value === undefined || !Number.isFinite(value))
    return Infinity
  return isAccuracy(tuning) ? -value : value
}

const held = ({ validation }: Tuning): { validation?: number } => (validation > 0 ? { validation } : {})

export const hasResult = (status: RunStatus): boolean => status === 'done' || status === 'diverged'

const keyOf = ({ contestant, stage, trial, rung, study = 0 }: StudyRole, seed: number): string =>
  stage === 'final' ? `${contestant} final ${seed}` : `${contestant} ${study} ${trial} ${rung} ${seed}`
