import { checkBatch } from '../../experiments/check.ts'
import { holdOut } from '../../experiments/hold-out.ts'
import type { RunSettings } from '../../experiments/settings.ts'
import { Random } from '../../math/random.ts'
import { compileKernel } from '../../rules/kernel.ts'
import type { Program } from '../../rules/program.ts'
import { startState } from '../../rules/state.ts'
import type { DirectProblem, Workload } from '../../workloads/workload.ts'
import { settleRun } from '../settle.ts'
import { stepsPerEpoch, type TrainingPlan, type TrainingState } from './training.ts'

/** A run's settings as something that can be trained. */
export interface PlannedRun {
  readonly plan: TrainingPlan
  readonly program: Program
  readonly totalSteps: number
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
  const { program, rate, ratePer, shuffle } = settleRun(settings)
  const plan: TrainingPlan = {
    problem: trained,
    step: compileKernel(program),
    rate,
    ratePer,
    batch: settings.batch,
    epochs: settings.epochs,
    evaluateEvery: workload.recording.everyExamples,
    ...(split && { validationLoss: (theta: Float64Array) => problem.loss(theta, split.held) }),
    order(epoch, into) {
      for (let i = 0; i < into.length; i++) into[i] = i
      shuffle(epoch, into)
      if (split) for (let i = 0; i < into.length; i++) into[i] = split.train[into[i] as number] as number
    },
    clock,
  }
  return {
    plan,
    program,
    totalSteps: stepsPerEpoch(plan, trained.examples) * settings.epochs,
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
