import type { Objective } from '../objectives/expression.ts'
import type { Program } from '../rules/program.ts'
import { startState, type RuleState, type Step } from '../rules/state.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { disturb, type Disturbance } from './disturbance.ts'

/** What all that walk together have in common. */
export interface Ground {
  readonly objective: Objective
  readonly start: readonly number[]
  readonly steps: number
  readonly disturbance: Disturbance
}

/** One optimizer, ready to walk. */
export interface Walker {
  readonly program: Program
  readonly step: Step
  /** Learning rate of step k (from 0). */
  readonly rate: Schedule
}

/** A walk in flat arrays, as drawing wants it. */
export interface Walk {
  /** Steps taken; fewer than asked for where it diverged. */
  readonly taken: number
  /** `taken + 1` points, the start first, coordinate by coordinate. */
  readonly points: Float64Array
  /** The objective at each point, without noise. */
  readonly values: Float64Array
  /** Learning rate of each step taken. */
  readonly rates: Float64Array
  /** The step (from 1) whose point or value was no longer finite, or whose |value| passed 1e30. */
  readonly divergedAt: number | null
}

const largestValue = 1e30

/**
 * Walks in float64.
 * @param seen called after every step taken, with what the walker remembers; reading it is free of copies
 */
export function walk(
  { objective, start, steps, disturbance }: Ground,
  { program, step, rate }: Walker,
  seen?: (k: number, state: RuleState) => void,
): Walk {
  const { dimension } = objective
  const theta = Float64Array.from(start)
  const g = new Float64Array(dimension)
  const state = startState(program, dimension)
  const points = new Float64Array(dimension * (steps + 1))
  const values = new Float64Array(steps + 1)
  const rates = new Float64Array(steps)
  points.set(theta)
  values[0] = objective.valueAndGradient(theta, g)
  const until = (taken: number, divergedAt: number | null): Walk => ({
    taken,
    points: points.subarray(0, dimension * (taken + 1)),
    values: values.subarray(0, taken + 1),
    rates: rates.subarray(0, taken),
    divergedAt,
  })
  for (let k = 0; k < steps; k++) {
    disturb(disturbance, k, g)
    const lr = rate(k)
    step(theta, g, state, lr)
    const value = objective.valueAndGradient(theta, g)
    let finite = Math.abs(value) <= largestValue
    for (let i = 0; i < dimension; i++) {
      finite &&= Number.isFinite(theta[i])
      points[(k + 1) * dimension + i] = theta[i] as number
    }
    if (!finite) return until(k, k + 1)
    values[k + 1] = value
    rates[k] = lr
    seen?.(k, state)
  }
  return until(steps, null)
}
