import { run, tapeOf, type Instruction, type Tape } from '../math/tape.ts'
import { inOrder, type Expression } from './expression.ts'
import { isPerStep, type Program } from './program.ts'

/** Gives every node of a graph a register and lists what fills it. */
export class Machine {
  readonly values: Float64Array
  readonly #program: Program
  readonly #registers = new Map<Expression, number>()
  readonly #symbols = new Map<string, number>()
  #next = 0
  #instructions: { instruction: Instruction; varies: boolean }[] = []
  readonly #varying = new Set<number>()

  constructor(program: Program) {
    this.#program = program
    const roots = [...program.scalars, ...program.updates].map(([, value]) => value)
    if (program.behind) roots.push(program.behind)
    // A register a node, and one for each name that may be set from outside.
    const names = Object.keys(program.values).length + program.slots.length + program.scalars.length
    this.values = new Float64Array(inOrder(roots).length + names + program.carried.length + 8)
  }

  symbol(name: string): number {
    let at = this.#symbols.get(name)
    if (at === undefined) {
      at = this.#next++
      this.#symbols.set(name, at)
      if (!isPerStep(this.#program, name)) this.#varying.add(at)
    }
    return at
  }

  /** The register that holds this value once the instructions have run. */
  use(root: Expression): number {
    for (const node of inOrder([root]))
      if (!this.#registers.has(node)) this.#registers.set(node, this.#place(node))
    return this.#registers.get(root) as number
  }

  #place(node: Expression): number {
    if (node.kind === 'symbol') return this.symbol(node.name)
    const to = this.#next++
    if (node.kind === 'constant') this.values[to] = node.value
    else {
      const operands = node.operands.map((operand) => this.#registers.get(operand) as number)
      const varies = operands.some((register) => this.#varying.has(register))
      if (varies) this.#varying.add(to)
      this.#instructions.push({ instruction: { operation: node.operation, to, operands }, varies })
    }
    return to
  }

  takeInstructions(): Tape {
    return tapeOf(this.#instructions.splice(0).map(({ instruction }) => instruction))
  }

  /** What is the same for all coordinates, and what is not. */
  takeSplit(): { perStep: Tape; perCoordinate: Tape } {
    const taken = this.#instructions.splice(0)
    const of = (varies: boolean): Tape =>
      tapeOf(taken.filter((one) => one.varies === varies).map(({ instruction }) => instruction))
    return { perStep: of(false), perCoordinate: of(true) }
  }
}

/** What moves a rule's host on by a step: the number of the step, the scalars, the carried values. */
export interface HostStage {
  /** Counts the step in `state`, replaces its carried values, and leaves scalars, `t` and `lr` in the registers. */
  advance(state: { t: number; readonly carried: Float64Array }, lr: number): void
}

/** Must be made before any expression of the update is used: scalars see the carried values of the step before. */
export function hostStage(machine: Machine, program: Program): HostStage {
  const { values } = machine
  const carried = program.carried.map((name) => machine.symbol(name))
  const scalars = program.scalars.map(([name]) => machine.symbol(name))
  const computedAt = program.scalars.map(([, value]) => machine.use(value))
  const computed = new Float64Array(scalars.length)
  const instructions = machine.takeInstructions()
  const t = machine.symbol('t')
  const rate = machine.symbol('lr')
  for (const [name, value] of Object.entries(program.values))
    if (typeof value === 'number') values[machine.symbol(name)] = value
  return {
    advance(state, lr) {
      state.t++
      values[t] = state.t
      values[rate] = lr
      for (let i = 0; i < carried.length; i++) values[carried[i] as number] = state.carried[i] as number
      run(instructions, values)
      // All are computed from the last step's carried values before any is replaced.
      for (let i = 0; i < scalars.length; i++) computed[i] = values[computedAt[i] as number] as number
      for (let i = 0; i < scalars.length; i++) values[scalars[i] as number] = computed[i] as number
      for (let i = 0; i < carried.length; i++) state.carried[i] = values[carried[i] as number] as number
    },
  }
}
