import { parseObjective, type Objective } from '../objectives/expression.ts'
import { objectives } from '../objectives/index.ts'
import { optimizers } from '../optimizers/index.ts'
import { lookUp } from '../contract/lookup.ts'
import { DescentError } from '../contract/errors.ts'
import type { ScheduleSettings, SettingMap } from '../experiments/settings.ts'
import { Random } from '../math/random.ts'
import { interpret } from '../rules/numbers.ts'
import { traceRule } from '../rules/program.ts'
import { startState } from '../rules/state.ts'
import { schedules } from '../schedules/index.ts'
import { settleSchedule, withOffset } from '../schedules/schedule.ts'

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

const largestValue = 1e30
const mostSteps = 1_000_000

/** An optimizer walking on an objective, in float64. */
export function trace(settings: TraceSettings): Trace {
  const named = objectives.find(({ id }) => id === settings.objective)
  const objective = parseObjective(named?.expression ?? settings.objective, dimensionOf(settings.start))
  const start = startOf(objective, settings.start ?? named?.start)
  if (!Number.isInteger(settings.steps) || settings.steps < 1 || settings.steps > mostSteps)
    throw new DescentError(
      'invalid-value',
      `steps is ${settings.steps}, but must be a whole number from 1 to ${mostSteps}.`,
      'Give a number of steps in that range.',
    )
  const { noise = 0 } = settings
  if (!(noise >= 0 && noise < Infinity))
    throw new DescentError(
      'invalid-value',
      `noise is ${noise}, but must be a number not below 0.`,
      'Give the standard deviation of the noise.',
    )

  const program = traceRule(lookUp(optimizers, settings.optimizer, 'optimizer'), settings.set)
  const lr = program.values['lr'] as number
  const definition = lookUp(schedules, settings.schedule?.id ?? 'constant', 'schedule')
  const rate = withOffset(
    settleSchedule(definition, settings.schedule?.set ?? {}, lr),
    settings.schedule?.offset ?? 0,
    lr,
  )
  const random = Random.from(settings.seed ?? 0, 'gradient noise')

  const step = interpret(program)
  const state = startState(program, objective.dimension)
  const theta = Float64Array.from(start)
  const g = new Float64Array(objective.dimension)
  const result: Trace = {
    optimizer: settings.optimizer,
    objective: settings.objective,
    points: [[...theta]],
    values: [objective.value(start)],
    rates: [],
    status: 'done',
  }
  for (let k = 0; k < settings.steps; k++) {
    objective.gradient(result.points[k] as number[], g)
    if (noise > 0) for (let i = 0; i < g.length; i++) g[i] = (g[i] as number) + noise * random.normal()
    const lrNow = rate(k)
    step(theta, g, state, lrNow)
    const point = [...theta]
    const value = objective.value(point)
    if (!point.every(Number.isFinite) || !(Math.abs(value) <= largestValue)) {
      result.status = 'diverged'
      result.divergedAt = k + 1
      break
    }
    result.points.push(point)
    result.values.push(value)
    result.rates.push(lrNow)
  }
  return result
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
