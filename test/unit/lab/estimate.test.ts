import { expect, test } from 'vitest'
import { readExperiment } from '../../../src/experiments/read.ts'
import { estimate } from '../../../src/lab/estimate.ts'

const rates = Array.from({ length: 50 }, (_, i) => (i + 1) / 100).join(', ')
const experiment = readExperiment(
  `title: T\nworkloads: airfoil\noptimizers: [{ id: sgd, set: { lr: [${rates}] } }]\nseeds: 4\nbatch: [10, 1500]`,
  'file.yaml',
)

test('counts series, runs and steps', () => {
  const found = estimate(experiment, { secondsPerStep: () => 1e-6 })
  expect(found.series).toHaveLength(100)
  expect(found.runs).toBe(400)
  expect(found.steps).toBe(50 * 4 * 2 * (150 + 1))
  expect(found.estimatedSeconds).toBeGreaterThan(found.steps * 1e-6)
})

test('does not guess before anything was measured', () => {
  expect(estimate(experiment, { secondsPerStep: () => null }).estimatedSeconds).toBeNull()
})

test('asks for the speed of a workload once: with 100,000 series each look costs', () => {
  let looks = 0
  estimate(experiment, { secondsPerStep: () => ++looks / 1e6 })
  expect(looks).toBe(1)
})
