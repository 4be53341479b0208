import { run } from '../math/tape.ts'
import { inOrder, type Expression, type Operation } from './expression.ts'
import { hostStage, Machine } from './machine.ts'
import { isPerStep, type Program } from './program.ts'

/** Elementwise arithmetic over whatever holds the coordinates: tensors of an engine, nodes of a graph. */
export type Elementwise<T> = Readonly<Record<Operation, (...operands: T[]) => T>> & {
  readonly constant: (value: number) => T
}

/** What an update reads, in the arithmetic it is computed in. */
export interface UpdateInputs<T> {
  readonly theta: T
  readonly g: T
  /** In the program's order. */
  readonly slots: readonly T[]
  /** One for each number the host feeds. */
  readonly feeds: readonly T[]
  /** min(1, clipNorm/‖g‖); needed where the program has a `clipNorm`, which is then fed as `clipNorm`. */
  readonly clipScale?: T
}

/**
 * A rule in two stages. What is one number a step (rates, bias corrections, hyperparameters) is computed by the host
 * in float64, as the reference implementations do, and fed; what is left is elementwise and free of numbers that
 * change, so that one recorded graph serves every step and every run of the rule.
 */
export interface StagedRule {
  /** How many numbers the host feeds a step. */
  readonly feeds: number
  /** Which of them is `clipNorm`; −1 where the gradient's norm is not clipped. */
  readonly clipNormFeed: number
  /** Moves `t` and the carried values on by a step and writes that step's numbers to into[at … at + feeds). */
  advance(
    state: { t: number; readonly carried: Float64Array },
    lr: number,
    into: Float32Array | Float64Array,
    at: number,
  ): void
  /** The successors of theta and of every slot. */
  update<T>(arithmetic: Elementwise<T>, inputs: UpdateInputs<T>): { theta: T; slots: T[] }
}

export function stage(program: Program): StagedRule {
  const roots = program.updates.map(([, value]) => value)
  const nodes = inOrder(roots)
  const varying = new Set(nodes.filter((node) => varies(program, node)))
  // An operand is varying or not before its operator is met.
  for (const node of nodes)
    if (node.kind === 'operation' && node.operands.some((operand) => varying.has(operand))) varying.add(node)

  const read = [
    ...roots,
    ...nodes.flatMap((node) => (node.kind === 'operation' && varying.has(node) ? node.operands : [])),
  ]
  const fed = [...new Set(read.filter((node) => !varying.has(node) && node.kind !== 'constant'))]

  const machine = new Machine(program)
  const host = hostStage(machine, program)
  const registers = fed.map((node) => machine.use(node))
  const clipNormFeed = program.clipNorm === null ? -1 : registers.push(machine.symbol('clipNorm')) - 1
  const perStep = machine.takeInstructions()

  return {
    feeds: registers.length,
    clipNormFeed,
    advance(state, lr, into, at) {
      host.advance(state, lr)
      run(perStep, machine.values)
      registers.forEach((register, i) => (into[at + i] = machine.values[register] as number))
    },
    update<T>(arithmetic: Elementwise<T>, inputs: UpdateInputs<T>) {
      const values = new Map<Expression, T>(fed.map((node, i) => [node, inputs.feeds[i] as T]))
      for (const node of nodes)
        if (!values.has(node) && (varying.has(node) || node.kind === 'constant'))
          values.set(node, valueOf(program, node, values, arithmetic, inputs))
      const successors = new Map(program.updates.map(([name, value]) => [name, values.get(value) as T]))
      return {
        theta: successors.get('theta') as T,
        slots: program.slots.map((name, i) => successors.get(name) ?? (inputs.slots[i] as T)),
      }
    },
  }
}

function varies(program: Program, node: Expression): boolean {
  return node.kind === 'symbol' && (node.name === 'clipScale' || !isPerStep(program, node.name))
}

function valueOf<T>(
  program: Program,
  node: Expression,
  values: ReadonlyMap<Expression, T>,
  arithmetic: Elementwise<T>,
  inputs: UpdateInputs<T>,
): T {
  if (node.kind === 'constant') return arithmetic.constant(node.value)
  if (node.kind === 'operation')
    return arithmetic[node.operation](...node.operands.map((operand) => values.get(operand) as T))
  if (node.name === 'theta' || node.name === 'g') return inputs[node.name]
  if (node.name === 'clipScale') return inputs.clipScale as T
  return inputs.slots[program.slots.indexOf(node.name)] as T
}
