import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkGrid, grid } from '../../../src/search/grid.ts'
import { samplers } from '../../../src/search/index.ts'
import { quasiRandom, radicalInverse } from '../../../src/search/quasi-random.ts'
import { randomSearch } from '../../../src/search/random-search.ts'
import type { Observation, Sampler } from '../../../src/search/sampler.ts'
import type { Space } from '../../../src/search/dimension.ts'
import { pointAt, unitOf, valueAt, type UnitPoint } from '../../../src/search/space.ts'
import { tpe } from '../../../src/search/tpe.ts'

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/search.json', import.meta.url), 'utf8')) as {
  halton: number[][]
  deepobs: number[]
  logOneMinus: number[]
}

const lr: Space = { lr: { log: [1e-5, 1e2] } }
const points = (sampler: Sampler, space: Space, trials: number, seed = 0): UnitPoint[] =>
  Array.from({ length: trials }, (_, k) => sampler.propose(k, { space, trials, seed }, []))
const share = (count: number, of: number) => count / of

describe('a grid', () => {
  test('of 36 learning rates is the one of DeepOBS, to the four digits that are typed', () => {
    const rates = points(grid, lr, 36).map((unit) => pointAt(lr, unit)['lr'] as number)
    expect(rates).toEqual(fixture.deepobs.map((rate) => Number(rate.toPrecision(4))))
  })

  test('of several parameters has every combination once, ends included', () => {
    const space: Space = {
      lr: { log: [0.001, 1] },
      momentum: { uniform: [0, 0.9] },
      nesterov: { values: ['a', 'b'] },
    }
    checkGrid(space, 32)
    const all = points(grid, space, 32).map((unit) => JSON.stringify(pointAt(space, unit)))
    expect(new Set(all).size).toBe(32)
    expect(all).toContain(JSON.stringify({ lr: 0.001, momentum: 0, nesterov: 'a' }))
    expect(all).toContain(JSON.stringify({ lr: 1, momentum: 0.9, nesterov: 'b' }))
  })

  test('that the trials do not fill is refused, with the number that does', () => {
    const space: Space = { lr: { log: [0.001, 1] }, momentum: { uniform: [0, 0.9] } }
    expect(() => checkGrid(space, 10)).toThrow(/3 × 3 = 9/)
    expect(() => checkGrid(space, 9)).not.toThrow()
  })

  test('near one follows 1 − β', () => {
    const space: Space = { beta: { logOneMinus: [0.9, 0.9999] } }
    points(grid, space, 7).forEach((unit, k) =>
      expect(
        (1 - (pointAt(space, unit)['beta'] as number)) / (1 - (fixture.logOneMinus[k] as number)),
      ).toBeCloseTo(1, 3),
    )
  })
})

describe('quasi-random points', () => {
  test('are Halton’s, as SciPy has them', () => {
    const bases = [2, 3, 5, 7, 11, 13]
    fixture.halton.forEach((expected, k) =>
      bases.forEach((base, d) => expect(radicalInverse(k, base)).toBeCloseTo(expected[d] as number, 14)),
    )
  })

  test('fill the space more evenly than chance does', () => {
    const space: Space = { a: { uniform: [0, 1] }, b: { uniform: [0, 1] } }
    const emptyCells = (sampler: Sampler): number => {
      let sum = 0
      for (let seed = 0; seed < 20; seed++) {
        const cells = new Set(
          points(sampler, space, 64, seed).map(
            ([a, b]) => `${Math.floor(8 * (a as number))} ${Math.floor(8 * (b as number))}`,
          ),
        )
        sum += 64 - cells.size
      }
      return sum / 20
    }
    // Of 64 cells chance leaves 64·(63/64)^64 ≈ 23 empty.
    expect(emptyCells(randomSearch)).toBeGreaterThan(19)
    expect(emptyCells(quasiRandom)).toBeLessThan(16)
  })
})

