import { expect, test } from 'vitest'
import { evidenceOf } from '../../src/advisor/evidence.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import type { RunSettings } from '../../src/experiments/settings.ts'
import { settings } from '../support/airfoil.ts'
import { queuedRun } from '../support/run.ts'

let count = 0
function run(
  given: Partial<RunSettings>,
  trainLoss: number | null,
  more: Partial<RunSummary> = {},
): RunSummary {
  const own = settings(given)
  return {
    ...queuedRun({ settings: own, status: 'done' }),
    id: `run${++count}`,
    series: `${own.optimizer} ${JSON.stringify(own.set)}`,
    final: { trainLoss },
    ...more,
  }
}
const seeds = (given: Partial<RunSettings>, losses: readonly number[]): RunSummary[] =>
  losses.map((loss, seed) => run({ ...given, seed }, loss))

const sgd = { optimizer: 'sgd', set: { lr: 0.05 } }
const adam = { optimizer: 'adam', set: { lr: 0.01 } }

test('two optimizers with three seeds each are set beside each other: mean, interval, n', () => {
  const list = [...seeds(sgd, [0.25, 0.252, 0.254]), ...seeds(adam, [0.243, 0.2431, 0.2432])]
  const found = evidenceOf(list, 'airfoil')
  expect(found).toMatchObject({ workload: 'airfoil', epochs: 2, quantity: 'trainLoss', isClear: true })
  const [first, second] = found?.measured ?? []
  expect(first).toMatchObject({ optimizer: 'adam', n: 3, settings: 1 })
  expect(second).toMatchObject({ optimizer: 'sgd', n: 3 })
  expect(second?.mean).toBeCloseTo(0.252, 12)
  // t(.975, 2) = 4.302653, standard deviation .002.
  expect(second?.high).toBeCloseTo(0.252 + (4.302653 * 0.002) / Math.sqrt(3), 8)
  expect(first?.runIds).toEqual(list.slice(3).map(({ id }) => id))
})

test('overlapping intervals are not clear', () => {
  const list = [...seeds(sgd, [0.24, 0.25, 0.26]), ...seeds(adam, [0.243, 0.244, 0.245])]
  expect(evidenceOf(list, 'airfoil')?.isClear).toBe(false)
})

test('higher accuracy is better', () => {
  const accurate = (given: Partial<RunSettings>, values: readonly number[]) =>
    values.map((testAccuracy, seed) =>
      run({ ...given, workload: 'lenet-fashion-mnist', seed }, 0.3, {
        final: { trainLoss: 0.3, testAccuracy },
      }),
    )
  const found = evidenceOf(
    [...accurate(sgd, [0.8, 0.81, 0.8]), ...accurate(adam, [0.9, 0.91, 0.9])],
    'lenet-fashion-mnist',
  )
  expect(found).toMatchObject({ quantity: 'testAccuracy', isClear: true })
  expect(found?.measured[0].optimizer).toBe('adam')
})

test('an optimizer stands for its best settings, and of how many is said', () => {
  const worse = seeds({ optimizer: 'adam', set: { lr: 1 } }, [0.3, 0.31, 0.3])
  const found = evidenceOf(
    [...worse, ...seeds(adam, [0.243, 0.244, 0.243]), ...seeds(sgd, [0.25, 0.25, 0.251])],
    'airfoil',
  )
  expect(found?.measured[0]).toMatchObject({ optimizer: 'adam', settings: 2, series: 'adam {"lr":0.01}' })
})

test('nothing is said of one optimizer, of two seeds, of other workloads, or of a diverged series', () => {
  const both = [...seeds(sgd, [0.25, 0.25, 0.251]), ...seeds(adam, [0.243, 0.244])]
  expect(evidenceOf(both, 'airfoil')).toBeNull()
  expect(evidenceOf(seeds(sgd, [0.25, 0.25, 0.251]), 'airfoil')).toBeNull()
  expect(evidenceOf([], 'airfoil')).toBeNull()
  const diverged = [...both, run({ ...adam, seed: 2 }, null, { status: 'diverged' })]
  expect(evidenceOf(diverged, 'airfoil')).toBeNull()
  const whole = [...both, run({ ...adam, seed: 2 }, 0.243)]
  expect(evidenceOf(whole, 'airfoil')?.measured).toHaveLength(2)
  expect(evidenceOf(whole, 'lenet-fashion-mnist')).toBeNull()
  // Unfinished runs are no evidence yet.
  expect(evidenceOf([...both, run({ ...adam, seed: 2 }, null, { status: 'running' })], 'airfoil')).toBeNull()
})

test('runs of different lengths are not compared, and a seed that ran twice counts once', () => {
  const long = seeds({ ...adam, epochs: 10 }, [0.242, 0.242, 0.2421])
  expect(evidenceOf([...seeds(sgd, [0.25, 0.25, 0.251]), ...long], 'airfoil')).toBeNull()
  const twice = [
    run({ ...adam, seed: 0 }, 0.243),
    run({ ...adam, seed: 0 }, 0.243),
    run({ ...adam, seed: 1 }, 0.244),
  ]
  expect(evidenceOf([...seeds(sgd, [0.25, 0.25, 0.251]), ...twice], 'airfoil')).toBeNull()
})
