import { inOrder, type Expression, type Operation } from './expression.ts'
import { isPerStep, type Program } from './program.ts'

/** register[to] = operation(register[a], …). */
export interface Instruction {
  readonly operation: Operation
  readonly to: number
  readonly a: number
  readonly b: number
  readonly x: number
  readonly y: number
}

export function run(instructions: readonly Instruction[], register: Float64Array): void {
  for (const { operation, to, a, b, x, y } of instructions)
    register[to] = apply(operation, register, a, b, x, y)
}

function apply(
  operation: Operation,
  register: Float64Array,
  a: number,
  b: number,
  x: number,
  y: number,
): number {
  const first = register[a] as number
  const second = register[b] as number
  switch (operation) {
    case 'add':
      return first + second
    case 'sub':
      return first - second
    case 'mul':
      return first * second
    case 'div':
      return first / second
    case 'neg':
      return -first
    case 'sqrt':
      return Math.sqrt(first)
    case 'abs':
      return Math.abs(first)
    case 'sign':
      return Math.sign(first)
    case 'max':
      return Math.max(first, second)
    case 'min':
      return Math.min(first, second)
    case 'pow':
      return first ** second
    case 'select':
      return (first > second ? register[x] : register[y]) as number
  }
}

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
      const at = node.operands.map((operand) => this.#registers.get(operand) as number)
      const [a = 0, b = 0, x = 0, y = 0] = at
      const varies = at.some((register) => this.#varying.has(register))
      if (varies) this.#varying.add(to)
      this.#instructions.push({ instruction: { operation: node.operation, to, a, b, x, y }, varies })
    }
    return to
  }

  takeInstructions(): Instruction[] {
    return this.#instructions.splice(0).map(({ instruction }) => instruction)
  }

  /** What is the same for all coordinates, and what is not. */
  takeSplit(): { perStep: Instruction[]; perCoordinate: Instruction[] } {
    const taken = this.#instructions.splice(0)
    const of = (varies: boolean): Instruction[] =>
      taken.filter((one) => one.varies === varies).map(({ instruction }) => instruction)
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
  const scalars = program.scalars.map(([name, value]) => [machine.symbol(name), machine.use(value)] as const)
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
      carried.forEach((at, i) => (values[at] = state.carried[i] as number))
      run(instructions, values)
      // All are computed from the last step's carried values before any is replaced.
      const computed = scalars.map(([, from]) => values[from] as number)
      scalars.forEach(([to], i) => (values[to] = computed[i] as number))
      carried.forEach((at, i) => (state.carried[i] = values[at] as number))
    },
  }
}
