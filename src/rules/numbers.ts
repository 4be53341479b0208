import { run } from '../math/tape.ts'
import { hostStage, Machine } from './machine.ts'
import type { Program } from './program.ts'
import { clipScale, type Step } from './state.ts'

/**
 * The rule as plain numbers, one coordinate at a time: for traces, and wherever source may not be compiled.
 * The same operations in the same order as kernel.ts, so both agree bit for bit on one runtime.
 */
export function interpret(program: Program): Step {
  const machine = new Machine(program)
  const { values } = machine
  const host = hostStage(machine, program)
  const slots = program.slots.map((name) => machine.symbol(name))
  const theta = machine.symbol('theta')
  const gradient = machine.symbol('g')
  /** −1: theta. */
  const updated = Int32Array.from(program.updates, ([name]) => program.slots.indexOf(name))
  const results = Int32Array.from(program.updates, ([, value]) => machine.use(value))
  const { perStep, perCoordinate } = machine.takeSplit()
  const scale = machine.symbol('clipScale')

  return (parameters, g, state, lr) => {
    host.advance(state, lr)
    if (program.clipNorm !== null) values[scale] = clipScale(g, program.clipNorm)
    run(perStep, values)

    for (let i = 0; i < parameters.length; i++) {
      values[theta] = parameters[i] as number
      values[gradient] = g[i] as number
      for (let slot = 0; slot < slots.length; slot++)
        values[slots[slot] as number] = state.slots[slot]?.[i] as number
      run(perCoordinate, values)
      for (let k = 0; k < results.length; k++) {
        const slot = updated[k] as number
        const target = slot < 0 ? parameters : state.slots[slot]
        if (target) target[i] = values[results[k] as number] as number
      }
    }
  }
}
