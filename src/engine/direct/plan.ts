import { lookUp } from '../../contract/lookup.ts'
import { checkBatch } from '../../experiments/check.ts'
import { holdOut } from '../../experiments/hold-out.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { Random } from '../../math/random.ts'
import { optimizers } from '../../optimizers/index.ts'
import { compileKernel } from '../../rules/kernel.ts'
import { traceRule, type Program } from '../../rules/program.ts'
import { startState } from '../../rules/state.ts'
import { schedules } from '../../schedules/index.ts'
import { settleSchedule, withOffset } from '../../schedules/schedule.ts'
import type { DirectProblem, Workload } from '../../workloads/workload.ts'
import { stepsPerEpoch, type TrainingPlan, type TrainingState } from './training.ts'

/** A run's settings as something that can be trained. */
export interface PlannedRun {
  readonly plan: TrainingPlan
  readonly program: Program
  readonly totalSteps: number
  /** Mean loss over the examples that were set aside; undefined where none were. */
  readonly validationLoss?: (theta: Float64Array) => number
  /** The untrained state; the seed decides it. */
  start(): TrainingState
}

/** @throws DescentError where an id is unknown or a value out of bounds */
export function planRun(
  settings: RunSettings,
  workload: Workload,
  problem: DirectProblem,
  clock: () => number,
): PlannedRun {
  const split = settings.validation ? holdOut(problem.examples, settings.validation) : null
  const trained: DirectProblem = split
    ? { ...problem, examples: split.train.length, loss: (theta) => problem.loss(theta, split.train) }
    : problem
  checkBatch(settings.batch, { id: workload.id, examples: trained.examples })
  if (workload.recording.kind !== 'whole')
    throw new Error(`${workload.id} is recorded in a way that plain arrays are not`)
  const program = traceRule(lookUp(optimizers, settings.optimizer, 'optimizer'), settings.set)
  const lr = program.values['lr'] as number
  const definition = lookUp(schedules, settings.schedule.id, 'schedule')
  const plan: TrainingPlan = {
    problem: trained,
    step: compileKernel(program),
    rate: withOffset(settleSchedule(definition, settings.schedule.set, lr), settings.schedule.offset, lr),
    ratePer: settings.schedule.per,
    batch: settings.batch,
    epochs: settings.epochs,
    evaluateEvery: workload.recording.everyExamples,
    order(epoch, into) {
      for (let i = 0; i < into.length; i++) into[i] = i
      Random.from(settings.seed, 'order', epoch).shuffle(into)
      if (split) for (let i = 0; i < into.length; i++) into[i] = split.train[into[i] as number] as number
    },
    clock,
  }
  return {
    plan,
    program,
    totalSteps: stepsPerEpoch(plan, trained.examples) * settings.epochs,
    ...(split && { validationLoss: (theta: Float64Array) => problem.loss(theta, split.held) }),
    start() {
      const theta = new Float64Array(problem.parameters)
      problem.initialise(Random.from(settings.seed, 'parameters'), theta)
      return untrained(program, theta)
    },
  }
}

/** A state at step 0 with these parameters. */
export function untrained(program: Program, theta: Float64Array): TrainingState {
  return {
    theta,
    rule: startState(program, theta.length),
    step: 0,
    seconds: 0,
    startLoss: null,
    lastFinite: { step: 0, trainLoss: NaN },
    best: { step: 0, trainLoss: NaN },
  }
}
