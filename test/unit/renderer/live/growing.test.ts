import { describe, expect, test } from 'vitest'
import { GrowingLine } from '../../../../renderer/src/pages/live/growing-line.ts'
import { growingRange, roundUp } from '../../../../renderer/src/pages/live/growing-range.ts'
import { smooth } from '../../../../src/charts/smooth.ts'
import type { QuantityColumns } from '../../../../src/charts/quantity.ts'
import { Random } from '../../../../src/math/random.ts'

function curve(length: number, seed = 1): QuantityColumns {
  const random = Random.from(seed, 'curve')
  const step = Float64Array.from({ length }, (_, i) => i * 3)
  return {
    step,
    examples: step.map((value) => value * 10),
    seconds: step.map((value) => value * 0.01 * seed),
    value: step.map((value) => Math.exp(-value / 500) + 0.1 * random.uniform()),
  }
}
const upTo = (points: QuantityColumns, length: number): QuantityColumns => ({
  step: points.step.subarray(0, length),
  examples: points.examples.subarray(0, length),
  seconds: points.seconds.subarray(0, length),
  value: points.value.subarray(0, length),
})

describe('a curve that grows', () => {
  test('has the smoothed line of reports, in however many parts it came', () => {
    const points = curve(1000)
    const line = new GrowingLine()
    for (const length of [0, 1, 2, 50, 333, 999, 1000])
      expect(line.update(upTo(points, length), 0.9)).toBe(length > 0)
    expect(line.smoothed).toEqual(smooth(points.step, points.value, 0.9))
    expect(line.low).toBe(Math.min(...points.value))
    expect(line.high).toBe(Math.max(...points.value))
  })

  test('is smoothed anew when its points come further apart', () => {
    const points = curve(200)
    for (let i = 100; i < 200; i++) points.step[i] = 300 + (i - 100) * 30
    const line = new GrowingLine()
    expect(line.update(upTo(points, 100), 0.8)).toBe(false)
    expect(line.update(upTo(points, 101), 0.8)).toBe(true)
    expect(line.update(points, 0.8)).toBe(false)
    expect(line.smoothed).toEqual(smooth(points.step, points.value, 0.8))
  })

  test('keeps what is not a number out of range and average', () => {
    const points = curve(5)
    points.value.set([0.5, Number.NaN, -1, Infinity, 0.25])
    const line = new GrowingLine()
    line.update(points, 0.5)
    expect([line.low, line.high, line.lowPositive]).toEqual([-1, 0.5, 0.25])
    expect([...line.smoothed].map(Number.isFinite)).toEqual([true, false, true, false, true])
  })

  test('says when it is another curve: taken again, or smoothed otherwise', () => {
    const line = new GrowingLine()
    line.update(curve(100), 0)
    expect(line.update(curve(120), 0)).toBe(true)
    expect(line.update(curve(200, 2), 0)).toBe(false)
    expect(line.update(upTo(curve(200, 2), 10), 0)).toBe(false)
    expect(line.update(upTo(curve(200, 2), 10), 0.5)).toBe(false)
  })
})

describe('the axis of a curve that grows', () => {
  test('stands still while the curve stays inside it, and has room below', () => {
    const first = growingRange(null, 0.5, 1, 'log', false)
    expect(first[0]).toBeLessThan(0.46)
    expect(growingRange(first, 0.48, 1, 'log', false)).toBe(first)
    const next = growingRange(first, 0.3, 1, 'log', false)
    expect(next[0]).toBeLessThan(0.3)
  })

  test('fits closely at the end', () => {
    const wide = growingRange(null, 1, 10, 'linear', false)
    const [low, high] = growingRange(wide, 1, 10, 'linear', true)
    expect(low).toBeCloseTo(0.55)
    expect(high).toBeCloseTo(10.54)
  })

  test('is there before any point', () => {
    expect(growingRange(null, Infinity, -Infinity, 'log', false)).toEqual([0.1, 1])
    expect(growingRange([2, 3], Infinity, -Infinity, 'log', false)).toEqual([2, 3])
  })

  test('of seconds ends at round numbers', () => {
    expect([0.011, 0.9, 7, 83, 99].map(roundUp)).toEqual([0.012, 1, 8, 100, 120])
    expect(roundUp(0)).toBe(1)
  })
})
