import { expect, test } from 'vitest'
import { readExperiment } from '../../../src/experiments/read.ts'
import { estimate } from '../../../src/lab/estimate.ts'

const rates = Array.from({ length: 50 }, (_, i) => (i + 1) / 100).join(', ')
const experiment = readExperiment(
  `title: T\nworkloads: airfoil\noptimizers: [{ id: sgd, set: { lr: [${rates}] } }]\nseeds: 4\nbatch: [10, 1500]`,
  'file.yaml',
)

test('counts series, runs and steps', () => {
  const found = estimate(experiment, {
    stepTimes: () => [
      { batch: 10, seconds: 1e-6 },
      { batch: 1500, seconds: 1e-4 },
    ],
  })
  expect(found.series).toHaveLength(100)
  expect(found.runs).toBe(400)
  expect(found.steps).toBe(50 * 4 * 2 * (150 + 1))
  // 150 and 1 steps an epoch; 400 runs cost 1 ms besides.
  expect(found.estimatedSeconds).toBeCloseTo(50 * 4 * 2 * (150 * 1e-6 + 1e-4) + 0.4, 12)
})

test('scales the speed of the nearest batch size, half-way between per step and per example', () => {
  const whole = readExperiment(
    'title: T\nworkloads: airfoil\noptimizers: [sgd]\nbatch: 100\nepochs: 1',
    'file',
  )
  const times = [
    { batch: 1, seconds: 1 },
    { batch: 50, seconds: 0.002 },
    { batch: 1500, seconds: 7 },
  ]
  expect(estimate(whole, { stepTimes: () => times }).estimatedSeconds).toBeCloseTo(
    15 * 0.002 * Math.SQRT2 + 0.001,
    12,
  )
})

test('says workload by workload what is known', () => {
  const two = readExperiment(
    'title: T\nworkloads: [airfoil, lenet-fashion-mnist]\noptimizers: [sgd]\nepochs: 2',
    'file.yaml',
  )
  const found = estimate(two, {
    stepTimes: (id) => (id === 'airfoil' ? [{ batch: 10, seconds: 1e-5 }] : []),
  })
  expect(found.workloads).toEqual([
    { id: 'airfoil', steps: 300, estimatedSeconds: expect.closeTo(0.004, 10) as number },
    { id: 'lenet-fashion-mnist', steps: 470, estimatedSeconds: null },
  ])
  expect(found.estimatedSeconds).toBeNull()
})

test('does not guess before anything was measured', () => {
  expect(estimate(experiment, { stepTimes: () => [] }).estimatedSeconds).toBeNull()
})

test('asks for the speed of a workload once: with 100,000 series each look costs', () => {
  let looks = 0
  estimate(experiment, { stepTimes: () => [{ batch: 10, seconds: ++looks / 1e6 }] })
  expect(looks).toBe(1)
})
