/**
 * What every update rule must be able to do, each as a function that says what is wrong, or null. They take the way
 * in which a program is run, so that ways which are broken on purpose can show that the properties notice.
 */
import { Random } from '../../src/math/random.ts'
import type { OptimizerDefinition } from '../../src/rules/definition.ts'
import type { Program } from '../../src/rules/program.ts'
import { traceRule } from '../../src/rules/program.ts'
import { hyperparametersOf, type HyperValue } from '../../src/rules/settle.ts'
import { startState, type RuleState, type Step } from '../../src/rules/state.ts'

export type Way = (program: Program) => Step
type Settings = Readonly<Record<string, HyperValue>>

export const size = 11
export const steps = 24

/**
 * Every choice and flag, everything that is off by default (momentum, dampening, a start value) on and off, each with
 * no modifier, each modifier alone and all of them.
 */
export function combinations(rule: OptimizerDefinition): Settings[] {
  let all: Settings[] = [{}]
  for (const [name, declared] of Object.entries(rule.hyper)) {
    const values: HyperValue[] =
      declared.kind === 'choice'
        ? [...declared.choices]
        : declared.kind === 'flag'
          ? [false, true]
          : declared.kind === 'number' && declared.default === 0
            ? [0, 0.25]
            : []
    if (values.length > 0) all = values.flatMap((value) => all.map((set) => ({ ...set, [name]: value })))
  }
  const modifiers: Settings[] = [
    {},
    { weightDecay: 0.125 },
    { clipNorm: 1.5 },
    { clipValue: 0.75 },
    { weightDecay: 0.125, clipNorm: 5, clipValue: 0.75 },
  ]
  return modifiers.flatMap((modifier) => all.map((set) => ({ ...set, ...modifier })))
}

export interface Walk {
  theta: Float64Array
  state: RuleState
}

export const gradients = randomGradients()
export const rates = Float64Array.from({ length: steps }, (_, k) => 0.125 / (1 + (k % 5)))

/**
 * Mixed signs and sizes, exact zeros, a step without any gradient. Multiples of 1/64 below 8: their squares and the
 * sums of those are exact, so not even the norm depends on the order of the parameters.
 */
function randomGradients(): Float64Array[] {
  const random = Random.from(1, 'conformance')
  return Array.from({ length: steps }, (_, k) =>
    Float64Array.from({ length: size }, (_, i) => {
      const scale = i === 3 ? 4 : i === 4 ? 0 : 512
      const value = k === 9 || scale === 0 || random.integer(8) === 0 ? 0 : random.integer(2 * scale) - scale
      return value / 64
    }),
  )
}

export function start(program: Program): Walk {
  const random = Random.from(2, 'conformance')
  return {
    theta: Float64Array.from({ length: size }, () => (random.integer(512) - 256) / 64),
    state: startState(program, size),
  }
}

export function walk(step: Step, from: Walk, begin = 0, end = steps, lr = rates, g = gradients): Walk {
  for (let k = begin; k < end; k++)
    step(from.theta, Float64Array.from(g[k] as Float64Array), from.state, lr[k] as number)
  return from
}

/** Parameters and state as text, −0 and every last bit included. */
export function bits({ theta, state }: Walk): string {
  return [theta, ...state.slots, state.carried]
    .map((array) =>
      Array.from(new BigUint64Array(array.buffer, array.byteOffset, array.length), (word) =>
        word.toString(16),
      ).join(),
    )
    .concat(String(state.t))
    .join('\n')
}

const everything = ({ theta, state }: Walk) => [
  ...theta,
  ...state.slots.flatMap((slot) => [...slot]),
  ...state.carried,
]

type Property = (rule: OptimizerDefinition, set: Settings, way: Way, other: Way) => string | null

