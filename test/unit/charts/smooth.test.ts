import { describe, expect, it } from 'vitest'
import { smooth } from '../../../src/charts/smooth.ts'

describe('smooth', () => {
  it('leaves a curve as it is at strength 0, and a constant at any', () => {
    expect([...smooth([0, 1, 2], [3, 1, 2], 0)]).toEqual([3, 1, 2])
    for (const value of smooth([0, 1, 5, 6], [2, 2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12)
  })

  it('begins at the first value and stays within the values', () => {
    const y = Array.from({ length: 100 }, (_, i) => (i % 2 ? 1 : 0))
    const smoothed = smooth(
      y.map((_, i) => i),
      y,
      0.99,
    )
    expect(smoothed[0]).toBe(0)
    for (const value of smoothed.slice(50)) expect(value).toBeCloseTo(0.5, 1)
  })

  it('follows the axis and not the count of points', () => {
    // A point that says nothing new, between two others, changes nothing at the end but for its own weight.
    const span = 1000
    const once = smooth([0, 1000], [0, 1], 0.999, span)[1] as number
    const far = smooth([0, 4000], [0, 1], 0.999, span)[1] as number
    expect(once).toBeLessThan(far)
    expect(far).toBeLessThanOrEqual(1)
  })

  it('leaves out what is not a number', () => {
    const smoothed = smooth([0, 1, 2], [1, Number.NaN, 1], 0.5)
    expect(smoothed[1]).toBeNaN()
    expect(smoothed[2]).toBeCloseTo(1, 12)
  })
})
