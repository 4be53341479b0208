import { describe, expect, test } from 'vitest'
import { differences } from '../../../../renderer/src/lib/run-diff.ts'
import { surplus } from '../../../../renderer/src/lib/surplus.ts'
import { withEpochs } from '../../../../src/experiments/best.ts'
import { sampleRun } from '../../../support/runs.ts'

describe('differences', () => {
  const adam = sampleRun({ id: 'a', optimizer: 'adam', set: { lr: 0.01 }, seed: 1 })
  test('name what is not the same, defaults included', () => {
    const sgd = sampleRun({ id: 'b', optimizer: 'sgd', set: { lr: 0.01 }, seed: 1 })
    expect(differences([adam, sgd])).toEqual([
      { name: 'optimizer', values: ['adam', 'sgd'] },
      { name: 'beta1', values: [0.9, null] },
      { name: 'beta2', values: [0.999, null] },
      { name: 'eps', values: [1e-8, null] },
      { name: 'epsPlacement', values: ['outside', null] },
    ])
    expect(differences([adam, sgd]).map(({ name }) => name)).not.toContain('lr')
  })
  test('of three runs: a default is what it is set to', () => {
    const same = sampleRun({ id: 'c', optimizer: 'adam', set: { lr: 0.01, beta1: 0.9 }, seed: 1 })
    const other = sampleRun({ id: 'd', optimizer: 'adam', set: { lr: 0.02 }, seed: 2 })
    expect(differences([adam, same])).toEqual([])
    expect(differences([adam, same, other])).toEqual([
      { name: 'lr', values: [0.01, 0.01, 0.02] },
      { name: 'seed', values: [1, 1, 2] },
    ])
  })
})

test('what was wanted longest ago is forgotten first, until the rest fits', () => {
  const sizes: Record<string, number> = { a: 4, b: 3, c: 2, d: 1 }
  const gone = (most: number, stays: string[] = []) =>
    surplus(Object.keys(sizes), {
      sizeOf: (key) => sizes[key] ?? 0,
      mustStay: (key) => stays.includes(key),
      most,
    })
  expect(gone(10)).toEqual([])
  expect(gone(9)).toEqual(['a'])
  expect(gone(3)).toEqual(['a', 'b'])
  expect(gone(3, ['a', 'c'])).toEqual(['b', 'd'])
  expect(gone(0, ['a', 'b', 'c', 'd'])).toEqual([])
})

test('the best of each measure is kept over stretches, and what is no number never is', () => {
  const none = { trainLoss: 0.5, step: 3 }
  const first = withEpochs(none, {
    testLoss: Float64Array.of(0.9, Number.NaN),
    testAccuracy: Float64Array.of(0.6, 0.7),
  })
  expect(first).toEqual({ trainLoss: 0.5, step: 3, testLoss: 0.9, testAccuracy: 0.7 })
  expect(
    withEpochs(first, {
      testLoss: Float64Array.of(0.8),
      testAccuracy: Float64Array.of(0.65),
      trainAccuracy: Float64Array.of(0.9),
    }),
  ).toEqual({ trainLoss: 0.5, step: 3, testLoss: 0.8, testAccuracy: 0.7, trainAccuracy: 0.9 })
  expect(withEpochs(none, { testLoss: Float64Array.of(Number.NaN) })).toEqual(none)
  const validated = withEpochs(none, {
    epoch: Float64Array.of(0, 1, 2),
    validationLoss: Float64Array.of(0.5, 0.4, 0.4),
    validationAccuracy: Float64Array.of(0.7, 0.6, 0.8),
  })
  expect(validated).toMatchObject({ validationLoss: 0.4, validationLossEpoch: 1 })
  expect(validated).toMatchObject({ validationAccuracy: 0.8, validationAccuracyEpoch: 2 })
  const later = { epoch: Float64Array.of(3), validationLoss: Float64Array.of(0.3) }
  expect(withEpochs(validated, later)).toMatchObject({ validationLoss: 0.3, validationLossEpoch: 3 })
})
