import { readFileSync } from 'node:fs'
import padjust from '@stdlib/stats-padjust'
import { describe, expect, it } from 'vitest'
import {
  bcaMeanInterval,
  percentileInterval,
  resamples,
  type Resamples,
} from '../../../src/math/bootstrap.ts'
import { probabilityBelow, resampledBelow } from '../../../src/math/dominance.ts'
import { Random } from '../../../src/math/random.ts'
import { equivalenceT, hedgesG, paired, pairedT, type Paired } from '../../../src/math/paired.ts'
import { differencePower, equivalencePower, pairsFor, rankSumSize } from '../../../src/math/power.ts'
import { rankSum } from '../../../src/math/rank-sum.ts'
import { interquartileMean, medianOrInfinity } from '../../../src/math/robust.ts'
import { signedRank } from '../../../src/math/signed-rank.ts'

interface GoldenPair {
  name: string
  a: number[]
  b: number[]
  margin: number
  t: number
  signedRank: number
  equivalence: number
  hedges: number
  improvement: number
  iqm: number
  median: number
  positions: number[][]
  bca: [number, number]
  improvementInterval: [number, number]
  iqmInterval: [number, number]
  medianInterval: [number, number]
}
type Encoded = number | 'inf' | '-inf'
interface Power {
  effect: number
  margin: number
  n: number
  level: number
  power: number
}

/** What SciPy, statsmodels and rliable say: test/oracle/statistics/verdicts.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/verdicts.json', import.meta.url), 'utf8')) as {
  pairs: GoldenPair[]
  infinite: { differences: Encoded[]; signedRank: number }[]
  rankSum: { a: Encoded[]; b: Encoded[]; p: number }[]
  holm: { p: number[]; adjusted: number[] }[]
  differencePower: Omit<Power, 'margin'>[]
  equivalencePower: Power[]
}

/** To 10 digits of the value; below 1e-12 nobody reads a p. */
const agrees = (actual: number | null, expected: number) =>
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-10 * Math.abs(expected) + 1e-12)

describe.each(golden.pairs)('$name', (pair) => {
  const { a, b } = pair
  const differences = a.map((value, i) => value - (b[i] as number))
  const sample = paired(differences) as Paired
  const given: Resamples = {
    n: a.length,
    count: pair.positions.length,
    positions: Uint32Array.from(pair.positions.flat()),
  }
  const at = (values: readonly number[], positions: Uint32Array) =>
    Array.from(positions, (position) => values[position] as number)

  it('is tested as SciPy and statsmodels test it', () => {
    agrees(pairedT(sample), pair.t)
    agrees(signedRank(differences).p, pair.signedRank)
    agrees(equivalenceT(sample, pair.margin), pair.equivalence)
    agrees(hedgesG(sample), pair.hedges)
  })

  it('has the intervals of SciPy and rliable, given the same draws', () => {
    const same = (interval: { low: number; high: number }, [low, high]: [number, number]) => {
      agrees(interval.low, low)
      agrees(interval.high, high)
    }
    same(bcaMeanInterval(differences, given), pair.bca)
    agrees(probabilityBelow(a, b), pair.improvement)
    same(
      percentileInterval(given, (rows) => probabilityBelow(at(a, rows), at(b, rows))),
      pair.improvementInterval,
    )
    agrees(interquartileMean(a), pair.iqm)
    same(
      percentileInterval(given, (rows) => interquartileMean(at(a, rows))),
      pair.iqmInterval,
    )
    agrees(medianOrInfinity(a), pair.median)
    same(
      percentileInterval(given, (rows) => medianOrInfinity(at(a, rows))),
      pair.medianInterval,
    )
  })
})

describe('the signed-rank test', () => {
  it.each(golden.infinite)('is exact with infinite and tied differences: $differences', (row) => {
    const differences = row.differences.map((one) =>
      one === 'inf' ? Infinity : one === '-inf' ? -Infinity : one,
    )
    agrees(signedRank(differences).p, row.signedRank)
  })

  it('of zeros alone finds nothing, and refuses NaN', () => {
    expect(signedRank([0, 0, 0])).toEqual({ positive: 0, negative: 0, n: 0, p: 1 })
    expect(() => signedRank([1, Number.NaN])).toThrow('NaN')
  })
})

