import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { DescentError } from '../../src/contract/errors.ts'
import { optimizers } from '../../src/optimizers/index.ts'
import type { OptimizerDefinition } from '../../src/rules/definition.ts'
import { formula, formulaLines } from '../../src/rules/formula.ts'
import { compileKernel } from '../../src/rules/kernel.ts'
import { interpret } from '../../src/rules/numbers.ts'
import { traceRule } from '../../src/rules/program.ts'
import { hyperparametersOf, interval } from '../../src/rules/settle.ts'
import { staged } from './staged.ts'
import {
  beyond,
  bits,
  combinations,
  numbersOf,
  properties,
  rates,
  start,
  steps,
  walk,
  type Way,
} from './properties.ts'

const each = optimizers.map((rule) => [rule.id, rule] as const)

function refusal(attempt: () => unknown): DescentError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof DescentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe.each(each)('%s', (id, rule) => {
  const settings = combinations(rule)

  for (const [property, check] of Object.entries(properties))
    test(property, () => {
      for (const set of settings)
        for (const [way, other] of [
          [compileKernel, interpret],
          [interpret, compileKernel],
          [staged, compileKernel],
        ] as const)
          expect(check(rule, set, way, other), `${JSON.stringify(set)}, ${way.name}`).toBeNull()
    })

  test('without any gradient or decay nothing moves', () => {
    const program = traceRule(rule, { weightDecay: 0, ...(id === 'asgd' && { lambd: 0 }) })
    const at = start(program)
    const none = Array.from({ length: steps }, () => new Float64Array(at.theta.length))
    walk(compileKernel(program), at, 0, steps, rates, none)
    expect(at.theta).toEqual(start(program).theta)
  })

  test('the schedule’s rate enters every step', () => {
    for (const way of [compileKernel, interpret])
      for (const set of settings) {
        const program = traceRule(rule, set)
        const plain = start(program)
        const step = way(program)
        for (let k = 0; k < 8; k++) {
          const changed = structuredClone(plain)
          walk(step, plain, k, k + 1)
          const doubled = rates.map((rate) => 2 * rate)
          walk(step, changed, k, k + 1, doubled)
          const label = `${JSON.stringify(set)}, step ${k + 1}`
          // Rprop's steps have a length of their own; the rate is where they begin.
          if (id === 'rprop' && k > 0) expect(bits(changed), label).toBe(bits(plain))
          else expect(changed.theta, label).not.toEqual(plain.theta)
        }
      }
  })

  test('the rate that a schedule replaces does not shine through', () => {
    for (const set of settings) {
      const run = (lr: number) => {
        const program = traceRule(rule, { ...set, lr })
        return bits(walk(compileKernel(program), start(program)))
      }
      expect(run(0.5), JSON.stringify(set)).toBe(run(0.001))
    }
  })

  test('its names, texts and source are there', () => {
    expect(rule.title).not.toBe('')
    expect(rule.source).toMatch(/\b(19|20)\d\d\b/)
    const texts = [rule.description, ...Object.values(hyperparametersOf(rule)).map(({ meaning }) => meaning)]
    for (const { en, 'zh-CN': zh } of texts) {
      expect(en).not.toMatch(/^$|\p{Script=Han}/u)
      expect(zh).toMatch(/\p{Script=Han}/u)
    }
  })

  describe('hyperparameters', () => {
    test('each default is accepted, and is what one gets', () => {
      const { values } = traceRule(rule)
      expect(traceRule(rule, values).values).toEqual(values)
      for (const [name, declared] of Object.entries(hyperparametersOf(rule)))
        expect(values[name], name).toBe(declared.kind === 'optional' ? null : declared.default)
    })

    test.each(numbersOf(rule).map((entry) => [entry.name, entry.declared] as const))(
      '%s keeps its bounds',
      (name, declared) => {
        const at = (value: unknown) => traceRule(rule, { [name]: value }).values[name]
        const { min, max, open } = declared
        const inside = Number.isFinite(max) ? (min + max) / 2 : min + 1
        expect(at(inside)).toBe(inside)
        const outside: unknown[] = [Infinity, -Infinity, NaN, '0.5', true, null, [0.5], {}]
        if (Number.isFinite(min)) {
          outside.push(beyond(min, -1))
          if (open?.min) outside.push(min)
          else expect(at(min)).toBe(min)
        }
        if (Number.isFinite(max)) {
          outside.push(beyond(max, 1))
          if (open?.max) outside.push(max)
          else expect(at(max)).toBe(max)
        }
        for (const value of outside) {
          const { code, message, remedy } = refusal(() => at(value))
          expect(code).toBe('invalid-value')
          expect(message).toContain(`${id}: ${name}`)
          expect(message).toContain(interval(declared))
          // How the others are named is the business of settle.test.ts.
          if (Number.isFinite(value)) expect(message).toContain(`is ${String(value)},`)
          expect(remedy).not.toBe('')
        }
      },
    )

    test.each(['clipNorm', 'clipValue'])('%s may be off, else a number above 0', (name) => {
      const at = (value: unknown) => traceRule(rule, { [name]: value }).values[name]
      for (const off of ['off', null, undefined]) expect(at(off)).toBeNull()
      expect(at(0.5)).toBe(0.5)
      for (const value of [0, -1, Infinity, NaN, '0.5', 'on', true]) {
        const { code, message } = refusal(() => at(value))
        expect(code).toBe('invalid-value')
        expect(message).toContain('"off" or a number above 0')
      }
    })

    test('flags and choices take nothing else', () => {
      for (const [name, declared] of Object.entries(rule.hyper)) {
        if (declared.kind === 'flag')
          for (const value of ['true', 1, null])
            expect(refusal(() => traceRule(rule, { [name]: value })).message).toContain('true or false')
        if (declared.kind === 'choice')
          for (const value of ['Outside', '', 0, null])
            expect(refusal(() => traceRule(rule, { [name]: value })).message).toContain(
              declared.choices.join(', '),
            )
      }
    })

    test.each(['learningRate', 'LR', ''])('there is no %j', (name) => {
      const { code, message, remedy } = refusal(() => traceRule(rule, { [name]: 1 }))
      expect(code).toBe('not-found')
      expect(message).toContain(`"${name}"`)
      for (const known of Object.keys(rule.hyper)) expect(remedy).toContain(known)
    })
  })

  describe('formula', () => {
    test('renders, whatever is set', () => {
      for (const set of settings) {
        const tex = formula(traceRule(rule, set))
        expect(
          () => katex.renderToString(tex, { throwOnError: true, strict: 'error', displayMode: true }),
          tex,
        ).not.toThrow()
        expect(tex).not.toMatch(/undefined|NaN|\[object|\bnull\b/)
      }
    })

    test('says what becomes of the parameters and of every slot that changes', () => {
      for (const set of settings) {
        const program = traceRule(rule, set)
        const lines = formulaLines(program)
        const at = walk(compileKernel(program), start(program))
        const from = start(program)
        program.slots.forEach((name, i) => {
          const changes = (at.state.slots[i] as Float64Array).some(
            (value, k) => value !== from.state.slots[i]?.[k],
          )
          const line = `${rule.slots[name]?.tex} \\leftarrow `
          expect(
            lines.some((text) => text.startsWith(line)),
            `${name}: ${lines.join('; ')}`,
          ).toBe(changes)
        })
        expect(lines.some((text) => text.startsWith('\\theta \\leftarrow '))).toBe(true)
      }
    })

    test('no line says that a thing equals something made of itself', () => {
      for (const line of formulaLines(traceRule(rule))) {
        const [left, right] = line.split(' = ')
        if (right !== undefined) expect(right.split(/[\s{}()]+/), line).not.toContain(left)
      }
    })

    test('names every hyperparameter that is on', () => {
      for (const set of settings) {
        const program = traceRule(rule, set)
        const text = formulaLines(program).join('\n')
        for (const [name, declared] of Object.entries(hyperparametersOf(rule))) {
          if (!('tex' in declared) || program.values[name] === null) continue
          // A start value and Rprop's first length are in no line of a step.
          if (Object.values(rule.slots).some(({ initial }) => initial === name)) continue
          if (name === 'weightDecay' && program.values[name] === 0 && !rule.decoupledDecay) continue
          expect(text, `${JSON.stringify(set)}: ${name}`).toContain(declared.tex)
        }
      }
    })
  })
})

describe('the specification’s table', () => {
  const adam = { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
  const placement = { epsPlacement: 'outside' }
  const table: Record<string, Record<string, number | boolean | string>> = {
    sgd: { lr: 0.1 },
    momentum: { lr: 0.01, momentum: 0.9, dampening: 0 },
    nesterov: { lr: 0.01, momentum: 0.9 },
    adagrad: { lr: 0.01, eps: 1e-10, initialAccumulator: 0, ...placement },
    rmsprop: { lr: 0.01, rho: 0.99, eps: 1e-8, momentum: 0, centered: false, ...placement },
    adadelta: { lr: 1, rho: 0.9, eps: 1e-6 },
    adam: { ...adam, ...placement },
    amsgrad: adam,
    adamw: { ...adam, weightDecay: 0.01 },
    nadam: { ...adam, lr: 0.002, momentumDecay: 0.004 },
    yogi: { ...adam, lr: 0.01, eps: 1e-3, initialAccumulator: 0 },
    adamax: { ...adam, lr: 0.002 },
    radam: adam,
    asgd: { lr: 0.01, lambd: 1e-4, alpha: 0.75, t0: 1e6 },
    rprop: { lr: 0.01, etaMinus: 0.5, etaPlus: 1.2, minStep: 1e-6, maxStep: 50 },
    lion: { lr: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  }

  test('has these rules', () => {
    expect(optimizers.map(({ id }) => id).sort()).toEqual(Object.keys(table).sort())
  })

  test.each(each)('%s: names and defaults', (id, rule) => {
    expect(traceRule(rule).values).toEqual({ weightDecay: 0, clipNorm: null, clipValue: null, ...table[id] })
  })

  test('what forgets must forget something: decays are below 1', () => {
    for (const rule of optimizers)
      for (const name of ['momentum', 'rho', 'beta1', 'beta2', 'etaMinus'].filter(
        (name) => name in rule.hyper,
      )) {
        expect(refusal(() => traceRule(rule, { [name]: 1 })).message, rule.id).toContain('1)')
        expect(traceRule(rule, { [name]: 1 - 2 ** -53 }).values[name]).toBeLessThan(1)
        expect(() => traceRule(rule, { [name]: -0.1 })).toThrow()
      }
  })

  test('decay is decoupled in AdamW and Lion only', () => {
    expect(optimizers.filter(({ decoupledDecay }) => decoupledDecay).map(({ id }) => id)).toEqual([
      'adamw',
      'lion',
    ])
  })
})

describe('the properties notice', () => {
  const [sgd, adam] = ['sgd', 'adam'].map((id) => optimizers.find((rule) => rule.id === id)) as [
    OptimizerDefinition,
    OptimizerDefinition,
  ]
  /** Runs the real kernel and then does something wrong. */
  const broken =
    (
      wrong: (theta: Float64Array, k: number, state: { t: number }, lr: number) => void,
      before = false,
    ): Way =>
    (program) => {
      const step = compileKernel(program)
      let calls = 0
      return (theta, g, state, lr) => {
        if (before) g[0] = 0
        step(theta, g, state, lr)
        wrong(theta, calls++, state, lr)
      }
    }
  let everCalled = 0
  const faults: [string, string, Way][] = [
    [
      'stays finite',
      'a division by 0',
      broken((theta, k) => (theta[2] = k === 20 ? 1 / 0 : (theta[2] as number))),
    ],
    ['stays finite without any gradient', '0/0', broken((theta) => (theta[0] = NaN))],
    [
      'moves, and counts its steps',
      'a step not counted',
      broken((_theta, k, state) => (state.t -= k === 5 ? 1 : 0)),
    ],
    [
      'moves, and counts its steps',
      'a last parameter forgotten',
      (program) => {
        const step = compileKernel(program)
        return (theta, g, state, lr) => {
          const kept = theta[theta.length - 1] as number
          step(theta, g, state, lr)
          theta[theta.length - 1] = kept
        }
      },
    ],
    ['leaves the gradient alone', 'a gradient overwritten', broken(() => undefined, true)],
    [
      'is deterministic',
      'a counter that outlives the run',
      broken((theta) => (theta[0] = (theta[0] as number) + 1e-12 * everCalled++)),
    ],
    [
      'resumes bit for bit from a copied state at any step',
      'memory outside the state',
      broken((theta, k) => (theta[1] = (theta[1] as number) * (1 + 1e-15 * k))),
    ],
    [
      'is indifferent to the order of the parameters',
      'a neighbour read',
      broken((theta) => (theta[0] = (theta[0] as number) + 1e-9 * (theta[1] as number))),
    ],
    [
      'is the same as a fused loop and as numbers, bit for bit',
      'one last bit',
      broken((theta, k) => (theta[3] = (theta[3] as number) * (k === 23 ? 1 + 2 ** -52 : 1))),
    ],
    [
      'is one step for one parameter as for many',
      'a mean over all',
      broken((theta) => theta.forEach((x, i) => (theta[i] = x - 1e-9 * (theta[0] as number)))),
    ],
  ]

  test.each(faults)('%s: %s', (property, _fault, way) => {
    const check = properties[property] as (typeof properties)[string]
    for (const rule of [sgd, adam]) {
      expect(check(rule, {}, compileKernel, interpret)).toBeNull()
      expect(check(rule, {}, way, compileKernel)).not.toBeNull()
    }
  })

  test('every property has a fault of its own', () => {
    expect(new Set(faults.map(([property]) => property))).toEqual(new Set(Object.keys(properties)))
  })

  test('combinations hold every choice, flag and modifier', () => {
    const rmsprop = optimizers.find(({ id }) => id === 'rmsprop') as OptimizerDefinition
    expect(combinations(rmsprop)).toHaveLength(5 * 2 * 2 * 2)
    expect(combinations(sgd)).toHaveLength(5)
  })
})
