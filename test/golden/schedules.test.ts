import { describe, expect, test } from 'vitest'
import { lookUp } from '../../src/contract/lookup.ts'
import { schedules } from '../../src/schedules/index.ts'
import { settleSchedule } from '../../src/schedules/schedule.ts'
import { fixture, relativeError } from './fixture.ts'

interface Case {
  schedule: string
  set: Record<string, number | number[]>
  warmup?: { steps: number; begin: number }
  values: number[]
}

const { cases } = fixture('schedules') as { cases: Case[] }

/**
 * Expected values are exact (50 digits). Each is a handful of operations; the worst conditioned, e^(−1.7·59), turns the
 * rounding of its argument, 100.3, into 7e-15. No schedule may be worse than 1e-14, relative to the rate itself.
 */
const tolerance = 1e-14

/** An lr that no case uses: were it to shine through, every value would be wrong. */
const foreign = 123.456

function worst({ schedule, set, warmup, values }: Case, shift = 0): number {
  const around = warmup ? { 'warmup.steps': warmup.steps, 'warmup.begin': warmup.begin } : {}
  const rate = settleSchedule(lookUp(schedules, schedule, 'schedule'), { ...set, ...around }, foreign)
  return Math.max(...values.map((value, t) => relativeError(rate(t + shift), value)))
}

const name = ({ schedule, set, warmup }: Case) =>
  JSON.stringify({ schedule, ...set, ...(warmup && { warmup }) })

test.each(cases.map((given) => [name(given), given] as const))('%s', (_, given) => {
  expect(given.values).toHaveLength(60)
  expect(worst(given)).toBeLessThan(tolerance)
})

test('a value asked for twice, or out of order, is the same', () => {
  for (const { schedule, set, values } of cases.filter(({ warmup }) => !warmup)) {
    const rate = settleSchedule(lookUp(schedules, schedule, 'schedule'), set, foreign)
    const backwards = values.map((_, i) => rate(values.length - 1 - i)).reverse()
    expect(values.map((_, t) => rate(t))).toEqual(backwards)
  }
})

describe('the oracle', () => {
  test('covers every schedule, with three settings at least', () => {
    for (const { id } of schedules)
      expect(cases.filter(({ schedule }) => schedule === id).length, id).toBeGreaterThanOrEqual(3)
  })

  test('would notice an index that is one off', () => {
    for (const given of cases) {
      const varies = new Set(given.values).size > 1
      expect(worst(given, 1) > tolerance, name(given)).toBe(varies)
    }
  })

  test('would notice every parameter', () => {
    for (const given of cases)
      for (const [key, value] of Object.entries(given.set)) {
        const set = {
          ...given.set,
          [key]: Array.isArray(value)
            ? value.map((item) => item + 1)
            : value === 0
              ? 1
              : value + (Number.isInteger(value) && key !== 'base' ? 1 : value * 1e-9),
        }
        // A floor that is never reached does not show, nor does a warm-up's begin without a warm-up.
        const silent =
          (key === 'stop' && !given.values.includes(value as number)) ||
          (key === 'warmupBegin' && given.set['warmupSteps'] === 0)
        expect(worst({ ...given, set }) > tolerance, `${name(given)}: ${key}`).toBe(!silent)
      }
  })
})
