/** What the rules' papers and descriptions claim, tried on gradients: independent of the oracle's numbers. */
import { describe, expect, test } from 'vitest'
import { lookUp } from '../../../src/contract/lookup.ts'
import { Random } from '../../../src/math/random.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { interpret } from '../../../src/rules/numbers.ts'
import { traceRule } from '../../../src/rules/program.ts'
import { startState } from '../../../src/rules/state.ts'

type Gradient = (x: number, step: number) => number

const random = Random.from(7, 'claims')
const given = Array.from({ length: 60 }, () => random.normal())
const listed: Gradient = (_x, k) => given[k] as number

/** One parameter from 1, and what it and its slots are after every step. */
function walk(
  id: string,
  set: Record<string, number | boolean | string>,
  gradient: Gradient = listed,
  steps = 60,
) {
  const program = traceRule(lookUp(optimizers, id, 'optimizer'), set)
  const state = startState(program, 1)
  const theta = Float64Array.of(1)
  const step = interpret(program)
  const xs = [1]
  const slots: Record<string, number>[] = []
  for (let k = 0; k < steps; k++) {
    step(theta, Float64Array.of(gradient(theta[0] as number, k)), state, program.values['lr'] as number)
    xs.push(theta[0] as number)
    slots.push(Object.fromEntries(program.slots.map((name, i) => [name, state.slots[i]?.[0] as number])))
  }
  return { xs, slots }
}

const expectClose = (a: number[], b: number[], tolerance = 1e-12) =>
  a.forEach((x, k) => expect(Math.abs(x - (b[k] as number)), `after step ${k}`).toBeLessThan(tolerance))

const scaled =
  (factor: number): Gradient =>
  (x, k) =>
    factor * listed(x, k)

describe('rules that contain each other', () => {
  test('momentum and Nesterov without momentum are SGD', () => {
    const { xs } = walk('sgd', { lr: 0.05 })
    expectClose(walk('momentum', { lr: 0.05, momentum: 0 }).xs, xs)
    expectClose(walk('nesterov', { lr: 0.05, momentum: 0 }).xs, xs)
  })

  test('ASGD without decay is SGD', () => {
    expectClose(walk('asgd', { lr: 0.05, lambd: 0 }).xs, walk('sgd', { lr: 0.05 }).xs)
  })

  test('AdamW without decay is Adam', () => {
    expectClose(walk('adamw', { lr: 0.05, weightDecay: 0 }).xs, walk('adam', { lr: 0.05 }).xs)
  })

  test('Adam without either average is RMSProp without one', () => {
    const set = { lr: 0.05, eps: 1e-3 }
    expectClose(walk('adam', { ...set, beta1: 0, beta2: 0 }).xs, walk('rmsprop', { ...set, rho: 0 }).xs)
  })

  test('AMSGrad is Adam while gradients grow', () => {
    const growing: Gradient = (_x, k) => 1.1 ** k
    expectClose(walk('amsgrad', { lr: 0.05 }, growing).xs, walk('adam', { lr: 0.05 }, growing).xs)
  })

  test('RAdam with a short memory never adapts: SGD with bias-corrected momentum', () => {
    const { xs, slots } = walk('radam', { lr: 0.05, beta2: 0.5 })
    slots.forEach(({ m }, k) =>
      expect(xs[k + 1]).toBeCloseTo((xs[k] as number) - (0.05 * (m as number)) / (1 - 0.9 ** (k + 1)), 12),
    )
  })
})

describe('Nesterov', () => {
  test('seen from φ = θ + ημv it takes its gradient a momentum ahead, as published', () => {
    const [lr, mu] = [0.03, 0.8]
    const slope = (x: number) => x ** 3 + 2 * x
    const { xs, slots } = walk('nesterov', { lr, momentum: mu }, slope)
    let [phi, velocity] = [1, 0]
    for (let k = 0; k < 60; k++) {
      velocity = mu * velocity - lr * slope(phi + mu * velocity)
      phi += velocity
      expect((xs[k + 1] as number) + lr * mu * (slots[k]?.['v'] as number)).toBeCloseTo(phi, 12)
    }
  })
})

describe('momentum', () => {
  test('a constant gradient is amplified 1/(1 − μ) times', () => {
    const { xs } = walk('momentum', { lr: 0.01, momentum: 0.9 }, () => 1, 300)
    expect(((xs[299] as number) - (xs[300] as number)) / 0.01).toBeCloseTo(10, 9)
  })

  test('the first velocity is the gradient, whatever the dampening', () => {
    expect(walk('momentum', { lr: 0.1, dampening: 0.9 }).slots[0]?.['v']).toBe(given[0])
    expect(walk('momentum', { lr: 0.1, momentum: 0, dampening: 0.75 }).slots[1]?.['v']).toBe(
      (given[1] as number) / 4,
    )
  })
})