describe('the rank-sum test', () => {
  const numbers = (list: readonly Encoded[]) => list.map((one) => (one === 'inf' ? Infinity : Number(one)))

  it('is SciPy’s, counted out where there are few and approximated where there are many', () => {
    for (const { a, b, p } of golden.rankSum) {
      agrees(rankSum(numbers(a), numbers(b)), p)
      agrees(rankSum(numbers(b), numbers(a)), p)
    }
  })

  it('counted out and approximated hardly differ where they meet', () => {
    const xs = Array.from({ length: 30 }, (_, i) => (i * 37) % 101)
    const ys = Array.from({ length: 30 }, (_, i) => ((i * 53) % 101) + 17)
    const exact = rankSum(xs, ys)
    const beyond = rankSum([...xs, 50], [...ys, 50.5])
    expect(Math.abs(exact - beyond)).toBeLessThan(0.01)
  })

  it('refuses what cannot be ranked', () => {
    expect(() => rankSum([], [])).toThrow(RangeError)
    expect(() => rankSum([1], [1, 2])).toThrow('1 and 2')
    expect(() => rankSum([Number.NaN], [1])).toThrow('NaN')
  })
})

it('Holm’s correction is that of statsmodels', () => {
  for (const { p, adjusted } of golden.holm)
    padjust(p, 'holm').forEach((one, i) => agrees(one, adjusted[i] as number))
})

describe('power', () => {
  it('of the t-test is that of the non-central t distribution', () => {
    for (const { effect, n, level, power } of golden.differencePower)
      expect(Math.abs(differencePower(effect, n, level) - power)).toBeLessThan(1e-8)
  })

  it('of the two one-sided tests is that of an adaptive integration', () => {
    for (const { effect, margin, n, level, power } of golden.equivalencePower)
      expect(Math.abs(equivalencePower(effect, margin, n, level) - power)).toBeLessThan(1e-6)
  })

  it('gives the fewest pairs that reach it', () => {
    const power = (n: number) => differencePower(0.5, n, 0.05)
    // Cohen's table: 34 pairs for d = .5, two-sided .05, power .8.
    expect(pairsFor(power, 0.8, 2)).toBe(34)
    expect(pairsFor(power, 0.8, 50)).toBe(50)
    expect(pairsFor((n) => differencePower(0.001, n, 0.05), 0.8, 2)).toBeNull()
  })

  it('of ranks needs values enough for the smallest p there is', () => {
    // 2 / C(2n, n) ≤ .05 / 55 from n = 7 on.
    expect(rankSumSize(1, 0.05 / 55, 0.01)).toBe(7)
    // z² / 6(.75 − .5)² with z = 1.959964 + .841621.
    expect(rankSumSize(0.75, 0.05, 0.8)).toBe(21)
    expect(rankSumSize(0.5, 0.05, 0.8)).toBeNull()
  })
})

describe('middles', () => {
  it('take a diverged run as worst', () => {
    expect(interquartileMean([1, Infinity, 2, 3])).toBe(2.5)
    expect(interquartileMean([Infinity, Infinity, 2, 3])).toBe(Infinity)
    expect(medianOrInfinity([Infinity, 2, 1])).toBe(2)
    expect(medianOrInfinity([Infinity, 2])).toBe(Infinity)
    expect(() => interquartileMean([])).toThrow(RangeError)
  })

  it('have intervals that end at infinity where draws do', () => {
    const values = [1, 2, 3, 4, 5, Infinity]
    const { low, high } = percentileInterval(resamples(6), (rows) =>
      medianOrInfinity(Array.from(rows, (row) => values[row] as number)),
    )
    expect(low).toBeGreaterThanOrEqual(1)
    expect(low).toBeLessThan(3.5)
    expect(high).toBeGreaterThan(4)
    expect(high).not.toBeNaN()
  })
})

describe('dominance', () => {
  it('of resampled pairs are those of the values drawn, ties and divergence included', () => {
    const random = Random.from(1, 'pairs')
    for (const n of [2, 5, 17, 40]) {
      const some = (): number[] =>
        Array.from({ length: n }, () => (random.uniform() < 0.1 ? Infinity : random.integer(n)))
      const [xs, ys] = [some(), some()]
      const below = resampledBelow(xs, ys)
      for (let draw = 0; draw < 20; draw++) {
        const rows = Uint32Array.from({ length: n }, () => random.integer(n))
        const at = (values: readonly number[]) => [...rows].map((row) => values[row] as number)
        expect(below(rows)).toBe(probabilityBelow(at(xs), at(ys)))
      }
    }
  })

  it('counts infinity as worse than every number and tied with itself', () => {
    expect(probabilityBelow([1, Infinity], [2, Infinity])).toBe(0.625)
    expect(() => probabilityBelow([], [1])).toThrow(RangeError)
  })
})

it('draws are seeded: equal for one count of values, different for another stratum', () => {
  expect(resamples(5)).toBe(resamples(5))
  expect(resamples(5).positions.slice(0, 20)).not.toEqual(resamples(5, 1).positions.slice(0, 20))
  expect(Math.max(...resamples(5).positions.subarray(0, 1000))).toBe(4)
})
