import type { Program } from './program.ts'

/** What a rule remembers between steps. Everything a checkpoint needs besides the parameters. */
export interface RuleState {
  /** Steps taken. */
  t: number
  /** One array the size of the parameters per slot, in the program's order. */
  readonly slots: readonly Float64Array[]
  /** In the program's order. */
  readonly carried: Float64Array
}

export function startState(program: Program, size: number): RuleState {
  return {
    t: 0,
    slots: program.slotStarts.map((start) => new Float64Array(size).fill(start)),
    carried: Float64Array.from(program.carriedStarts),
  }
}

/** One update in place: the parameters and the state move on by a step. `lr` is the schedule's value for this step. */
export type Step = (theta: Float64Array, g: Float64Array, state: RuleState, lr: number) => void

/** min(1, clipNorm/‖g‖): 1 for a zero gradient. */
export function clipScale(g: Float64Array, clipNorm: number): number {
  let sum = 0
  for (const component of g) sum += component * component
  const norm = Number.isFinite(sum) ? Math.sqrt(sum) : Math.hypot(...g) // squares overflow before norms do
  return norm > clipNorm ? clipNorm / norm : 1
}
