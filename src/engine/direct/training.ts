import type { EpochColumns } from '../../contract/columns.ts'
import type { MetricColumns } from '../../experiments/run.ts'
import type { Stopped, StopWatch } from '../../experiments/stop.ts'
import { Columns } from '../columns.ts'
import type { RuleState, Step } from '../../rules/state.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import type { DirectProblem } from '../../workloads/workload.ts'

export interface TrainingPlan {
  readonly problem: DirectProblem
  readonly step: Step
  /** Learning rate of epoch or step k, from 0. */
  readonly rate: Schedule
  readonly ratePer: 'epoch' | 'step'
  readonly batch: number
  readonly epochs: number
  readonly evaluateEvery: number
  /** Mean loss over the examples that were set aside; undefined where none were. */
  readonly validationLoss?: (theta: Float64Array) => number
  /** Writes the order of epoch e (from 0) into the array. */
  readonly order: (epoch: number, into: Uint32Array) => void
  /** Milliseconds from any fixed moment. */
  readonly clock: () => number
}

/** Where a run stands; with the plan, all it takes to go on bit for bit. */
export interface TrainingState {
  readonly theta: Float64Array
  readonly rule: RuleState
  /** Updates taken. */
  step: number
  /** Training time, evaluation excluded. */
  seconds: number
  /** Loss of the untrained model; null before it was measured. */
  startLoss: number | null
  /** The last evaluation that was a number. */
  lastFinite: { step: number; trainLoss: number }
  best: { step: number; trainLoss: number }
}

export type Outcome =
  | { readonly status: 'unfinished' }
  | ({ readonly status: 'done'; readonly stopped?: Stopped } & Measured)
  | { readonly status: 'diverged'; readonly step: number }

interface Measured {
  readonly trainLoss: number
  readonly validationLoss?: number
}

/** A loss this many times the first one counts as diverged. */
const divergenceFactor = 1e6
/** How many steps pass between looks at the clock. */
const stepsBetweenLooks = 64

export const stepsPerEpoch = (plan: Pick<TrainingPlan, 'batch'>, examples: number): number =>
  Math.ceil(examples / plan.batch)

/** Trains in slices, so that whoever owns the process can listen in between. */
export class Training {
  readonly state: TrainingState
  readonly points = new Columns<keyof MetricColumns>(['step', 'examples', 'seconds', 'trainLoss'])
  readonly epochs: Columns<keyof EpochColumns>
  readonly #plan: TrainingPlan
  readonly #stop: StopWatch | undefined
  readonly #order: Uint32Array
  readonly #gradient: Float64Array
  #orderEpoch = -1

  constructor(plan: TrainingPlan, state: TrainingState, stop?: StopWatch) {
    this.#plan = plan
    this.#stop = stop
    this.state = state
    this.epochs = new Columns<keyof EpochColumns>([
      'epoch',
      'seconds',
      'trainLoss',
      ...(plan.validationLoss ? (['validationLoss'] as const) : []),
    ])
    this.#order = new Uint32Array(plan.problem.examples)
    this.#gradient = new Float64Array(plan.problem.parameters)
  }

  /** Goes on for about `budgetMs`, or to the end. */
  advance(budgetMs: number): Outcome {
    const { problem, clock, batch, epochs, evaluateEvery } = this.#plan
    const { state } = this
    const { theta, rule } = state
    const gradient = this.#gradient
    const order = this.#order
    const perEpoch = stepsPerEpoch(this.#plan, problem.examples)
    const total = perEpoch * epochs
    const perStep = this.#plan.ratePer === 'step'
    const started = clock()

    if (state.startLoss === null) {
      state.startLoss = problem.loss(theta)
      if (!this.#record(0, 0, state.startLoss)) return { status: 'diverged', step: 0 }
    }
    const limit = state.startLoss * divergenceFactor
    let mark = clock()
    while (state.step < total) {
      const epoch = Math.floor(state.step / perEpoch)
      if (epoch !== this.#orderEpoch) {
        this.#plan.order(epoch, order)
        this.#orderEpoch = epoch
      }
      const k = state.step - epoch * perEpoch
      const from = k * batch
      const to = Math.min(from + batch, problem.examples)
      const loss = problem.gradient(theta, order, from, to, gradient)
      // Written so that NaN counts as too large.
      if (!(loss <= limit)) {
        state.seconds += (clock() - mark) / 1000
        return { status: 'diverged', step: state.step + 1 }
      }
      this.#plan.step(theta, gradient, rule, this.#plan.rate(perStep ? state.step : epoch))
      state.step++

      const seen = epoch * problem.examples + to
      const atEnd = state.step === total
      const endsEpoch = to === problem.examples
      const crosses = Math.floor(seen / evaluateEvery) > Math.floor((seen - (to - from)) / evaluateEvery)
      if (crosses || endsEpoch) {
        state.seconds += (clock() - mark) / 1000
        const trainLoss = problem.loss(theta)
        if (!(trainLoss <= limit)) return { status: 'diverged', step: state.step }
        if (crosses || atEnd) this.#record(state.step, seen, trainLoss)
        if (endsEpoch) {
          const final = this.#endEpoch(epoch, trainLoss)
          if (!final) return { status: 'diverged', step: state.step }
          if (atEnd) return { status: 'done', ...final }
          const stopped = this.#stop?.(epoch, final)
          if (stopped) {
            if (!crosses) this.#record(state.step, seen, trainLoss)
            return { status: 'done', ...final, stopped }
          }
        }
        mark = clock()
      }
      if (state.step % stepsBetweenLooks === 0) {
        const now = clock()
        if (now - started >= budgetMs) {
          state.seconds += (now - mark) / 1000
          return { status: 'unfinished' }
        }
      }
    }
    throw new Error('a finished run was advanced')
  }

  /** @returns what was measured; null where the examples set aside have a loss that is no number */
  #endEpoch(epoch: number, trainLoss: number): Measured | null {
    const { theta, seconds } = this.state
    const validationLoss = this.#plan.validationLoss?.(theta)
    if (validationLoss === undefined) {
      this.epochs.push(epoch, seconds, trainLoss)
      return { trainLoss }
    }
    if (!Number.isFinite(validationLoss)) return null
    this.epochs.push(epoch, seconds, trainLoss, validationLoss)
    return { trainLoss, validationLoss }
  }

  /** @returns whether the loss is a number */
  #record(step: number, seen: number, trainLoss: number): boolean {
    if (!Number.isFinite(trainLoss)) return false
    const { state } = this
    this.points.push(step, seen, state.seconds, trainLoss)
    state.lastFinite = { step, trainLoss }
    if (step === 0 || trainLoss < state.best.trainLoss) state.best = { step, trainLoss }
    return true
  }
}
