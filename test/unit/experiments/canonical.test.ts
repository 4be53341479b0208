import { expect, test } from 'vitest'
import { seriesKey } from '../../../src/experiments/canonical.ts'
import { settings } from '../../support/airfoil.ts'

test('runs share a series where they differ in their seed alone', () => {
  const one = settings({ set: { lr: 0.1, clipNorm: 1 }, seed: 1 })
  expect(seriesKey(settings({ set: { clipNorm: 1, lr: 0.1 }, seed: 2 }))).toBe(seriesKey(one))
  // A trial that is judged by examples set aside trains on fewer: it is no seed of the run that is compared.
  for (const other of [{ validation: 0.2 }, { initialiser: 'xavier' as const }, { batch: 20 }, { epochs: 3 }])
    expect(seriesKey({ ...one, ...other })).not.toBe(seriesKey(one))
})
