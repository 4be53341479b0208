import { inOrder, type Expression, type Operation } from './expression.ts'
import { isPerStep, type Program } from './program.ts'
import { clipScale, type Step } from './state.ts'

type Evaluate = (operands: readonly number[]) => number

const evaluate: Record<Operation, Evaluate> = {
  add: ([a, b]) => (a as number) + (b as number),
  sub: ([a, b]) => (a as number) - (b as number),
  mul: ([a, b]) => (a as number) * (b as number),
  div: ([a, b]) => (a as number) / (b as number),
  neg: ([a]) => -(a as number),
  sqrt: ([a]) => Math.sqrt(a as number),
  abs: ([a]) => Math.abs(a as number),
  sign: ([a]) => Math.sign(a as number),
  max: ([a, b]) => Math.max(a as number, b as number),
  min: ([a, b]) => Math.min(a as number, b as number),
  pow: ([a, b]) => (a as number) ** (b as number),
  select: ([a, b, x, y]) => ((a as number) > (b as number) ? (x as number) : (y as number)),
}

/** Every value of one step, by node: what the step anatomy shows. */
export function evaluateAll(
  roots: Iterable<Expression>,
  symbol: (name: string) => number,
  values = new Map<Expression, number>(),
): Map<Expression, number> {
  for (const node of inOrder(roots)) {
    if (values.has(node)) continue
    values.set(
      node,
      node.kind === 'constant'
        ? node.value
        : node.kind === 'symbol'
          ? symbol(node.name)
          : evaluate[node.operation](node.operands.map((operand) => values.get(operand) as number)),
    )
  }
  return values
}

/**
 * The rule as plain numbers, one coordinate at a time: for traces, and wherever source may not be compiled.
 * The same operations in the same order as kernel.ts, so both agree bit for bit on one runtime.
 */
export function interpret(program: Program): Step {
  const scalarRoots = program.scalars.map(([, value]) => value)
  const updateRoots = program.updates.map(([, value]) => value)
  return (theta, g, state, lr) => {
    state.t++
    const perStep = new Map<string, number>([['t', state.t]])
    for (const [name, value] of Object.entries(program.values))
      if (typeof value === 'number') perStep.set(name, value)
    perStep.set('lr', lr)
    program.carried.forEach((name, i) => perStep.set(name, state.carried[i] as number))
    const scalarValues = evaluateAll(scalarRoots, (name) => perStep.get(name) as number)
    for (const [name, root] of program.scalars) perStep.set(name, scalarValues.get(root) as number)
    program.carried.forEach((name, i) => (state.carried[i] = perStep.get(name) as number))
    if (program.clipNorm !== null) perStep.set('clipScale', clipScale(g, program.clipNorm))

    for (let i = 0; i < theta.length; i++) {
      const lookUp = (name: string): number =>
        isPerStep(program, name)
          ? (perStep.get(name) as number)
          : name === 'theta'
            ? (theta[i] as number)
            : name === 'g'
              ? (g[i] as number)
              : (state.slots[program.slots.indexOf(name)]?.[i] as number)
      const values = evaluateAll(updateRoots, lookUp)
      for (const [name, root] of program.updates) {
        const target = name === 'theta' ? theta : state.slots[program.slots.indexOf(name)]
        if (target) target[i] = values.get(root) as number
      }
    }
  }
}
