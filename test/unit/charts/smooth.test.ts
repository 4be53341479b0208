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

  it('is the usual average for evenly spaced points', () => {
    const [, second, third] = smooth([0, 10, 20], [1, 0, 0], 0.5)
    expect(second).toBeCloseTo(0.5 / 1.5, 12)
    expect(third).toBeCloseTo(0.25 / 1.75, 12)
  })

  it('follows the axis and not the count of points', () => {
    // What lies further back counts for less.
    const near = smooth([0, 9, 10], [1, 1, 0], 0.9)[2] as number
    const far = smooth([0, 1, 10], [1, 1, 0], 0.9)[2] as number
    expect(far).toBeLessThan(near)
  })

  it('leaves out what is not a number', () => {
    const smoothed = smooth([0, 1, 2], [1, Number.NaN, 1], 0.5)
    expect(smoothed[1]).toBeNaN()
    expect(smoothed[2]).toBeCloseTo(1, 12)
  })
})
