import { describe, expect, test } from 'vitest'
import {
  countUpTo,
  nearestTo,
  project,
  shift,
  within,
  zoomAbout,
} from '../../../../renderer/src/pages/live/scale.ts'

describe('project', () => {
  test.each([
    ['linear', [0, 10], 5, 150],
    ['log', [0.01, 100], 1, 150],
  ] as const)('%s: there and back', (scale, range, value, pixel) => {
    const { toPixel, toValue } = project(range, scale, 100, 200)
    expect(toPixel(range[0])).toBeCloseTo(100)
    expect(toPixel(range[1])).toBeCloseTo(200)
    expect(toPixel(value)).toBeCloseTo(pixel)
    expect(toValue(pixel)).toBeCloseTo(value)
  })
})

describe('zoom and pan', () => {
  test('leave the place under the pointer where it is', () => {
    const [low, high] = zoomAbout([0, 100], 'linear', 25, 2)
    expect([low, high]).toEqual([12.5, 62.5])
    const [from, to] = zoomAbout([1, 10_000], 'log', 100, 2)
    expect(from).toBeCloseTo(10)
    expect(to).toBeCloseTo(1000)
  })

  test('stop at the ends', () => {
    expect(shift([20, 40], 'linear', 0.5, [0, 100])).toEqual([30, 50])
    expect(shift([20, 40], 'linear', -3, [0, 100])).toEqual([0, 20])
    expect(shift([20, 40], 'linear', 9, [0, 100])).toEqual([80, 100])
  })

  test('are no zoom where they show everything', () => {
    expect(within([-5, 120], [0, 100])).toBe(null)
    expect(within([-5, 50], [0, 100])).toEqual([0, 50])
    expect(within([200, 300], [0, 100])).toBe(null)
  })
})

describe('places among ascending values', () => {
  const values = [0, 10, 20, 30]

  test('how many are not above', () => {
    expect([-1, 0, 5, 10, 30, 31].map((at) => countUpTo(values, at))).toEqual([0, 1, 1, 2, 4, 4])
    expect(countUpTo(values, 31, 2)).toBe(2)
  })

  test('the nearest', () => {
    expect([-9, 4, 6, 15, 99].map((at) => nearestTo(values, at))).toEqual([0, 0, 1, 1, 3])
    expect(nearestTo(values, 99, 2)).toBe(1)
    expect(nearestTo([], 1)).toBe(-1)
  })
})
