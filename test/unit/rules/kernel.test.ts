import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { defineOptimizer, type OptimizerDefinition } from '../../../src/rules/definition.ts'
import { Arithmetic, inOrder, type Expression } from '../../../src/rules/expression.ts'
import { number, rate } from '../../../src/rules/hyperparameter.ts'
import { compileKernel, kernelSource } from '../../../src/rules/kernel.ts'
import { interpret } from '../../../src/rules/numbers.ts'
import { traceRule, type Program } from '../../../src/rules/program.ts'
import { startState, type RuleState } from '../../../src/rules/state.ts'

const text = { en: 'a number', 'zh-CN': '数' }
const blank = { title: 'Test', description: { en: '', 'zh-CN': '' }, source: '' }

/** A rule of two slots from its update alone. */
function ruleOf(
  update: (
    x: Record<'g' | 'theta' | 'a' | 'b', Expression>,
    lr: Expression,
    o: Arithmetic,
  ) => Record<'theta' | 'a' | 'b', Expression>,
) {
  return defineOptimizer({
    id: 'test',
    ...blank,
    hyper: { lr: rate(0.1) },
    slots: { a: { tex: 'a', initial: 1 }, b: { tex: 'b', initial: 2 } },
    update: (x, h, o) => update(x, h.lr, o),
  })
}

function run(
  program: Program,
  way: (program: Program) => (theta: Float64Array, g: Float64Array, state: RuleState, lr: number) => void,
  steps = 5,
) {
  const random = Random.from(5, 'kernel')
  const theta = Float64Array.from({ length: 4 }, () => random.normal())
  const state = startState(program, 4)
  const step = way(program)
  for (let k = 0; k < steps; k++)
    step(
      theta,
      Float64Array.from({ length: 4 }, () => random.normal()),
      state,
      0.1 * (k + 1),
    )
  return { theta, state }
}

describe('kernel and numbers are one arithmetic', () => {
  /** A random expression over every operation, constants of both signs and every kind of symbol. */
  function randomExpression(random: Random, o: Arithmetic, leaves: Expression[], depth: number): Expression {
    if (depth === 0 || random.integer(8) === 0)
      return random.integer(4) === 0
        ? o.constant([-3, -1, -0.5, 0, 0.25, 1, 2, 1e-7, 1e21][random.integer(9)] ?? 0)
        : (leaves[random.integer(leaves.length)] as Expression)
    const next = () => randomExpression(random, o, leaves, depth - 1)
    switch (random.integer(13)) {
      case 0:
        return o.add(next(), next(), next())
      case 1:
        return o.sub(next(), next())
      case 2:
        return o.mul(next(), next())
      case 3:
        return o.div(next(), next())
      case 4:
        return o.neg(next())
      case 5:
        return o.sqrt(next())
      case 6:
        return o.abs(next())
      case 7:
        return o.sign(next())
      case 8:
        return o.max(next(), next())
      case 9:
        return o.min(next(), next())
      case 10:
        return o.pow(next(), next())
      case 11:
        return o.square(next())
      default:
        return o.select(next(), next(), next(), next())
    }
  }

  test('on 300 random rules, bit for bit, infinities and what is not a number included', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 300; i++) {
      const random = Random.from(i, 'random rule')
      const rule = ruleOf((x, lr, o) => {
        const leaves = [x.g, x.theta, x.a, x.b, lr, o.symbol('t')]
        const make = () => randomExpression(random, o, leaves, 4)
        const result = { theta: make(), a: make(), b: make() }
        for (const node of inOrder(Object.values(result)))
          if (node.kind === 'operation') seen.add(node.operation)
        return result
      })
      const program = traceRule(rule)
      expect(run(program, compileKernel), kernelSource(program)).toEqual(run(program, interpret))
    }
    expect(seen.size).toBe(12)
  })

  test.each([['kernel', compileKernel] as const, ['numbers', interpret] as const])(
    '%s: every successor is computed from the values before the step',
    (_, way) => {
      const swap = ruleOf((x, _lr, o) => ({ a: x.b, b: x.a, theta: o.add(x.a, o.mul(10, x.b)) }))
      const { theta, state } = run(traceRule(swap), way, 3)
      expect(theta[0]).toBe(21)
      expect(state.slots.map((slot) => slot[0])).toEqual([2, 1])
    },
  )

  test.each([['kernel', compileKernel] as const, ['numbers', interpret] as const])(
    '%s: a carried value is folded once a step, however many parameters there are',
    (_, way) => {
      const rule = defineOptimizer({
        id: 'test',
        ...blank,
        hyper: { lr: rate(0.1), half: number(0.5, { min: 0, max: 1 }, 'h', text) },
        slots: {},
        carried: { product: { tex: 'p', initial: 64 } },
        scalars: ({ half }, { product, t }, o) => ({
          before: product,
          product: o.mul(product, half),
          count: t,
        }),
        update: ({ theta }, { before, count }, o) => ({ theta: o.add(theta, o.mul(count, before)) }),
      })
      const program = traceRule(rule)
      const state = startState(program, 3)
      const theta = new Float64Array(3)
      const step = way(program)
      step(theta, new Float64Array(3), state, 0.1)
      expect([[...theta], [...state.carried], state.t]).toEqual([[64, 64, 64], [32], 1])
      step(theta, new Float64Array(3), state, 0.1)
      expect([[...theta], [...state.carried], state.t]).toEqual([[128, 128, 128], [16], 2])
    },
  )

  test('no parameters at all', () => {
    for (const rule of optimizers)
      for (const way of [compileKernel, interpret]) {
        const program = traceRule(rule, { clipNorm: 1 })
        const state = startState(program, 0)
        way(program)(new Float64Array(), new Float64Array(), state, 0.1)
        expect(state.t).toBe(1)
      }
  })
})

