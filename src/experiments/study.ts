import type { Space } from '../search/dimension.ts'
import { samplers } from '../search/index.ts'
import type { Observation } from '../search/sampler.ts'
import { pointAt, unitOf, type UnitPoint } from '../search/space.ts'
import type { Experiment, Series } from './experiment.ts'
import { trainingExamples } from './hold-out.ts'
import { labelOf, searchLabel } from './label.ts'
import type { RunStatus, RunSummary, StudyRole } from './run.ts'
import type { RunSettings } from './settings.ts'
import type { Tuning } from './tuning.ts'

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
 */
export function studyState(
  experiment: Experiment,
  contestants: readonly Series[],
  runs: readonly StudyRun[],
): StudyState {
  const known = new Map(runs.map((run) => [keyOf(run.study, run.settings.seed), run]))
  const next: PlannedRun[] = []
  const tuned: Tuned[] = []
  let left = 0
  contestants.forEach((series, contestant) => {
    const ask: Ask = (role, settings, label = series.label) => {
      const full: StudyRole = { contestant, ...role }
      const run = known.get(keyOf(full, settings.seed))
      if (!run) next.push({ label, settings, role: full })
      if (!run || !hasResult(run.status)) left++
      return run
    }
    const final = (trial: number | null, set: RunSettings['set']): void => {
      for (const seed of experiment.seeds)
        ask({ stage: 'final', trial, rung: 0 }, { ...series.settings, set, seed }, finalLabel(series, set))
    }
    const { tuning } = experiment
    if (!series.space || !tuning) {
      final(null, series.settings.set)
      return
    }
    const search = new Search(series, series.space, tuning, ask)
    const found = search.run()
    left += search.unasked + (found ? 0 : experiment.seeds.length)
    if (!found) return
    tuned.push({ contestant, ...found })
    if (found.trial !== null) final(found.trial, { ...series.settings.set, ...found.set })
  })
  return { next, left, tuned }
}

/** Epochs that one optimizer's tuning takes: what "equal budget" means. */
export function tuningEpochs(tuning: Tuning, epochs: number): number {
  const rungs = rungsOf(tuning, epochs)
  return tuning.seeds.length * rungs.reduce((sum, rung) => sum + rung.trials * rung.epochs, 0)
}

/** What one series of an experiment comes to, its tuning included. */
export function costOf(
  { tuning, seeds }: Pick<Experiment, 'tuning' | 'seeds'>,
  { settings, space }: Series,
  /** Of the workload. */
  examples: number,
): { runs: number; steps: number } {
  const { batch, epochs } = settings
  const steps = (count: number, all: number): number => Math.ceil(count / batch) * all
  const compared = { runs: seeds.length, steps: steps(examples, epochs * seeds.length) }
  if (!space || !tuning) return compared
  const trials = rungsOf(tuning, epochs).reduce((sum, rung) => sum + rung.trials, 0) * tuning.seeds.length
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

type Ask = (
  role: Omit<StudyRole, 'contestant'>,
  settings: RunSettings,
  label?: string,
) => StudyRun | undefined

/** What was found is in the label, unless a person gave one. */
function finalLabel({ label, settings, space }: Series, set: RunSettings['set']): string {
  if (!space || label !== searchLabel(settings, Object.keys(space))) return label
  return `${labelOf({ ...settings, set })} (tuned)`
}

/** One optimizer's tuning. */
class Search {
  /** Runs that cannot be asked for before others have ended. */
  unasked = 0
  readonly #series: Series
  readonly #space: NonNullable<Series['space']>
  readonly #tuning: Tuning
  readonly #ask: Ask
  readonly #units: UnitPoint[] = []

  constructor(series: Series, space: NonNullable<Series['space']>, tuning: Tuning, ask: Ask) {
    this.#series = series
    this.#space = space
    this.#tuning = tuning
    this.#ask = ask
  }

  run(): Omit<Tuned, 'contestant'> | null {
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
    const epochs = tuningEpochs(this.#tuning, this.#series.settings.epochs)
    const loss = best === undefined ? Infinity : (losses.get(best) as number)
    if (best === undefined || loss === Infinity)
      return { trial: null, set: {}, value: null, boundary: [], epochs }
    const set = pointAt(this.#space, this.#units[best] as UnitPoint)
    const value = isAccuracy(this.#tuning) ? -loss : loss
    const tried = this.#units.map((unit) => pointAt(this.#space, unit))
    return { trial: best, set, value, boundary: boundaryOf(this.#space, tried, set), epochs }
  }

  /** Generation by generation, as the sampler learns. */
  #firstRung({ trials, epochs }: { trials: number; epochs: number }): Map<number, number> | null {
    const sampler = samplers[this.#tuning.sampler]
    const observed: Observation[] = []
    const losses = new Map<number, number>()
    for (let from = 0; from < trials; from += sampler.generation) {
      const to = Math.min(trials, from + sampler.generation)
      const ks = Array.from({ length: to - from }, (_, i) => from + i)
      for (const k of ks)
        this.#units[k] = sampler.propose(k, { space: this.#space, trials, seed: this.#tuning.seed }, observed)
      const ended = this.#trials(ks, 0, epochs)
      if (!ended) {
        this.unasked += (trials - to) * this.#tuning.seeds.length
        return null
      }
      for (const k of ks) {
        const loss = ended.get(k) as number
        losses.set(k, loss)
        observed.push({ unit: this.#units[k] as UnitPoint, loss })
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
      const set = { ...series.settings.set, ...pointAt(this.#space, this.#units[k] as UnitPoint) }
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

const keyOf = ({ contestant, stage, trial, rung }: StudyRole, seed: number): string =>
  stage === 'final' ? `${contestant} final ${seed}` : `${contestant} ${trial} ${rung} ${seed}`
