import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { planRun, untrained } from '../../src/engine/direct/plan.ts'
import { Training } from '../../src/engine/direct/training.ts'
import type { SettingMap } from '../../src/experiments/settings.ts'
import { airfoil } from '../../src/workloads/airfoil.ts'
import { airfoilProblem, settings } from '../support/airfoil.ts'

interface Row {
  name: string
  optimizer: string
  set: SettingMap
  batch: number
  epochs: number
  points: { step: number; examples: number; loss: number }[]
  final: { loss: number; weights: number[]; bias: number }
}
interface Fixture {
  weights: number[]
  bias: number
  leastSquaresMinimum: number
  leastSquares: { weights: number[]; bias: number }
  orders: number[][]
  rows: Row[]
}
const oracle = JSON.parse(
  readFileSync(new URL('../fixtures/airfoil.json', import.meta.url), 'utf8'),
) as Fixture
const problem = airfoilProblem()

/** Apart by rounding only: 1e-12 of the value, and of 1 where it is small. */
const tolerance = 1e-12
const apart = (value: number, expected: number): number =>
  Math.abs(value - expected) / Math.max(1, Math.abs(expected))

/** Trains to the end; `orders` are the fixture's, or the seed's own. */
function train(given: Parameters<typeof settings>[0], fixture?: Fixture) {
  const planned = planRun(settings(given), airfoil, problem, () => 0)
  const plan = fixture
    ? {
        ...planned.plan,
        order: (epoch: number, into: Uint32Array) => into.set(fixture.orders[epoch] as number[]),
      }
    : planned.plan
  const state = fixture
    ? untrained(planned.program, Float64Array.of(...fixture.weights, fixture.bias))
    : planned.start()
  const training = new Training(plan, state)
  const outcome = training.advance(Infinity)
  if (outcome.status !== 'done') throw new Error(`the run ended as ${outcome.status}`)
  return { trainLoss: outcome.trainLoss, points: training.points.take(), theta: state.theta }
}

describe('given weights and orders: the independent float64 run', () => {
  test('holds every row', () => expect(oracle.rows).toHaveLength(17))

  test.each(oracle.rows)('$name', ({ optimizer, set, batch, epochs, points, final }) => {
    const run = train({ optimizer, set, batch, epochs }, oracle)

    // Ours starts with a point at step 0, the untrained model.
    expect(run.points.step[0]).toBe(0)
    expect(run.points.examples[0]).toBe(0)
    expect([...run.points.step.subarray(1)]).toEqual(points.map(({ step }) => step))
    expect([...run.points.examples.subarray(1)]).toEqual(points.map(({ examples }) => examples))
    for (const [i, { loss }] of points.entries())
      expect(apart(run.points.trainLoss[i + 1] as number, loss)).toBeLessThan(tolerance)

    expect(apart(run.trainLoss, final.loss)).toBeLessThan(tolerance)
    expect(run.trainLoss).toBe(run.points.trainLoss.at(-1))
    for (const [j, expected] of [...final.weights, final.bias].entries())
      expect(apart(run.theta[j] as number, expected)).toBeLessThan(tolerance)
  })
})

test('a point whenever the count of examples crosses a multiple of 200, and at the end', () => {
  // Batch 64 ends epochs with 28 examples, at 1500, 3000 and 4500.
  const expected: number[] = [0]
  for (let epoch = 0; epoch < 3; epoch++)
    for (let k = 1; k <= 24; k++) {
      const before = epoch * 1500 + (k - 1) * 64
      const seen = epoch * 1500 + Math.min(k * 64, 1500)
      if (Math.floor(seen / 200) > Math.floor(before / 200)) expected.push(seen)
    }
  expected.push(4500)
  expect([...train({ batch: 64, epochs: 3 }).points.examples]).toEqual(expected)
})

test('the least-squares minimum is a minimum, and its loss what the workload states', () => {
  const { weights, bias } = oracle.leastSquares
  const theta = Float64Array.of(...weights, bias)
  expect(apart(problem.loss(theta), oracle.leastSquaresMinimum)).toBeLessThan(tolerance)
  expect(airfoil.minimumLoss).toBe(Number(oracle.leastSquaresMinimum.toFixed(6)))
  const gradient = new Float64Array(6)
  problem.gradient(
    theta,
    Uint32Array.from({ length: 1500 }, (_, i) => i),
    0,
    1500,
    gradient,
  )
  for (const partial of gradient) expect(Math.abs(partial)).toBeLessThan(1e-12)
})

/** The tutorial's figures, as the specification prints them. */
const tutorial: { optimizer: string; set: SettingMap; batch: number; epochs: number; figure: number }[] = [
  { optimizer: 'sgd', set: { lr: 1 }, batch: 1500, epochs: 10, figure: 0.251 },
  { optimizer: 'sgd', set: { lr: 0.005 }, batch: 1, epochs: 2, figure: 0.248 },
  { optimizer: 'sgd', set: { lr: 0.4 }, batch: 100, epochs: 2, figure: 0.246 },
  { optimizer: 'sgd', set: { lr: 0.05 }, batch: 10, epochs: 2, figure: 0.244 },
  { optimizer: 'momentum', set: { lr: 0.02, momentum: 0.5 }, batch: 10, epochs: 2, figure: 0.242 },
  { optimizer: 'momentum', set: { lr: 0.01, momentum: 0.9 }, batch: 10, epochs: 2, figure: 0.247 },
  { optimizer: 'momentum', set: { lr: 0.005, momentum: 0.9 }, batch: 10, epochs: 2, figure: 0.244 },
  {
    optimizer: 'adagrad',
    set: { lr: 0.1, eps: 1e-6, epsPlacement: 'inside' },
    batch: 10,
    epochs: 2,
    figure: 0.244,
  },
  {
    optimizer: 'rmsprop',
    set: { lr: 0.01, rho: 0.9, eps: 1e-6, epsPlacement: 'inside' },
    batch: 10,
    epochs: 2,
    figure: 0.242,
  },
  { optimizer: 'adadelta', set: { rho: 0.9, eps: 1e-5 }, batch: 10, epochs: 2, figure: 0.247 },
  { optimizer: 'adam', set: { lr: 0.01, eps: 1e-6 }, batch: 10, epochs: 2, figure: 0.243 },
  { optimizer: 'yogi', set: { lr: 0.01, eps: 1e-3 }, batch: 10, epochs: 2, figure: 0.246 },
]

test.each(tutorial)(
  'seeds 0 to 9 reach the tutorial: $optimizer $set, batch $batch',
  ({ figure, ...row }) => {
    const losses = Array.from({ length: 10 }, (_, seed) => train({ ...row, seed }).trainLoss)
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
    expect(mean).toBeGreaterThan(0.241688)
    expect(mean).toBeLessThan(figure + 0.006)
    expect(new Set(losses).size).toBe(10)
  },
)
