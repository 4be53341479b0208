import { run } from '../math/tape.ts'
import type { Expression } from './expression.ts'
import { formulaSteps } from './formula.ts'
import { hostStage, Machine } from './machine.ts'
import type { Program } from './program.ts'
import { clipScale, type RuleState } from './state.ts'

/** Every number of one step. Coordinates count from 0; what is one number a step is the same for all. */
export interface Dissection {
  /** Value of a node of the program that its formula assigns. */
  value(node: Expression, coordinate: number): number
  /** Value of a symbol as the update reads it. */
  symbol(name: string, coordinate: number): number
  /** Value of a symbol as the scalars read it: a carried value still is that of the step before. */
  before(name: string): number
  /** Successors of theta and of the slots. */
  readonly theta: Float64Array
  readonly slots: readonly Float64Array[]
}

/**
 * One step with its insides open: the instructions of `interpret`, so its numbers are those of a walk to the last bit.
 * Leaves theta as it was and moves nothing on but `state.t` and the carried values.
 */
export function dissect(
  program: Program,
): (theta: Float64Array, g: Float64Array, state: RuleState, lr: number) => Dissection {
  const machine = new Machine(program)
  const { values } = machine
  const host = hostStage(machine, program)
  const slots = program.slots.map((name) => machine.symbol(name))
  const at = {
    theta: machine.symbol('theta'),
    g: machine.symbol('g'),
    clipScale: machine.symbol('clipScale'),
  }
  const results = new Map(program.updates.map(([name, value]) => [name, machine.use(value)]))
  const registers = new Map(formulaSteps(program).map(({ value }) => [value, machine.use(value)]))
  const { perStep, perCoordinate } = machine.takeSplit()

  return (theta, g, state, lr) => {
    const before = new Map(program.carried.map((name, i) => [name, state.carried[i] as number]))
    host.advance(state, lr)
    if (program.clipNorm !== null) values[at.clipScale] = clipScale(g, program.clipNorm)
    run(perStep, values)
    const seen = Array.from(theta, (x, i) => {
      values[at.theta] = x
      values[at.g] = g[i] as number
      slots.forEach((register, slot) => (values[register] = state.slots[slot]?.[i] as number))
      run(perCoordinate, values)
      return values.slice()
    })
    const read = (register: number, coordinate: number): number => seen[coordinate]?.[register] ?? NaN
    const successor = (name: string): Float64Array =>
      Float64Array.from(seen, (_, i) => read(results.get(name) as number, i))
    return {
      value: (node, coordinate) => read(registers.get(node) as number, coordinate),
      symbol: (name, coordinate) => read(machine.symbol(name), coordinate),
      before: (name) => before.get(name) ?? read(machine.symbol(name), 0),
      theta: successor('theta'),
      slots: program.slots.map(successor),
    }
  }
}
