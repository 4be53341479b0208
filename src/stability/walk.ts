import { lookUp } from '../contract/lookup.ts'
import { optimizers } from '../optimizers/index.ts'
import { interpret } from '../rules/numbers.ts'
import { traceRule } from '../rules/program.ts'
import { startState } from '../rules/state.ts'
import type { LinearRule, Setting } from './quadratic.ts'

/** Beyond this nothing of a walk can be drawn or compared. */
const farAway = 1e150

/**
 * A rule of `src/optimizers` walking on ½Σλᵢxᵢ² from (1, …, 1): every point in eigen-coordinates, the start first;
 * fewer than `steps + 1` where it leaves all bounds.
 */
export function walkQuadratic(
  rule: LinearRule,
  { lr, momentum }: Setting,
  curvatures: readonly number[],
  steps: number,
): number[][] {
  const program = traceRule(lookUp(optimizers, rule, 'optimizer'), rule === 'sgd' ? { lr } : { lr, momentum })
  const step = interpret(program)
  const state = startState(program, curvatures.length)
  const theta = new Float64Array(curvatures.length).fill(1)
  const points = [[...theta]]
  for (let k = 0; k < steps && theta.every((x) => Math.abs(x) < farAway); k++) {
    step(
      theta,
      theta.map((x, i) => (curvatures[i] as number) * x),
      state,
      lr,
    )
    points.push([...theta])
  }
  return points
}
