import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  maximum,
  mean,
  meanInterval,
  median,
  minimum,
  quantile,
  sampleStandardDeviation,
  studentFactor,
} from '../../../src/math/statistics.ts'

interface Sample {
  values: number[]
  mean: number
  sd: number
  median: number
  min: number
  max: number
  quantiles: Record<string, number>
  intervals: Record<string, [number, number]>
}

const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/statistics.json', import.meta.url), 'utf8'),
) as {
  samples: Record<string, Sample>
  studentFactor: Record<string, Record<string, number>>
}

/** NumPy sums pairwise and SciPy's quantile iterates: agreement is asked to 1e-12 of the value. */
function agrees(actual: number | null, expected: number, tolerance = 1e-12) {
  expect(actual).not.toBeNull()
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(
    tolerance * Math.max(1e-6, Math.abs(expected)),
  )
}

describe.each(Object.entries(golden.samples))('statistics of %s', (_name, sample) => {
  it('agree with SciPy', () => {
    agrees(mean(sample.values), sample.mean)
    agrees(sampleStandardDeviation(sample.values), sample.sd)
    agrees(median(sample.values), sample.median)
    expect(minimum(sample.values)).toBe(sample.min)
    expect(maximum(sample.values)).toBe(sample.max)
    for (const [p, expected] of Object.entries(sample.quantiles))
      agrees(quantile(sample.values, Number(p)), expected)
    for (const [confidence, [low, high]] of Object.entries(sample.intervals)) {
      const interval = meanInterval(sample.values, Number(confidence))
      // The ends may cancel towards zero, so the tolerance is that of the half width.
      const scale = Math.max(Math.abs(sample.mean), high - low)
      expect(Math.abs((interval.low as number) - low)).toBeLessThanOrEqual(1e-12 * scale)
      expect(Math.abs((interval.high as number) - high)).toBeLessThanOrEqual(1e-12 * scale)
      expect(interval.n).toBe(sample.values.length)
    }
  })
})

it("Student's factors agree with SciPy", () => {
  for (const [n, row] of Object.entries(golden.studentFactor))
    for (const [confidence, expected] of Object.entries(row))
      agrees(studentFactor(Number(n), Number(confidence)), expected)
})

it('one value has a mean and no interval', () => {
  expect(meanInterval([0.25])).toEqual({ mean: 0.25, low: null, high: null, n: 1 })
  expect(sampleStandardDeviation([0.25])).toBeNull()
})

it('refuses what is not a number, and nothing at all', () => {
  for (const statistic of [
    mean,
    sampleStandardDeviation,
    median,
    minimum,
    maximum,
    (v: number[]) => meanInterval(v),
  ]) {
    expect(() => statistic([1, Number.NaN])).toThrow('Value 1 is NaN')
    expect(() => statistic([Number.POSITIVE_INFINITY])).toThrow('Value 0 is Infinity')
    expect(() => statistic([])).toThrow(RangeError)
  }
  expect(() => quantile([1], 1.5)).toThrow('1.5')
  expect(() => meanInterval([1, 2], 1)).toThrow('1')
})

it('equal values have an interval of no width', () => {
  expect(meanInterval([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, low: 0.1, high: 0.1, n: 3 })
})
