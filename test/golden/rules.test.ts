import { describe, expect, test } from 'vitest'
import { lookUp } from '../../src/contract/lookup.ts'
import { optimizers } from '../../src/optimizers/index.ts'
import { defineOptimizer, type OptimizerDefinition } from '../../src/rules/definition.ts'
import { rate } from '../../src/rules/hyperparameter.ts'
import { compileKernel } from '../../src/rules/kernel.ts'
import { interpret } from '../../src/rules/numbers.ts'
import { traceRule, type Program } from '../../src/rules/program.ts'
import { startState, type Step } from '../../src/rules/state.ts'
import { fixture } from './fixture.ts'

interface Case {
  name: string
  optimizer: string
  source: 'torch' | 'numpy'
  defaults: boolean
  set: Record<string, number | boolean | string>
  start: number[]
  gradients: number[][]
  points: number[][]
  /** ASGD's averaged parameters. */
  averages?: number[][]
}

const cases = [
  ...(fixture('rules') as { cases: Case[] }).cases,
  ...(fixture('rules-variants') as { cases: Case[] }).cases,
]

const ways: Record<string, (program: Program) => Step> = { kernel: compileKernel, numbers: interpret }

/** Half the distance of 1 from the next number: the relative error of one rounding. */
const rounding = 2 ** -53

/**
 * How far a walk strays from the oracle's, in units of what is allowed: at most 1 is agreement.
 *
 * `walk`: the rule runs alone from the start. A parameter is what is left of the start after 40 subtractions, each
 * rounded relative to the parameter's size at that time, so what may differ is 1e-12 of the largest value that it has
 * had. Relative to the value itself would punish a parameter for passing near 0, where every correct program
 * differs. This catches what accumulates, but Adam's step is 1e-3 of a parameter: 1e-12 of the parameter is 1e-9 of
 * the step.
 *
 * `step`: hence the same again, with the parameters put back onto the oracle's before every step (the slots keep
 * going; they depend on the parameters only through weight decay). Now the difference is that of one step: 1e-12 of
 * the step's own length, and the roundings of the subtraction, here and in the oracle (2 each, as a rule with
 * decoupled decay subtracts twice), which are relative to the parameter.
 */
function strayed(given: Case, rule: OptimizerDefinition, way: (program: Program) => Step, set = given.set) {
  const program = traceRule(rule, set)
  const lr = set['lr'] as number
  const size = given.start.length
  const free = { theta: Float64Array.from(given.start), state: startState(program, size) }
  const held = { theta: Float64Array.from(given.start), state: startState(program, size) }
  const step = way(program)
  const largest = given.start.map(Math.abs)
  const worst = { walk: 0, step: 0, average: 0 }
  const note = (kind: keyof typeof worst, error: number) => {
    worst[kind] = Math.max(worst[kind], Number.isNaN(error) ? Infinity : error)
  }
  given.points.forEach((expected, k) => {
    const g = Float64Array.from(given.gradients[k] as number[])
    const before = given.points[k - 1] ?? given.start
    held.theta.set(before)
    step(free.theta, g, free.state, lr)
    step(held.theta, g, held.state, lr)
    expected.forEach((x, i) => {
      const from = before[i] as number
      largest[i] = Math.max(largest[i] as number, Math.abs(x))
      note('walk', Math.abs((free.theta[i] as number) - x) / (1e-12 * largest[i]))
      const allowed = 1e-12 * Math.abs(x - from) + 4 * rounding * Math.max(Math.abs(x), Math.abs(from))
      note('step', Math.abs((held.theta[i] as number) - x) / allowed)
      const average = given.averages?.[k]?.[i]
      if (average !== undefined)
        note('average', Math.abs((free.state.slots[0]?.[i] as number) - average) / (1e-12 * largest[i]))
    })
  })
  return worst
}

describe.each(Object.entries(ways))('%s follows the oracle', (_, way) => {
  test.each(cases.map((given) => [given.name, given] as const))('%s', (_name, given) => {
    const rule = lookUp(optimizers, given.optimizer, 'optimizer')
    const { walk, step, average } = strayed(given, rule, way)
    expect(walk, 'strays over 40 steps, in units of 1e-12').toBeLessThanOrEqual(1)
    expect(step, 'a single step is off, in units of what is allowed').toBeLessThanOrEqual(1)
    expect(average, 'the averaged parameters stray, in units of 1e-12').toBeLessThanOrEqual(1)
  })
})

test('the oracle covers every rule, from its defaults and from three settings at least', () => {
  for (const { id } of optimizers) {
    const own = cases.filter(({ optimizer }) => optimizer === id)
    expect(own.length, id).toBeGreaterThanOrEqual(3)
    expect(
      own.some(({ defaults }) => defaults),
      id,
    ).toBe(true)
  }
  expect(new Set(cases.map(({ optimizer }) => optimizer))).toEqual(new Set(optimizers.map(({ id }) => id)))
})

