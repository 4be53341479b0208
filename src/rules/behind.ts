import { run } from '../math/tape.ts'
import { Machine } from './machine.ts'
import type { Program } from './program.ts'

/**
 * Where the parameters are of a rule that takes its gradient ahead of them (Nesterov); null for every other rule.
 * @param lr learning rate of the step that led to theta and the slots
 */
export function parametersBehind(
  program: Program,
  theta: Float64Array,
  slots: readonly Float64Array[],
  lr: number,
): Float64Array | null {
  if (!program.behind) return null
  const machine = new Machine(program)
  const { values } = machine
  const result = machine.use(program.behind)
  const tape = machine.takeInstructions()
  for (const [name, value] of Object.entries(program.values))
    if (typeof value === 'number') values[machine.symbol(name)] = value
  values[machine.symbol('lr')] = lr
  return theta.map((x, i) => {
    values[machine.symbol('theta')] = x
    program.slots.forEach((name, slot) => (values[machine.symbol(name)] = slots[slot]?.[i] as number))
    run(tape, values)
    return values[result] as number
  })
}
