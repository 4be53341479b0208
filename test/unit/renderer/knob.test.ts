import { expect, test } from 'vitest'
import { positionOf, sliderOf, valueAt } from '../../../renderer/src/pages/learn/knob.ts'
import type { Knob } from '../../../src/lessons/station.ts'

const name = { en: 'a', 'zh-CN': '甲' }
const linear: Knob = { name, min: 0.1, max: 0.6, value: 0.4, step: 0.01, scale: 'linear' }
const log: Knob = { name, min: 2, max: 200, value: 20, step: 1, scale: 'log' }

test('a linear knob gives multiples of its step, without the digits of binary fractions', () => {
  expect(sliderOf(linear)).toMatchObject({ min: 0.1, max: 0.6, step: 0.01 })
  expect(valueAt(linear, 0.1 + 0.2)).toBe(0.3)
  expect(valueAt(linear, 0.337)).toBe(0.34)
  expect(valueAt(linear, 7)).toBe(0.6)
  expect(positionOf(linear, 0.4)).toBe(0.4)
})

test('a logarithmic knob has its geometric mean in the middle and comes back to every value', () => {
  const { min, max, step } = sliderOf(log)
  expect(step).toBe(1)
  expect([valueAt(log, min), valueAt(log, (min + max) / 2), valueAt(log, max)]).toEqual([2, 20, 200])
  for (const value of [2, 5, 20, 60, 200]) {
    const back = valueAt(log, positionOf(log, value))
    expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.max(1, value / 50))
  }
})