test('settings marked as defaults are the defaults of the code', () => {
  for (const { defaults, optimizer, set } of cases) {
    if (!defaults) continue
    const { values } = traceRule(lookUp(optimizers, optimizer, 'optimizer'))
    for (const [name, value] of Object.entries(set)) expect(values[name], `${optimizer}: ${name}`).toBe(value)
  }
})

describe('a wrong rule would be noticed', () => {
  const disagree = (given: Case, rule: OptimizerDefinition, set = given.set): boolean => {
    const { walk, step, average } = strayed(given, rule, compileKernel, set)
    return !(walk <= 1 && step <= 1 && average <= 1)
  }

  // Where a number acts through a sign, only a large error shows. t0 is compared with a count of steps.
  const coarse: Record<string, string[]> = { lion: ['beta1', 'beta2', 'clipValue'], rprop: ['weightDecay'] }
  // Each number off by a millionth of itself: some case of the rule must show it, or nothing tests that number.
  test.each(optimizers.map((rule) => [rule.id, rule] as const))(
    '%s: every hyperparameter a millionth off',
    (id, rule) => {
      const own = cases.filter(({ optimizer }) => optimizer === id)
      for (const name of new Set(own.flatMap(({ set }) => Object.keys(set)))) {
        const noticed = own.some((given) => {
          const value = given.set[name]
          const other =
            name === 't0'
              ? Number(value) + 1
              : Number(value) * (1 - (coarse[id]?.includes(name) ? 0.1 : 1e-6))
          return (
            typeof value === 'number' && value > 0 && disagree(given, rule, { ...given.set, [name]: other })
          )
        })
        const isNumber = own.some(({ set }) => typeof set[name] === 'number' && set[name] > 0)
        if (isNumber) expect(noticed, `${id}: ${name}`).toBe(true)
      }
    },
  )

  test('flags and choices turned', () => {
    for (const given of cases) {
      const { centered, epsPlacement } = given.set
      const rule = lookUp(optimizers, given.optimizer, 'optimizer')
      if (centered !== undefined)
        expect(disagree(given, rule, { ...given.set, centered: !centered }), given.name).toBe(true)
      if (epsPlacement !== undefined) {
        const turned = epsPlacement === 'inside' ? 'outside' : 'inside'
        expect(disagree(given, rule, { ...given.set, epsPlacement: turned }), given.name).toBe(true)
      }
    }
  })

  test('decay applied before clipping instead of after it', () => {
    const clipped = cases.filter(
      ({ set }) => (set['clipNorm'] ?? set['clipValue']) !== undefined && set['weightDecay'] !== 0,
    )
    const coupled = clipped.filter(({ optimizer }) => !['adamw', 'lion'].includes(optimizer))
    expect(coupled.length).toBeGreaterThanOrEqual(2)
    for (const given of coupled) {
      const rule = lookUp(optimizers, given.optimizer, 'optimizer')
      const { weightDecay, ...rest } = given.set
      let before = given.start
      const gradients = given.gradients.map((g, k) => {
        const decayed = g.map((component, i) => component + (weightDecay as number) * (before[i] as number))
        before = given.points[k] as number[]
        return decayed
      })
      expect(disagree({ ...given, gradients }, rule, rest), given.name).toBe(true)
    }
  })

  test('the mistakes that textbooks make', () => {
    const sgdOf = cases.find(({ name }) => name === 'sgd: defaults') as Case
    const ascent = defineOptimizer({
      id: 'sgd',
      title: 'SGD, uphill',
      description: { en: '', 'zh-CN': '' },
      source: '',
      hyper: { lr: rate(0.1) },
      slots: {},
      update: ({ g, theta }, { lr }, o) => ({ theta: o.add(theta, o.mul(lr, g)) }),
    })
    expect(disagree(sgdOf, ascent)).toBe(true)

    const rewrite = (id: string, change: Partial<OptimizerDefinition>): OptimizerDefinition => ({
      ...lookUp(optimizers, id, 'optimizer'),
      ...change,
    })
    const caught = (rule: OptimizerDefinition) =>
      cases.some((given) => given.optimizer === rule.id && disagree(given, rule))
    // Bias correction forgotten.
    const uncorrected = {
      scalars: (_h: unknown, _x: unknown, o: Parameters<OptimizerDefinition['update']>[2]) => ({
        c1: o.constant(1),
        c2: o.constant(1),
      }),
    }
    for (const id of ['adam', 'amsgrad', 'adamw', 'yogi', 'adamax'])
      expect(caught(rewrite(id, uncorrected)), id).toBe(true)
    // The first velocity dampened like the others.
    const momentum = lookUp(optimizers, 'momentum', 'optimizer')
    const never = {
      scalars: (h: unknown, _x: unknown, o: Parameters<OptimizerDefinition['update']>[2]) => ({
        c: o.sub(1, (h as { dampening: never }).dampening),
      }),
    }
    expect(caught({ ...momentum, ...never }), 'momentum').toBe(true)
    // Decoupled decay coupled: the update ignores it and the gradient takes it.
    const { decoupledDecay: _, ...coupled } = lookUp(optimizers, 'lion', 'optimizer')
    expect(caught(coupled), 'lion').toBe(true)
  })
})