test('optimizers that share a range try the same rates, whatever else is searched', () => {
  for (const sampler of [randomSearch, quasiRandom]) {
    const alone = points(sampler, lr, 20).map(([u]) => u)
    const beside = points(sampler, { lr: { log: [1e-5, 1e2] }, beta1: { values: [0.9, 0.95] } }, 20).map(
      ([u]) => u,
    )
    expect(beside).toEqual(alone)
  }
})

test('log-uniform: each decade has its share', () => {
  const rates = points(randomSearch, lr, 7000).map((unit) => pointAt(lr, unit)['lr'] as number)
  for (let decade = -5; decade < 2; decade++) {
    const inside = rates.filter((rate) => rate >= 10 ** decade && rate < 10 ** (decade + 1)).length
    expect(share(inside, 7000)).toBeCloseTo(1 / 7, 1)
  }
})

test('values and places go there and back', () => {
  const space: Space = {
    a: { uniform: [-3, 5] },
    b: { log: [1e-8, 1] },
    c: { logOneMinus: [0.5, 0.9999] },
    d: { values: [1, 2, 4, 8] },
  }
  for (const u of [0, 0.125, 0.4, 0.875, 1])
    for (const dimension of Object.values(space)) {
      const value = valueAt(dimension, u)
      expect(valueAt(dimension, unitOf(dimension, value))).toBe(value)
    }
})

describe('the tree-structured Parzen estimator', () => {
  /** A valley along the rate with its floor at 0.03, and a momentum that matters less. */
  const space: Space = {
    lr: { log: [1e-5, 1e2] },
    momentum: { uniform: [0, 0.99] },
    kind: { values: ['x', 'y'] },
  }
  const loss = (unit: UnitPoint): number => {
    const { lr, momentum, kind } = pointAt(space, unit) as { lr: number; momentum: number; kind: string }
    return (Math.log10(lr) + 1.5) ** 2 + 0.5 * (momentum - 0.6) ** 2 + (kind === 'y' ? 0.3 : 0)
  }
  function bestOf(sampler: Sampler, seed: number, trials = 60): number {
    const observed: Observation[] = []
    for (let from = 0; from < trials; from += Math.min(trials, sampler.generation)) {
      const to = Math.min(trials, from + sampler.generation)
      const before = [...observed]
      for (let k = from; k < to; k++) {
        const unit = sampler.propose(k, { space, trials, seed }, before)
        for (const u of unit) expect(u >= 0 && u <= 1).toBe(true)
        observed.push({ unit, loss: loss(unit) })
      }
    }
    return Math.min(...observed.map((one) => one.loss))
  }

  test('finds better settings than chance with the same trials, over 60 seeds', () => {
    const seeds = Array.from({ length: 60 }, (_, seed) => seed)
    const wins = seeds.filter((seed) => bestOf(tpe, seed) < bestOf(randomSearch, seed)).length
    // By chance 30 ± 3.9.
    expect(wins).toBeGreaterThanOrEqual(44)
  })

  test('gets along with settings that diverged', () => {
    const observed = Array.from({ length: 30 }, (_, k): Observation => {
      const u = (k + 0.5) / 30
      return { unit: [u], loss: u > 0.4 ? Infinity : (u - 0.3) ** 2 }
    })
    const proposed = Array.from(
      { length: 40 },
      (_, k) => tpe.propose(30 + k, { space: lr, trials: 100, seed: 1 }, observed)[0] as number,
    )
    expect(proposed.filter((u) => u < 0.5).length).toBeGreaterThan(28)
  })
})

test('every sampler gives the same trials again, and others with another seed', () => {
  const space: Space = { lr: { log: [1e-5, 1e2] }, beta: { logOneMinus: [0.5, 0.999] } }
  const observed = Array.from({ length: 12 }, (_, k): Observation => ({
    unit: [k / 12, 1 - k / 12],
    loss: k,
  }))
  for (const [id, sampler] of Object.entries(samplers)) {
    const of = (seed: number) => sampler.propose(12, { space, trials: 16, seed }, observed)
    expect(of(3), id).toEqual(of(3))
    if (id !== 'grid') expect(of(3), id).not.toEqual(of(4))
  }
})
