import type { EpochColumns, NormColumns, PointColumns } from '../../contract/columns.ts'
import type { Progress } from '../../contract/engine.ts'
import type { FinalResult } from '../../experiments/run.ts'
import type { StopWatch } from '../../experiments/stop.ts'
import type { StagedRule } from '../../rules/staged.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import type { Recording } from '../../workloads/workload.ts'
import { Columns } from '../columns.ts'
import type { Outcome, Trainer } from '../engine.ts'
import type { Data, Stepper, Weights } from './stepper.ts'

export interface TrainingPlan {
  readonly stepper: Stepper
  readonly data: Data
  readonly hasClasses: boolean
  /** The set beside the training set was taken from it, to judge the settings by. */
  readonly validates: boolean
  readonly rule: StagedRule
  /** Learning rate of epoch or step k, from 0. */
  readonly rate: Schedule
  readonly ratePer: 'epoch' | 'step'
  readonly batch: number
  readonly epochs: number
  readonly recording: Recording
  /** Says after an epoch whether the run ends there; undefined where it never does. */
  readonly stop?: StopWatch | undefined
  /** Writes the order of epoch e (from 0) into the array. */
  readonly order: (epoch: number, into: Int32Array) => void
  /** Milliseconds from any fixed moment. */
  readonly clock: () => number
  /** The stepper is no longer needed by this run. */
  readonly release: () => void
}

/** Where a run stands besides its weights; with them and the plan, all it takes to go on bit for bit. */
export interface Position {
  readonly rule: { t: number; readonly carried: Float64Array }
  /** Updates taken. */
  step: number
  /** Training time, evaluation excluded. */
  seconds: number
  /** The first loss there was; null before it was measured. */
  startLoss: number | null
  /** Sums over the examples since the epoch's start. */
  readonly running: { loss: number; hits: number; seen: number }
  lastFinite: { step: number; trainLoss: number }
  best: { step: number; trainLoss: number }
}

/** A loss this many times the first one counts as diverged. */
const divergenceFactor = 1e6
/** About how long one call into the backend may take: after it a pause or a cancel is heard. */
const chunkMs = 50
/** Steps of the first call, whose speed is not known yet. */
const firstChunk = 4
/** Checkpoints are written at no more than this rate, in bytes a second. */
const checkpointRate = 2e6
const reportEveryMs = 50

/** Trains a network in chunks of steps. */
export class TensorTraining implements Trainer {
  readonly totalSteps: number
  readonly reportEveryMs: number
  readonly #plan: TrainingPlan
  readonly #position: Position
  readonly #checkpoint: (weights: Weights, position: Position) => Uint8Array<ArrayBuffer>
  readonly #perEpoch: number
  readonly #order: Int32Array
  readonly #points: Columns<keyof PointColumns>
  readonly #epochs: Columns<keyof EpochColumns>
  /** The step, then the gradient's norms, then the update's. */
  #norms: number[][] = []
  #orderEpoch = -1
  #isStopped = false
  #secondsPerStep: number | undefined
  #final: FinalResult = { trainLoss: null }

