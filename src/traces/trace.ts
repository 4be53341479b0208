import { parseObjective, type Objective } from '../objectives/expression.ts'
import { objectives } from '../objectives/index.ts'
import { optimizers } from '../optimizers/index.ts'
import { lookUp } from '../contract/lookup.ts'
import { DescentError } from '../contract/errors.ts'
import type { ScheduleSettings, SettingMap } from '../experiments/settings.ts'
import { interpret } from '../rules/numbers.ts'
import { traceRule } from '../rules/program.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule, withOffset } from '../schedules/schedule.ts'
import { disturbanceOf } from './disturbance.ts'
import { walk, type Ground, type Walker } from './walk.ts'

export interface TraceSettings {
  /** An expression, or the id of a named objective. */
  objective: string
  optimizer: string
  set?: SettingMap
  /** Step k (from 0) runs at schedule(k + offset). */
  schedule?: Omit<ScheduleSettings, 'per'>
  start?: readonly number[]
  steps: number
  /** Standard deviation of the normal noise added to every partial derivative. */
  noise?: number
  /** Probability with which each partial derivative is kept, and 0 otherwise, as with sparse data; 1 by default. */
  sparse?: number
  seed?: number
}

export interface Trace {
  optimizer: string
  objective: string
  /** `steps + 1` points, the start first; fewer when it diverged: up to the last finite one. */
  points: number[][]
  /** The objective at each point, without noise. */
  values: number[]
  /** Learning rate of each step taken. */
  rates: number[]
  status: 'done' | 'diverged'
  /** The step (from 1) whose point or value was no longer finite, or whose |value| passed 1e30. */
  divergedAt?: number
}

const mostSteps = 1_000_000

/** An optimizer walking on an objective, in float64. */
export function trace(settings: TraceSettings): Trace {
  const ground = groundOf(settings)
  const { dimension } = ground.objective
  const { points, values, rates, divergedAt } = walk(ground, walkerOf(settings))
  return {
    optimizer: settings.optimizer,
    objective: settings.objective,
    points: Array.from(values, (_, k) => [...points.subarray(dimension * k, dimension * (k + 1))]),
    values: [...values],
    rates: [...rates],
    ...(divergedAt === null ? { status: 'done' } : { status: 'diverged', divergedAt }),
  }
}

/** @throws DescentError where objective, start, steps, noise or sparsity are not usable */
export function groundOf(
  settings: Pick<TraceSettings, 'objective' | 'start' | 'steps' | 'noise' | 'sparse' | 'seed'>,
): Ground {
  const { steps, noise = 0, sparse = 1, seed = 0 } = settings
  const named = objectives.find(({ id }) => id === settings.objective)
  const objective = parseObjective(named?.expression ?? settings.objective, dimensionOf(settings.start))
  const start = startOf(objective, settings.start ?? named?.start)
  if (!Number.isInteger(steps) || steps < 1 || steps > mostSteps)
    throw new DescentError(
      'invalid-value',
      `steps is ${steps}, but must be a whole number from 1 to ${mostSteps}.`,
      'Give a number of steps in that range.',
    )
  if (!(noise >= 0 && noise < Infinity))
    throw new DescentError(
      'invalid-value',
      `noise is ${noise}, but must be a number not below 0.`,
      'Give the standard deviation of the noise.',
    )
  if (!(sparse > 0 && sparse <= 1))
    throw new DescentError(
      'invalid-value',
      `sparse is ${sparse}, but must be a number in (0, 1].`,
      'Give the probability with which each partial derivative is kept.',
    )
  const disturbance = disturbanceOf({ noise, sparse, seed }, steps, objective.dimension)
  return { objective, start, steps, disturbance }
}

/** @throws DescentError where optimizer, schedule or one of their settings is unknown or out of bounds */
export function walkerOf(settings: Pick<TraceSettings, 'optimizer' | 'set' | 'schedule'>): Walker {
  const program = traceRule(lookUp(optimizers, settings.optimizer, 'optimizer'), settings.set)
  const lr = program.values['lr'] as number
  const definition = lookUp(schedules, settings.schedule?.id ?? 'constant', 'schedule')
  const schedule = settleSchedule(definition, settings.schedule?.set ?? {}, lr)
  return { program, step: interpret(program), rate: withOffset(schedule, settings.schedule?.offset ?? 0, lr) }
}

function dimensionOf(start: readonly number[] | undefined): 1 | 2 | undefined {
  return start?.length === 1 || start?.length === 2 ? start.length : undefined
}

function startOf(objective: Objective, given: readonly number[] | undefined): readonly number[] {
  const wanted = objective.dimension === 1 ? 'one number, like 10' : 'two numbers, like -5,-2'
  if (given === undefined)
    throw new DescentError('usage', `${objective.expression} needs a start.`, `Give --start with ${wanted}.`)
  if (given.length !== objective.dimension || !given.every(Number.isFinite))
    throw new DescentError(
      'invalid-value',
      `The start ${given.join(',')} does not fit ${objective.expression}.`,
      `Give ${wanted}.`,
    )
  const value = objective.value(given)
  if (!Number.isFinite(value))
    throw new DescentError(
      'invalid-value',
      `${objective.expression} is not a number at the start ${given.join(',')}.`,
      'Start where the objective is defined.',
    )
  return given
}
