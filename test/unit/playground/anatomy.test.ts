import { describe, expect, test } from 'vitest'
import { optimizers } from '../../../src/optimizers/index.ts'
import { anatomyOf, numberTex } from '../../../src/playground/anatomy.ts'
import { groundOf, walkerOf } from '../../../src/traces/trace.ts'
import { walk } from '../../../src/traces/walk.ts'
import type { SettingMap } from '../../../src/experiments/settings.ts'

const steps = 25
const grounds = {
  exact: groundOf({ objective: 'rosenbrock', steps }),
  disturbed: groundOf({ objective: 'rosenbrock', steps, noise: 0.5, sparse: 0.6, seed: 3 }),
}
/** What changes a rule's program: clipping, decay, flags, choices. */
const variants: readonly SettingMap[] = [
  { lr: 0.001 },
  { lr: 0.001, weightDecay: 0.1, clipNorm: 2, clipValue: 1 },
  { lr: 0.001, momentum: 0.5, centered: true },
  { lr: 0.001, eps: 1e-4, epsPlacement: 'inside' },
]
const schedule = { id: 'exponential', set: { rate: 0.05 }, offset: 0 }

describe('every number of a step is the walk’s, to the last bit', () => {
  for (const { id: optimizer, hyper } of optimizers) {
    const takes = new Set([...Object.keys(hyper), 'weightDecay', 'clipNorm', 'clipValue'])
    const sets = variants.filter((set) => Object.keys(set).every((name) => takes.has(name)))
    test.each(sets)(`${optimizer} %o`, (set) => {
      for (const ground of Object.values(grounds)) {
        const walker = walkerOf({ optimizer, set, schedule })
        const slots: number[][][] = []
        const walked = walk(ground, walker, (_, state) => slots.push(state.slots.map((slot) => [...slot])))
        expect(walked.taken).toBeGreaterThan(5)
        for (let step = 1; step <= walked.taken; step++) {
          const anatomy = anatomyOf(ground, walker, step)
          expect(anatomy.from).toEqual([...walked.points.subarray(2 * step - 2, 2 * step)])
          expect(anatomy.to).toEqual([...walked.points.subarray(2 * step, 2 * step + 2)])
          expect(anatomy.slots.map(({ after }) => after)).toEqual(slots[step - 1])
          if (step > 1) expect(anatomy.slots.map(({ before }) => before)).toEqual(slots[step - 2])
          expect(anatomy.rate).toBe(walked.rates[step - 1])
          const last = anatomy.lines.find(({ assigns }) => assigns === 'update')
          expect(last?.values).toEqual(anatomy.to)
          for (const { numbers, values } of anatomy.lines) {
            expect(numbers).toHaveLength(values.length)
            for (const tex of numbers) expect(tex).not.toMatch(/undefined|NaN/)
          }
        }
      }
    })
  }
})

test('momentum by hand: the numbers stand where the symbols stand', () => {
  const ground = groundOf({ objective: '0.1*x1^2+2*x2^2', start: [-5, -2], steps: 3 })
  const { lines, effectiveRates, change } = anatomyOf(
    ground,
    walkerOf({ optimizer: 'momentum', set: { lr: 0.6, momentum: 0.5 } }),
    2,
  )
  expect(lines.map(({ left, arrow, symbols }) => [left, arrow, symbols].join(' ')).slice(1)).toEqual([
    'v \\leftarrow \\mu v + c_t g',
    '\\theta \\leftarrow \\theta - \\eta v',
  ])
  // v₁ = g₀ = (−1, −8); θ₁ = (−4.4, 2.8); g₁ = (−0.88, 11.2)
  expect(lines.map(({ numbers }) => numbers).slice(1)).toEqual([
    ['0.5 \\left({-1}\\right) + 1 \\left({-0.88}\\right)', '0.5 \\left({-8}\\right) + 1 \\cdot 11.2'],
    ['\\left({-4.4}\\right) - 0.6 \\left({-1.38}\\right)', '2.8 - 0.6 \\cdot 7.2'],
  ])
  expect(change[0]).toBeCloseTo(0.828, 12)
  expect(effectiveRates[0]).toBeCloseTo(0.828 / 0.88, 12)
})

test('Nesterov: the gradient is taken where the velocity was about to lead', () => {
  const ground = groundOf({ objective: '0.1*x1^2+2*x2^2', start: [-5, -2], steps: 10 })
  const [lr, mu] = [0.1, 0.9]
  const walker = walkerOf({ optimizer: 'nesterov', set: { lr, momentum: mu } })
  // Sutskever's form: v ← μv − η∇f(φ + μv), φ ← φ + v.
  let phi = [-5, -2]
  let v = [0, 0]
  for (let step = 1; step <= 10; step++) {
    const { parameters, from } = anatomyOf(ground, walker, step)
    expect(parameters?.before).toEqual(phi.map((x) => expect.closeTo(x, 12) as number))
    const ahead = phi.map((x, i) => x + mu * (v[i] as number))
    expect(from).toEqual(ahead.map((x) => expect.closeTo(x, 12) as number))
    const g = [0.2 * (ahead[0] as number), 4 * (ahead[1] as number)]
    v = v.map((old, i) => mu * old - lr * (g[i] as number))
    phi = phi.map((x, i) => x + (v[i] as number))
    expect(parameters?.after).toEqual(phi.map((x) => expect.closeTo(x, 12) as number))
  }
  expect(anatomyOf(ground, walkerOf({ optimizer: 'sgd' }), 1).parameters).toBeNull()
})

test('numbers as TeX', () => {
  expect(numberTex(0)).toBe('0')
  expect(numberTex(-2.34567)).toBe('{-2.346}')
  expect(numberTex(-2.34567, 1)).toBe('\\left({-2.346}\\right)')
  expect(numberTex(1.5e-7)).toBe('1.5\\cdot 10^{-7}')
  expect(numberTex(2e9, 3)).toBe('\\left(2\\cdot 10^{9}\\right)')
})
