import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { medianOfFastest } from '../../../src/comparison/measures/algoperf.ts'
import { profileAt, profileScore, timeRatios } from '../../../src/comparison/measures/profile.ts'
import { basinOf } from '../../../src/comparison/measures/sensitivity.ts'
import { timeToTarget } from '../../../src/comparison/measures/time-to-target.ts'
import { expectedBest, expectedBestInterval } from '../../../src/comparison/measures/tunability.ts'
import { percentileInterval, resamples } from '../../../src/math/bootstrap.ts'
import { sampleRun } from '../../charts/sampleRuns.ts'

/** By brute force: test/oracle/statistics/measures.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/measures.json', import.meta.url), 'utf8')) as {
  profile: {
    times: (number | 'inf')[][]
    ratios: (number | 'inf')[][]
    taus: number[]
    rho: number[][]
    algoperf: number[]
    score: number[]
  }
  studies: {
    trials: (number | 'inf')[][][][]
    times: (number | 'inf')[][]
    algoperf: number[]
    score: number[]
  }
  expectedBest: { values: number[]; expected: number[] }
  basin: { lr: number[]; cost: number[]; share: number; low: number; high: number }
}
const numbers = (rows: (number | 'inf')[][]) =>
  rows.map((row) => row.map((one) => (one === 'inf' ? Infinity : one)))

it('profiles and scores are those of AlgoPerf’s rule', () => {
  const { times, ratios, taus, rho, algoperf, score } = golden.profile
  const own = timeRatios(numbers(times))
  numbers(ratios).forEach((row, rule) =>
    row.forEach((ratio, problem) => {
      if (ratio === Infinity) expect(own[rule]?.[problem]).toBe(Infinity)
      else expect(own[rule]?.[problem]).toBeCloseTo(ratio, 12)
    }),
  )
  own.forEach((row, rule) => {
    taus.forEach((tau, i) => expect(profileAt(row, tau)).toBeCloseTo(rho[rule]?.[i] as number, 12))
    // The exact integral, to the error of a million trapezia; AlgoPerf's own grid has a hundred.
    expect(Math.abs(profileScore(row) - (score[rule] as number))).toBeLessThan(2e-6)
    expect(Math.abs(profileScore(row) - (algoperf[rule] as number))).toBeLessThan(0.01)
  })
  expect(profileScore([1, 1])).toBe(1)
  expect(profileScore([Infinity, 4])).toBe(0)
  expect(timeRatios([[Infinity], [Infinity]])).toEqual([[Infinity], [Infinity]])
})

it('AlgoPerf’s time of an optimizer is the median over its studies of their fastest trial', () => {
  const { trials, times, algoperf, score } = golden.studies
  const own = trials.map((workloads) => workloads.map((studies) => medianOfFastest(numbers(studies))))
  expect(own).toEqual(numbers(times))
  // Two studies of three miss, and one of three.
  expect([own[1]?.[2], Number.isFinite(own[3]?.[0])]).toEqual([Infinity, true])
  timeRatios(own).forEach((row, rule) => {
    expect(Math.abs(profileScore(row) - (score[rule] as number))).toBeLessThan(2e-6)
    expect(Math.abs(profileScore(row) - (algoperf[rule] as number))).toBeLessThan(0.01)
  })
})

it('the expected best of some tries is the mean over every choice', () => {
  const { values, expected } = golden.expectedBest
  expected.forEach((best, i) => expect(expectedBest(values, i + 1)).toBeCloseTo(best, 12))
  expect(expectedBest([1, Infinity, 2], 2)).toBeCloseTo((1 + 1 + 2) / 3, 12)
  expect(expectedBest([1, Infinity, Infinity], 2)).toBe(Infinity)
  expect(expectedBest([3], 1)).toBe(3)
  expect(() => expectedBest([1, 2], 3)).toThrow('got 3')
  // Drawn by counting, the interval is that of the values drawn.
  for (const tries of [1, 2, 4]) {
    const { low, high } = percentileInterval(resamples(values.length), (rows) =>
      expectedBest(
        Array.from(rows, (row) => values.toSorted((a, b) => a - b)[row] as number),
        tries,
      ),
    )
    const interval = expectedBestInterval(values, tries)
    expect(interval.low).toBeCloseTo(low, 12)
    expect(interval.high).toBeCloseTo(high, 12)
  }
})

it('a basin is as wide as a dense interpolation finds it', () => {
  const { lr, cost, share, low, high } = golden.basin
  const points = lr.map((value, i) => ({ value, cost: cost[i] as number, diverged: 0 }))
  const basin = basinOf(points, share) ?? expect.fail()
  expect(Math.abs(Math.log10(basin.low / low))).toBeLessThan(3e-6)
  expect(Math.abs(Math.log10(basin.high / high))).toBeLessThan(3e-6)
  expect(basin).toMatchObject({ isOpen: false, edge: null })
  // Narrowed to where it starts to diverge, and open where the grid ends.
  const cut = points
    .slice(3)
    .map((point) => (point.value > 0.05 ? { ...point, cost: Infinity, diverged: 3 } : point))
  expect(basinOf(cut, share)).toMatchObject({ isOpen: true, high: cut[2]?.value, edge: cut[3]?.value })
  expect(basinOf([{ value: 1, cost: Infinity, diverged: 1 }], share)).toBeNull()
})

it('the time to a target is that of the first evaluation there, and a miss is none', () => {
  const run: MeasuredRun = sampleRun(
    { label: 'a', optimizer: 'sgd', epochs: 4, accuracy: true, workload: 'lenet-fashion-mnist' },
    1,
  )
  const { trainLoss, step, seconds, examples } = run.metrics
  const target = (trainLoss[3] as number) + 1e-9
  const first = trainLoss.findIndex((loss) => loss <= target)
  expect(timeToTarget(run, 'trainLoss', target)).toEqual({
    step: step[first],
    epoch: (step[first] as number) / 150,
    examples: examples[first],
    seconds: seconds[first],
  })
  expect(timeToTarget(run, 'trainLoss', 0)).toBeNull()
  const accuracy = run.record.epochs[2]?.testAccuracy as number
  expect(timeToTarget(run, 'testAccuracy', accuracy)).toMatchObject({ epoch: 3, step: 450 })
  expect(timeToTarget(run, 'testAccuracy', 1)).toBeNull()
})