export const properties: Record<string, Property> = {
  'stays finite': (rule, set, way) => {
    const program = traceRule(rule, set)
    const step = way(program)
    const at = start(program)
    for (let k = 0; k < steps; k++) {
      walk(step, at, k, k + 1)
      if (!everything(at).every(Number.isFinite)) return `not finite after step ${k + 1}`
    }
    return null
  },

  'stays finite without any gradient': (rule, set, way) => {
    const program = traceRule(rule, set)
    const none = gradients.map(() => new Float64Array(size))
    const at = walk(way(program), start(program), 0, steps, rates, none)
    return everything(at).every(Number.isFinite) ? null : 'not finite'
  },

  'moves, and counts its steps': (rule, set, way) => {
    const program = traceRule(rule, set)
    const at = walk(way(program), start(program))
    if (at.state.t !== steps) return `t is ${at.state.t}`
    const from = start(program).theta
    return at.theta.every((x, i) => x !== from[i] || i === 4)
      ? null
      : 'a parameter with a gradient stays in place'
  },

  'leaves the gradient alone': (rule, set, way) => {
    const program = traceRule(rule, set)
    const step = way(program)
    const at = start(program)
    for (const g of gradients) {
      const copy = Float64Array.from(g)
      step(at.theta, copy, at.state, 0.125)
      if (copy.some((value, i) => !Object.is(value, g[i]))) return 'the gradient was written to'
    }
    return null
  },

  'is deterministic': (rule, set, way) => {
    const once = () => {
      const program = traceRule(rule, set)
      return bits(walk(way(program), start(program)))
    }
    return once() === once() ? null : 'two runs differ'
  },

  'resumes bit for bit from a copied state at any step': (rule, set, way) => {
    const program = traceRule(rule, set)
    const whole = bits(walk(way(program), start(program)))
    for (let k = 0; k <= steps; k++) {
      const saved = structuredClone(walk(way(program), start(program), 0, k))
      // A program of its own, as after a restart.
      if (bits(walk(way(traceRule(rule, set)), saved, k)) !== whole) return `not after step ${k}`
    }
    return null
  },

  'is indifferent to the order of the parameters': (rule, set, way) => {
    const program = traceRule(rule, set)
    const order = Random.from(3, 'conformance').shuffle(Uint32Array.from({ length: size }, (_, i) => i))
    const permuted = (array: Float64Array) => Float64Array.from(order, (i) => array[i] as number)
    const plain = walk(way(program), start(program))
    const from = { ...start(program), theta: permuted(start(program).theta) }
    const other = walk(way(program), from, 0, steps, rates, gradients.map(permuted))
    const expected = {
      theta: permuted(plain.theta),
      state: { ...plain.state, slots: plain.state.slots.map(permuted) },
    }
    return bits(other) === bits(expected) ? null : 'permuted parameters do not give the permuted result'
  },

  'is the same as a fused loop and as numbers, bit for bit': (rule, set, way, other) => {
    const program = traceRule(rule, set)
    const [a, b] = [start(program), start(program)]
    const [stepA, stepB] = [way(program), other(program)]
    for (let k = 0; k < steps; k++)
      if (bits(walk(stepA, a, k, k + 1)) !== bits(walk(stepB, b, k, k + 1)))
        return `they part at step ${k + 1}`
    return null
  },

  'is one step for one parameter as for many': (rule, set, way) => {
    // Nothing but the norm may look beyond a coordinate.
    if (set['clipNorm'] !== undefined) return null
    const program = traceRule(rule, set)
    const many = walk(way(program), start(program))
    for (let i = 0; i < size; i++) {
      const only = (array: Float64Array) => array.slice(i, i + 1)
      const one = walk(
        way(program),
        { theta: only(start(program).theta), state: startState(program, 1) },
        0,
        steps,
        rates,
        gradients.map(only),
      )
      const expected = {
        theta: only(many.theta),
        state: { ...many.state, slots: many.state.slots.map(only) },
      }
      if (bits(one) !== bits(expected)) return `parameter ${i} alone is different`
    }
    return null
  },
}

/** A number just outside a bound. */
export function beyond(bound: number, direction: -1 | 1): number {
  return bound === 0
    ? direction * Number.MIN_VALUE
    : bound * (1 + direction * Math.sign(bound) * Number.EPSILON)
}

export const numbersOf = (rule: OptimizerDefinition) =>
  Object.entries(hyperparametersOf(rule)).flatMap(([name, declared]) =>
    declared.kind === 'number' ? [{ name, declared }] : [],
  )
