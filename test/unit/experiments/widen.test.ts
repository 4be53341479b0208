import { describe, expect, test } from 'vitest'
import { widenedRange, widenExperiment } from '../../../src/experiments/widen.ts'
import type { Dimension } from '../../../src/search/dimension.ts'

const wider = (name: string, dimension: Dimension, end: 'low' | 'high') =>
  widenedRange({ optimizer: 'adam', space: { [name]: dimension }, boundary: [] }, { name, end })

describe('a wider range', () => {
  test('has ten times as much on the side where the best lay', () => {
    expect(wider('lr', { log: [1e-5, 100] }, 'high')).toEqual({ log: [1e-5, 1000] })
    expect(wider('lr', { log: [1e-5, 100] }, 'low')).toEqual({ log: [1e-6, 100] })
    expect(wider('lr', { uniform: [0.1, 3] }, 'high')).toEqual({ uniform: [0.1, 30] })
    expect(wider('lr', { values: [0.1, 0.3, 1] }, 'low')).toEqual({ values: [0.01, 0.1, 0.3, 1] })
    expect(wider('beta2', { logOneMinus: [0.9, 0.999] }, 'high')).toEqual({ logOneMinus: [0.9, 0.9999] })
  })

  test('stays within what the parameter may be', () => {
    // 1 − 10 · 0.1 is the least that β₂ may be.
    expect(wider('beta2', { logOneMinus: [0.9, 0.999] }, 'low')).toEqual({ logOneMinus: [0, 0.999] })
    expect(wider('beta2', { logOneMinus: [0, 0.999] }, 'low')).toBeNull()
    expect(wider('lr', { uniform: [0, 1] }, 'low')).toBeNull()
    expect(wider('epsPlacement', { values: ['inside', 'outside'] }, 'high')).toBeNull()
  })

  test('β never reaches 1, which is not allowed', () => {
    expect(wider('beta1', { uniform: [0.5, 0.9] }, 'high')).toBeNull()
  })

  test('is written into the file where it was searched, and nowhere else', () => {
    const search = { lr: { log: [1e-5, 100] as [number, number] } }
    const raw = {
      title: 'T',
      optimizers: ['sgd', { id: 'adam', search }, { id: 'adam', search: { lr: { log: [1, 2] } } }],
    }
    const boundary = [{ name: 'lr', end: 'high' as const }]
    expect(widenExperiment(raw, [{ optimizer: 'adam', space: search, boundary }])).toEqual({
      title: 'T',
      optimizers: [
        'sgd',
        { id: 'adam', search: { lr: { log: [1e-5, 1000] } } },
        { id: 'adam', search: { lr: { log: [1, 2] } } },
      ],
    })
  })
})