  /**
   * @param bytes size of a checkpoint, about
   * @param checkpoint makes one
   */
  constructor(
    plan: TrainingPlan,
    position: Position,
    bytes: number,
    checkpoint: (weights: Weights, position: Position) => Uint8Array<ArrayBuffer>,
  ) {
    this.#plan = plan
    this.#position = position
    this.#checkpoint = checkpoint
    this.#perEpoch = Math.ceil(plan.data.train.count / plan.batch)
    this.#order = new Int32Array(plan.data.train.count)
    this.totalSteps = this.#perEpoch * plan.epochs
    this.reportEveryMs = Math.max(reportEveryMs, (bytes / checkpointRate) * 1000)
    this.#points = new Columns([
      'step',
      'examples',
      'seconds',
      'trainLoss',
      ...(plan.hasClasses ? (['trainAccuracy'] as const) : []),
    ])
    this.#epochs = new Columns([
      'epoch',
      'seconds',
      'trainLoss',
      ...(plan.hasClasses ? (['trainAccuracy'] as const) : []),
      ...besideOf(plan),
    ])
  }

  get lastFinite(): Position['lastFinite'] {
    return this.#position.lastFinite
  }

  async advance(budgetMs: number): Promise<Outcome> {
    const position = this.#position
    const { clock, recording } = this.#plan
    const started = clock()
    if (position.startLoss === null && recording.kind === 'whole') {
      position.startLoss = (await this.#judged('train')).loss
      if (!this.#record(0, position.startLoss)) return { status: 'diverged', step: 0 }
    }
    do {
      const outcome = await this.#chunk()
      if (outcome.status !== 'unfinished') return outcome
    } while (clock() - started < budgetMs)
    return { status: 'unfinished' }
  }

  async progress(): Promise<Progress> {
    const position = this.#position
    return {
      step: position.step,
      seconds: position.seconds,
      points: this.#points.take(),
      epochs: this.#epochs.take(),
      norms: this.#takeNorms(),
      best: { step: position.best.step, trainLoss: finiteOrNull(position.best.trainLoss) },
      checkpoint: this.#checkpoint(await this.#kept(), position),
    }
  }

  /** A run that is done goes on no more: what it has learnt is kept, and what its rule remembers is not. */
  async #kept(): Promise<Weights> {
    const weights = await this.#plan.stepper.read()
    return this.#isStopped || this.#position.step === this.totalSteps ? { ...weights, slots: [] } : weights
  }

  #takeNorms(): NormColumns {
    const rows = this.#norms
    this.#norms = []
    const column = (j: number): Float64Array<ArrayBuffer> =>
      Float64Array.from(rows, (row) => row[j] as number)
    const layers = ((rows[0]?.length ?? 1) - 1) / 2
    return {
      step: column(0),
      gradient: Array.from({ length: layers }, (_, i) => column(1 + i)),
      update: Array.from({ length: layers }, (_, i) => column(1 + layers + i)),
    }
  }

  close(): void {
    this.#plan.release()
  }

  /** Steps up to the next measurement, at most as many as fit into one call. */
  async #chunk(): Promise<Outcome> {
    const { stepper, data, rule, rate, ratePer, batch, order, clock } = this.#plan
    const position = this.#position
    const examples = data.train.count
    const epoch = Math.floor(position.step / this.#perEpoch)
    if (epoch !== this.#orderEpoch) {
      for (let i = 0; i < examples; i++) this.#order[i] = i
      order(epoch, this.#order)
      this.#orderEpoch = epoch
    }
    const first = position.step - epoch * this.#perEpoch
    const whole = Math.floor(examples / batch)
    // The smaller last batch of an epoch is a chunk of its own.
    const size = first < whole ? batch : examples - whole * batch
    const steps = first < whole ? Math.min(this.#fitting(), this.#untilMeasured(first), whole - first) : 1
    const numbers = new Float32Array(steps * rule.feeds)
    for (let i = 0; i < steps; i++)
      rule.advance(
        position.rule,
        rate(ratePer === 'step' ? position.step + i : epoch),
        numbers,
        i * rule.feeds,
      )
    const rows = this.#order.subarray(first * batch, first * batch + steps * size)
    const mark = clock()
    const told = await stepper.run(size, rows, numbers)
    const seconds = (clock() - mark) / 1000
    position.seconds += seconds
    this.#secondsPerStep = seconds / steps

    for (let i = 0; i < steps; i++) {
      const loss = told[2 * i] as number
      position.startLoss ??= loss
      // Written so that NaN counts as too large.
      if (!(loss <= position.startLoss * divergenceFactor))
        return { status: 'diverged', step: position.step + i + 1 }
      position.running.loss += loss * size
      position.running.hits += told[2 * i + 1] as number
      position.running.seen += size
    }
    position.step += steps
    return this.#measure(epoch, first + steps, size)
  }

  /** How many steps fit into one call. */
  #fitting(): number {
    if (this.#secondsPerStep === undefined) return firstChunk
    return Math.max(1, Math.floor(chunkMs / 1000 / this.#secondsPerStep))
  }

  /** Steps until something is measured, after `done` steps of the epoch. */
  #untilMeasured(done: number): number {
    const { recording, batch, data } = this.#plan
    if (recording.kind === 'running') return recording.everyBatches - (done % recording.everyBatches)
    const seen = this.#seen(done)
    const next = (Math.floor(seen / recording.everyExamples) + 1) * recording.everyExamples
    return Math.max(1, Math.ceil((Math.min(next, data.train.count) - seen) / batch))
  }

  #seen(done: number): number {
    return Math.min(done * this.#plan.batch, this.#plan.data.train.count)
  }

  /** @param done steps of the epoch so far. @param size of the last batch */
  async #measure(epoch: number, done: number, size: number): Promise<Outcome> {
    const { recording, hasClasses, validates } = this.#plan
    const position = this.#position
    const { running } = position
    const endsEpoch = done === this.#perEpoch
    const atEnd = position.step === this.totalSteps
    const within = this.#seen(done)
    const limit = (position.startLoss as number) * divergenceFactor
    let trainLoss = running.loss / running.seen
    let due = done % (recording.kind === 'running' ? recording.everyBatches : Infinity) === 0 || endsEpoch
    if (recording.kind === 'whole') {
      const crosses =
        Math.floor(within / recording.everyExamples) > Math.floor((within - size) / recording.everyExamples)
      due = crosses || atEnd
      if (due || endsEpoch) trainLoss = (await this.#judged('train')).loss
    }
    if (!(trainLoss <= limit)) return { status: 'diverged', step: position.step }
    const trainAccuracy = running.hits / running.seen
    if (due) {
      this.#record(epoch * this.#plan.data.train.count + within, trainLoss, trainAccuracy)
      this.#norms.push([position.step, ...(await this.#plan.stepper.norms())])
    }
    if (!endsEpoch) return { status: 'unfinished' }

    if (validates) {
      const { loss: validationLoss, accuracy } = await this.#judged('test')
      // A loss of batches was measured before the last step, which may have been one too far.
      if (!Number.isFinite(validationLoss)) return { status: 'diverged', step: position.step }
      const trained = [epoch, position.seconds, trainLoss]
      if (hasClasses) this.#epochs.push(...trained, trainAccuracy, validationLoss, accuracy)
      else this.#epochs.push(...trained, validationLoss)
      this.#final = hasClasses
        ? { trainLoss, trainAccuracy, validationLoss, validationAccuracy: accuracy }
        : { trainLoss, validationLoss }
    } else if (hasClasses) {
      const test = await this.#judged('test')
      this.#epochs.push(epoch, position.seconds, trainLoss, trainAccuracy, test.loss, test.accuracy)
      this.#final = { trainLoss, trainAccuracy, testAccuracy: test.accuracy }
    } else {
      this.#epochs.push(epoch, position.seconds, trainLoss)
      this.#final = { trainLoss }
    }
    running.loss = running.hits = running.seen = 0
    if (atEnd) return { status: 'done', final: this.#final }
    const stopped = this.#plan.stop?.(epoch, this.#final)
    if (!stopped) return { status: 'unfinished' }
    this.#isStopped = true
    if (!due) this.#record(epoch * this.#plan.data.train.count + within, trainLoss, trainAccuracy)
    return { status: 'done', final: this.#final, stopped }
  }

  /** @returns whether the loss is a number */
  #record(seen: number, trainLoss: number, trainAccuracy = NaN): boolean {
    if (!Number.isFinite(trainLoss)) return false
    const position = this.#position
    const { step, seconds } = position
    const accuracy = this.#plan.hasClasses ? [trainAccuracy] : []
    this.#points.push(step, seen, seconds, trainLoss, ...accuracy)
    position.lastFinite = { step, trainLoss }
    if (Number.isNaN(position.best.trainLoss) || trainLoss < position.best.trainLoss)
      position.best = { step, trainLoss }
    return true
  }

  async #judged(set: 'train' | 'test'): Promise<{ loss: number; accuracy: number }> {
    const { losses, predicted } = await this.#plan.stepper.judge(set)
    const { targets, count } = this.#plan.data[set] ?? this.#plan.data.train
    let loss = 0
    let hits = 0
    for (let i = 0; i < count; i++) {
      loss += losses[i] as number
      if (predicted[i] === targets[i]) hits++
    }
    return { loss: loss / count, accuracy: hits / count }
  }
}

/** What is measured after each epoch on the set beside the training set; regressions have no test set. */
function besideOf({
  hasClasses,
  validates,
}: Pick<TrainingPlan, 'hasClasses' | 'validates'>): (keyof EpochColumns)[] {
  if (!validates) return hasClasses ? ['testLoss', 'testAccuracy'] : []
  return hasClasses ? ['validationLoss', 'validationAccuracy'] : ['validationLoss']
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
