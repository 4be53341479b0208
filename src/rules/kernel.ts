import { inOrder, type Expression, type Operation } from './expression.ts'
import { isPerStep, type Program } from './program.ts'
import type { HyperValues } from './settle.ts'
import { clipScale, type Step } from './state.ts'

const source: Record<Operation, (...operands: string[]) => string> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (a) => `-${a}`,
  sqrt: (a) => `Math.sqrt(${a})`,
  abs: (a) => `Math.abs(${a})`,
  sign: (a) => `Math.sign(${a})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  pow: (a, b) => `${a} ** ${b}`,
  select: (a, b, x, y) => `${a} > ${b} ? ${x} : ${y}`,
}

/**
 * The rule as one fused loop over typed arrays: every slot and parameter read and written once a step, what is the
 * same for all coordinates computed before the loop. Compiles source, so not for pages under a strict CSP: they
 * use `interpret`.
 */
export function compileKernel(program: Program): Step {
  const source = kernelSource(program)
  let build = built.get(source)
  if (!build) {
    // Only names from the rule's own definition reach the source; no text or number a person gave does.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a fused loop per rule is what makes this engine fast
    build = new Function('values', 'clipScale', source) as Build
    built.set(source, build)
  }
  return build(program.values, clipScale)
}

type Build = (values: HyperValues, scale: typeof clipScale) => Step

/** By source: runs that differ only in numbers share machine code that is already optimised. */
const built = new Map<string, Build>()

/** The body of a function that returns the step; exported for its test. */
export function kernelSource(program: Program): string {
  const names = new Map<Expression, string>()
  const settled: string[] = []
  const host: string[] = []
  const loop: string[] = []
  const varies = new Map<Expression, boolean>()

  const emit = (root: Expression): string => {
    for (const node of inOrder([root])) {
      if (names.has(node)) continue
      if (node.kind === 'constant') {
        names.set(node, node.value < 0 ? `(${node.value})` : String(node.value))
        varies.set(node, false)
      } else if (node.kind === 'symbol') {
        names.set(node, `$${node.name}`)
        varies.set(node, !isPerStep(program, node.name))
      } else {
        const inLoop = node.operands.some((operand) => varies.get(operand))
        const name = `e${names.size}`
        const text = source[node.operation](...node.operands.map((operand) => names.get(operand) as string))
        ;(inLoop ? loop : host).push(`const ${name} = ${text}`)
        names.set(node, name)
        varies.set(node, inLoop)
      }
    }
    return names.get(root) as string
  }

  for (const [name, value] of Object.entries(program.values))
    if (typeof value === 'number' && name !== 'lr') settled.push(`const $${name} = values.${name}`)
  program.carried.forEach((name, i) => host.push(`let $${name} = state.carried[${i}]`))
  // Scalars see the carried values of the step before; the update sees this step's.
  const scalars = program.scalars.map(([name, value]) => [name, emit(value)] as const)
  for (const [name, value] of scalars)
    host.push(program.carried.includes(name) ? `$${name} = ${value}` : `const $${name} = ${value}`)
  program.carried.forEach((name, i) => host.push(`state.carried[${i}] = $${name}`))
  if (program.clipNorm !== null) host.push(`const $clipScale = clipScale(g, $clipNorm)`)

  const written = program.updates.map(([name, value]) => [name, emit(value)] as const)
  const stores = written
    .filter(([name, value]) => value !== `$${name}`)
    .map(([name, value]) => `${name === 'theta' ? 'theta' : `slot_${name}`}[i] = ${value}`)
  return [
    ...settled,
    `return function step(theta, g, state, lr) {`,
    `const $t = ++state.t, $lr = lr`,
    ...program.slots.map((name, i) => `const slot_${name} = state.slots[${i}]`),
    ...host,
    `for (let i = 0; i < theta.length; i++) {`,
    `const $theta = theta[i], $g = g[i]`,
    ...program.slots.map((name) => `const $${name} = slot_${name}[i]`),
    ...loop,
    ...stores,
    `}`,
    `}`,
  ].join('\n')
}