describe('the fused loop', () => {
  const adam = optimizers.find(({ id }) => id === 'adam') as OptimizerDefinition

  test('computes before the loop what is the same for all parameters', () => {
    const source = kernelSource(traceRule(adam))
    const [before, loop] = source.split('for (let i = 0')
    expect(before?.match(/\*\*/g)).toHaveLength(2)
    expect(loop).not.toContain('**')
    expect(loop).not.toContain('1 - $beta')
  })

  test('writes every slot and the parameters once, and leaves out slots that never change', () => {
    const writes = (source: string) => [...source.matchAll(/^(\w+)\[i\] = /gm)].map(([, name]) => name).sort()
    expect(writes(kernelSource(traceRule(adam)))).toEqual(['slot_m', 'slot_v', 'theta'])
    const rmsprop = optimizers.find(({ id }) => id === 'rmsprop') as OptimizerDefinition
    expect(writes(kernelSource(traceRule(rmsprop)))).toEqual(['slot_b', 'slot_s', 'theta'])
    expect(writes(kernelSource(traceRule(rmsprop, { centered: true })))).toEqual([
      'slot_b',
      'slot_mean',
      'slot_s',
      'theta',
    ])
  })

  test('holds no text but names of the rule and numbers', () => {
    for (const rule of optimizers) {
      const source = kernelSource(traceRule(rule, { weightDecay: 0.1, clipNorm: 1, clipValue: 2 }))
      expect(source).not.toMatch(/["'`\\]/)
    }
  })

  test('two programs of one rule do not share anything', () => {
    const [a, b] = [traceRule(adam, { beta1: 0.5 }), traceRule(adam, { beta1: 0.9 })]
    const [alone] = [run(a, compileKernel)]
    run(b, compileKernel)
    expect(run(a, compileKernel)).toEqual(alone)
    expect(run(b, compileKernel)).not.toEqual(alone)
  })
})

describe('the graph', () => {
  test('equal subexpressions are one node', () => {
    const o = new Arithmetic()
    const [a, b] = [o.symbol('a'), o.symbol('b')]
    expect(o.symbol('a')).toBe(a)
    expect(o.add(a, b)).toBe(o.add(a, b))
    expect(o.add(a, b)).not.toBe(o.add(b, a))
    expect(o.sub(a, b)).not.toBe(o.add(a, b))
    expect(o.mul(2, a)).toBe(o.mul(o.constant(2), a))
    expect(o.square(a)).toBe(o.mul(a, a))
    expect(o.add(a, b, 1)).toBe(o.add(o.add(a, b), 1))
  })

  test('names do not run into each other', () => {
    const o = new Arithmetic()
    expect(o.symbol('1')).not.toBe(o.constant(1))
    expect(o.symbol('s:1')).not.toBe(o.symbol('1'))
  })

  test('operands come before what uses them, each once', () => {
    const o = new Arithmetic()
    const [a, b] = [o.symbol('a'), o.symbol('b')]
    const sum = o.add(a, b)
    const root = o.mul(sum, o.sub(sum, a))
    const order = inOrder([root, sum])
    expect(new Set(order).size).toBe(order.length)
    for (const node of order)
      if (node.kind === 'operation')
        for (const operand of node.operands) expect(order.indexOf(operand)).toBeLessThan(order.indexOf(node))
  })
})