describe('rates that adapt', () => {
  test.each([
    ['adagrad', { eps: 0 }],
    ['rmsprop', { eps: 0 }],
    ['adam', { eps: 0 }],
    ['amsgrad', { eps: 0 }],
    ['adamw', { eps: 0 }],
    ['nadam', { eps: 0 }],
    ['adamax', { eps: 0 }],
    ['lion', {}],
    ['rprop', {}],
  ])('%s does not see the scale of the gradient', (id, set) => {
    expectClose(walk(id, { lr: 0.02, ...set }, scaled(1024)).xs, walk(id, { lr: 0.02, ...set }).xs)
  })

  test.each(['sgd', 'momentum', 'nesterov'])('%s does', (id) => {
    expect(walk(id, { lr: 0.02 }, scaled(2)).xs[1]).toBeCloseTo(
      1 - 2 * 0.02 * (given[0] as number) * (id === 'nesterov' ? 1.9 : 1),
      12,
    )
  })

  test.each(['adam', 'amsgrad', 'adamw', 'nadam', 'adamax', 'yogi'])(
    '%s begins with a step of about η',
    (id) => {
      const { xs } = walk(id, { lr: 0.02, weightDecay: 0 }, () => 5)
      // NAdam looks a step ahead, so its first is longer: (μ₂(1 − β₁)/(1 − μ₁μ₂) + 1) times, 1.2 at most.
      expect(1 - (xs[1] as number)).toBeGreaterThan(0.0199)
      expect(1 - (xs[1] as number)).toBeLessThan(id === 'nadam' ? 0.024 : 0.0201)
    },
  )

  test('Adagrad’s accumulator only grows, AMSGrad’s maximum never falls', () => {
    const s = walk('adagrad', {}).slots.map((slot) => slot['s'] as number)
    const top = walk('amsgrad', { beta2: 0.5 }).slots.map((slot) => slot['vMax'] as number)
    for (const list of [s, top])
      list.forEach((value, k) => expect(value).toBeGreaterThanOrEqual(list[k - 1] ?? 0))
    expect(new Set(top).size).toBeLessThan(top.length)
  })

  test('Yogi’s second moment moves by (1 − β₂)g² at most, in either direction', () => {
    const v = walk('yogi', { beta2: 0.5 }).slots.map((slot) => slot['v'] as number)
    const moves = v.map((value, k) => value - (v[k - 1] ?? 0))
    moves.forEach((move, k) =>
      expect(Math.abs(move)).toBeLessThanOrEqual(0.5 * (given[k] as number) ** 2 + 1e-15),
    )
    expect(moves.some((move) => move < 0) && moves.some((move) => move > 0)).toBe(true)
  })

  test('Adadelta moves without being told how far', () => {
    const slope = (x: number) => 2 * x
    const { xs } = walk('adadelta', {}, slope, 3000)
    expect(Math.abs(xs[3000] as number)).toBeLessThan(0.01)
  })

  test('ε inside the root is not ε outside it', () => {
    for (const id of ['adagrad', 'rmsprop', 'adam']) {
      const [inside, outside] = ['inside', 'outside'].map((epsPlacement) =>
        walk(id, { lr: 0.1, eps: 0.01, epsPlacement }, () => 1, 1),
      )
      expect(inside?.xs[1], id).not.toBeCloseTo(outside?.xs[1] as number, 4)
    }
  })
})

describe('steps of a given length', () => {
  test('Lion’s are η, with decoupled decay on top', () => {
    const { xs } = walk('lion', { lr: 0.01 })
    xs.slice(1).forEach((x, k) => expect(Math.abs(x - (xs[k] as number))).toBeCloseTo(0.01, 12))
    const decayed = walk('lion', { lr: 0.01, weightDecay: 0.5 }, () => 1, 1).xs[1]
    expect(decayed).toBeCloseTo(1 - 0.01 * (1 + 0.5), 14)
  })

  test('Rprop’s grow by η⁺ while the sign stays, shrink by η⁻ and pause where it turns', () => {
    const signs = [1, 1, 1, -1, -1, 0, 1]
    const { xs } = walk(
      'rprop',
      { lr: 0.1, etaPlus: 1.5, etaMinus: 0.5, minStep: 0 },
      (_x, k) => signs[k] as number,
      7,
    )
    const moves = xs.slice(1).map((x, k) => (xs[k] as number) - x)
    const expected = [0.1, 0.15, 0.225, 0, -0.1125, 0, 0.1125]
    expectClose(moves, expected)
  })

  test('Rprop’s stay within their bounds', () => {
    const { xs } = walk('rprop', { lr: 0.1, minStep: 0.05, maxStep: 0.2 })
    for (const [k, x] of xs.slice(1).entries()) {
      const move = Math.abs(x - (xs[k] as number))
      if (move > 0) expect(move).toBeGreaterThan(0.0499)
      expect(move).toBeLessThan(0.2001)
    }
  })
})

describe('modifiers', () => {
  test('weight decay is the gradient of half a squared norm', () => {
    expectClose(
      walk('adam', { lr: 0.05, weightDecay: 0.3 }).xs,
      walk('adam', { lr: 0.05 }, (x, k) => listed(x, k) + 0.3 * x).xs,
    )
  })

  test('decoupled decay is none of the averages’ business', () => {
    const { slots } = walk('adamw', { lr: 0.05, weightDecay: 0.3 })
    expect(slots).toEqual(walk('adamw', { lr: 0.05, weightDecay: 0 }).slots)
    expect(walk('adamw', { lr: 0.1, weightDecay: 0.3 }, () => 0, 1).xs[1]).toBeCloseTo(1 - 0.03, 14)
  })

  test('first the norm, then the value, then decay', () => {
    const rule = lookUp(optimizers, 'sgd', 'optimizer')
    const theta = Float64Array.of(1, 1)
    const program = traceRule(rule, { lr: 1, clipNorm: 5, clipValue: 3.5, weightDecay: 0.5 })
    // (6, 8) → norm 5: (3, 4) → value 3.5: (3, 3.5) → decay: (3.5, 4)
    interpret(program)(theta, Float64Array.of(6, 8), startState(program, 2), 1)
    expect([...theta]).toEqual([-2.5, -3])
  })

  test('clipping does nothing to what is short enough', () => {
    const { xs } = walk('momentum', { lr: 0.05 })
    expect(walk('momentum', { lr: 0.05, clipNorm: 10, clipValue: 10 }).xs).toEqual(xs)
    expect(walk('momentum', { lr: 0.05, clipNorm: 0.5 }).xs).not.toEqual(xs)
  })
})
