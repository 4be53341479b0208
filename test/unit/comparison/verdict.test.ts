import { describe, expect, it } from 'vitest'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { runsFor } from '../../../src/comparison/further.ts'
import { middlesOf } from '../../../src/comparison/middles.ts'
import { summarise, type SectionSummary } from '../../../src/comparison/summary.ts'
import { threatsTo } from '../../../src/comparison/threats.ts'
import { verdictRecords } from '../../../src/comparison/verdict-rows.ts'
import { pairLines } from '../../../src/comparison/verdict-text.ts'
import { verdictRow } from '../../../src/comparison/verdict-rows.ts'
import {
  furtherSeeds,
  intervalsOf,
  judge,
  reversed,
  verdictOf,
  type PairVerdict,
  type SectionVerdicts,
} from '../../../src/comparison/verdict.ts'
import { percentileInterval, resamples } from '../../../src/math/bootstrap.ts'
import { interquartileMean, medianOrInfinity } from '../../../src/math/robust.ts'
import { ended } from './ended.ts'

const base = [0.25, 0.252, 0.254, 0.251, 0.253, 0.255, 0.2505, 0.2525]
const shifted = (by: number) => base.map((loss, i) => loss + by + (i % 2 === 0 ? 1e-4 : -1e-4))

const judged = (...series: (readonly (number | null)[])[]): SectionVerdicts =>
  judge(
    series.map((losses, i) => ({ runs: ended(`s${i}`, losses) })),
    { quantity: 'trainLoss', margin: 0.01, focus: [] },
  )
const only = (verdicts: SectionVerdicts): PairVerdict => verdicts.pairs[0] ?? expect.fail('no pair')

describe('a verdict', () => {
  it('is one of four, and the other way round seen from the other side', () => {
    expect(only(judged(base, shifted(0.01))).call).toBe('better')
    expect(only(judged(shifted(0.01), base)).call).toBe('worse')
    expect(only(judged(base, shifted(0.0001))).call).toBe('equivalent')
    expect(
      only(
        judged(
          base,
          base.map((loss, i) => loss + (i % 2 === 0 ? 0.02 : -0.02)),
        ),
      ).call,
    ).toBe('undecided')
    const verdicts = judged(base, shifted(0.01))
    expect(verdictOf(verdicts, 1, 0)).toMatchObject({
      a: 1,
      b: 0,
      call: 'worse',
      improvement: expect.closeTo(0.03, 1),
    })
    expect(reversed(reversed(only(verdicts)))).toEqual(only(verdicts))
  })

  it('of fewer than six paired seeds is never a claim, however far apart they are', () => {
    for (const n of [1, 2, 5]) {
      const verdicts = judged(base.slice(0, n), shifted(10).slice(0, n))
      expect(only(verdicts)).toMatchObject({ call: 'undecided', p: null, adjusted: null })
      expect(furtherSeeds(verdicts, only(verdicts))).toBe(6 - n)
    }
    expect(only(judged(base.slice(0, 6), shifted(10).slice(0, 6))).call).toBe('better')
  })

  it('pairs seeds, leaves out those without a partner and counts them', () => {
    const pair = only(judged([...base, 0.3, null], [null, ...shifted(0.01).slice(1), null, 0.2]))
    expect(pair.seeds).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(pair.unpaired).toBe(3)
  })

  it('of accuracies is better where they are higher', () => {
    const runs = (label: string, accuracies: number[]) => ({ runs: ended(label, base, { accuracies }) })
    const high = base.map((_, i) => 0.9 + i * 1e-3)
    const { pairs } = judge(
      [
        runs('a', high),
        runs(
          'b',
          high.map((one) => one - 0.05),
        ),
      ],
      {
        quantity: 'testAccuracy',
        margin: 0.01,
        focus: [],
      },
    )
    expect(pairs[0]).toMatchObject({ call: 'better', improvement: 1 })
    expect(pairs[0]?.difference?.mean).toBeCloseTo(0.05, 12)
  })

  it('takes a diverged seed as worse than every number', () => {
    const pair = only(
      judged(
        base,
        base.map(() => Infinity),
      ),
    )
    expect(pair).toMatchObject({
      call: 'better',
      test: 'rank-sum',
      improvement: 1,
      difference: null,
      effect: null,
    })
    // One of the two most extreme of C(16, 8) ways.
    expect(pair.p).toBeCloseTo(2 / 12870, 12)
    // One loss to divergence is outweighed by seven wins of ordinary size, but not proven.
    const mixed = only(judged([Infinity, ...base.slice(1)], shifted(0.01)))
    expect(mixed).toMatchObject({ test: 'rank-sum', diverged: { a: 1, b: 0 }, equivalenceP: null })
    expect(mixed.difference?.n).toBe(7)
    // Both diverged with every seed: neither is worse.
    const both = base.map(() => Infinity)
    expect(only(judged(both, both))).toMatchObject({ call: 'undecided', improvement: 0.5, p: 1 })
  })

  it('calls equal numbers equivalent even without a margin', () => {
    const same = judge([{ runs: ended('a', base) }, { runs: ended('b', base) }], {
      quantity: 'trainLoss',
      margin: 0,
      focus: [],
    })
    expect(only(same)).toMatchObject({ call: 'equivalent', p: 1 })
  })

  it('is corrected for the pairs of its section', () => {
    const losses = [base, shifted(0.003), shifted(0.02), base.map((loss, i) => loss + (i % 3) * 0.004)]
    const alone = only(judged(losses[0] as number[], losses[3] as number[]))
    const among = verdictOf(judged(...losses), 0, 3)
    expect(alone.adjusted).toBe(alone.p)
    expect(among?.p).toBe(alone.p)
    expect(among?.adjusted).toBeGreaterThan(alone.p as number)
  })

  it('of many series is of the pairs asked about, corrected for all there are', () => {
    const series = Array.from({ length: 20 }, (_, k) => ({ runs: ended(`s${k}`, shifted(k * 1e-3)) }))
    const { pairs, family } = judge(series, { quantity: 'trainLoss', margin: 0.01, focus: [0, null] })
    expect(pairs).toHaveLength(19)
    expect(family).toBe(190)
  })

  it('has seeded intervals around what was measured', () => {
    const pair = only(judged(base, shifted(0.01)))
    const { difference, improvement } = intervalsOf(pair, 'trainLoss')
    expect(difference?.low).toBeLessThan(-0.01)
    expect(difference?.high).toBeGreaterThan(-0.0101)
    expect(improvement).toEqual({ low: expect.any(Number), high: 1 })
    expect(intervalsOf(pair, 'trainLoss')).toEqual({ difference, improvement })
    expect(intervalsOf(only(judged([0.1], [0.2])), 'trainLoss')).toEqual({
      difference: null,
      improvement: null,
    })
  })

  it('says its numbers in both languages', () => {
    const runs = [ended('a', [...base, 0.2]), ended('b', [...shifted(0.01).slice(0, 7), Infinity])]
    const verdicts = judge(
      runs.map((list) => ({ runs: list })),
      { quantity: 'trainLoss', margin: 0.01, focus: [] },
    )
    const row = verdictRow(verdicts, only(verdicts), [{ label: 'a' }, { label: 'b' }])
    const said = pairLines(row, 'en')
    expect(said[0]).toBe('a is better than b in training loss.')
    expect(said.join('\n')).toContain('8 paired seeds, 1 without a partner left out')
    expect(said.join('\n')).toContain('Rank-sum test, diverged seeds worst: p ')
    expect(said.join('\n')).toContain('Diverged: a 0, b 1')
    expect(pairLines(row, 'zh-CN')).toHaveLength(said.length)
  })
})

it('middles drawn by counting are those of the values drawn', () => {
  for (const costs of [
    [3, 1, 2, 5, 4, 9, 7],
    [0.2, 0.1, Infinity, 0.3],
    [1, 2],
  ]) {
    const sorted = costs.toSorted((a, b) => a - b)
    const of = (statistic: (values: number[]) => number) =>
      percentileInterval(resamples(costs.length), (rows) =>
        statistic(Array.from(rows, (row) => sorted[row] as number)),
      )
    const middles = middlesOf(costs).intervals()
    for (const [name, middle, interval] of [
      ['iqm', middles?.iqm, of(interquartileMean)],
      ['median', middles?.median, of(medianOrInfinity)],
    ] as const)
      for (const end of ['low', 'high'] as const)
        if (Number.isFinite(interval[end]))
          expect([name, middle?.[end]]).toEqual([name, expect.closeTo(interval[end], 12)])
        else expect([name, middle?.[end]]).toEqual([name, interval[end]])
  }
  expect(middlesOf([0.5])).toMatchObject({ iqm: 0.5, median: 0.5 })
  expect(middlesOf([0.5]).intervals()).toBeNull()
})

describe('the runs that complete pairs', () => {
  it('fill seeds that one side has, then take the smallest that none has', () => {
    const [a, b] = [ended('a', [0.1, 0.1, 0.1, 0.1]), ended('b', [0.1, 0.1])]
    const { sections } = summarise([...a, ...b])
    const runs = runsFor((sections[0] as SectionSummary).series, 6)
    expect(runs.map(({ settings: { set, seed } }) => [set['label'], seed].join(' '))).toEqual([
      'a 4',
      'a 5',
      'b 2',
      'b 3',
      'b 4',
      'b 5',
    ])
    expect(runsFor((sections[0] as SectionSummary).series, 2)).toEqual([])
  })

  it('belong to the experiment that all runs of their series are of', () => {
    const of = (runs: MeasuredRun[], ...experiments: (string | null)[]): MeasuredRun[] =>
      runs.map((run, i) => ({
        ...run,
        record: { ...run.record, experimentId: experiments[i % experiments.length] ?? null },
      }))
    const { sections } = summarise([
      ...of(ended('a', [0.1, 0.2]), 'one'),
      ...of(ended('b', [0.1, 0.2]), 'one', 'other'),
      ...of(ended('c', [0.1, 0.2]), null),
    ])
    const runs = runsFor((sections[0] as SectionSummary).series, 3)
    expect(runs.map(({ settings: { set }, experimentId }) => [set['label'], experimentId])).toEqual([
      ['a', 'one'],
      ['b', null],
      ['c', null],
    ])
  })
})

describe('threats to validity', () => {
  const said = (...runs: ReturnType<typeof ended>[]): string =>
    threatsTo(summarise(runs.flat()).sections[0] as SectionSummary, 'en').join('\n')
  const rate = (lr: number, losses: readonly (number | null)[], given = {}) =>
    ended(`lr ${lr}`, losses, { set: { lr }, ...given })

  it('are none where nothing is wrong', () => {
    expect(said(ended('a', base), ended('b', shifted(1), { optimizer: 'adam' }))).toBe('')
  })

  it('are too few and different seeds', () => {
    const few = said(rate(1, [0.1, 0.2, 0.3]), rate(2, [0.1, 0.2, null]))
    expect(few).toContain('Too few seeds: 2 a pair.')
    expect(few).toContain('up to 1 seed of a pair has no partner')
  })

  it('are seeds added once there was something to see', () => {
    const later = (runs: MeasuredRun[], seen: Record<number, number>): MeasuredRun[] =>
      runs.map((run) => {
        const before = seen[run.record.settings.seed]
        return before === undefined ? run : { ...run, record: { ...run.record, added: { seen: before } } }
      })
    const twice = { 4: 8, 5: 8, 6: 12 }
    const [a, b] = [ended('a', base), ended('b', shifted(1))]
    const text = said(later(a, twice), later(b, twice))
    expect(text).toContain('Seeds 4–6 were added after the first results were seen, 2 times.')
    expect(text).toMatch(/above the 5\s%/)
    expect(said(later(a, { 5: 0 }), b)).toBe('')
  })

  it('are an optimum at the end of a list, and none within it', () => {
    const at = (means: number[]) =>
      said(
        ...means.map((mean, i) =>
          rate(
            10 ** -i,
            base.map((loss) => loss + mean),
          ),
        ),
      )
    expect(at([0.1, 0.2, 0.3])).toContain('The best lr of sgd is 1, the largest of 3 tried')
    expect(at([0.3, 0.2, 0.1])).toContain('The best lr of sgd is 0.01, the smallest of 3 tried')
    expect(at([0.2, 0.1, 0.3])).not.toContain('The best lr')
    expect(at([0.1, 0.2])).not.toContain('The best lr')
  })

  it('are unequal tries and epochs, divergence, and runs that trained at once', () => {
    const adam = ended('adam', base, { optimizer: 'adam' })
    for (const { record } of adam) {
      record.settings = { ...record.settings, epochs: 5 }
      record.startedAt = '2026-11-22T10:00:00.000Z'
      record.finishedAt = '2026-11-22T10:01:00.000Z'
    }
    const all = said(rate(1, base), rate(2, [Infinity, ...base.slice(1)]), adam)
    expect(all).toContain('settings by optimizer are sgd 2, adam 1')
    expect(all).toContain('Unequal budgets: 2 epochs for lr 1 and lr 2; 5 epochs for adam.')
    expect(all).toContain('1 of 24 runs diverged')
    expect(all).toContain('Up to 8 runs trained at once')
  })

  it('are training sets of unequal size', () => {
    const part = ended('part', shifted(0.01), { optimizer: 'adam' })
    for (const { record } of part) record.settings = { ...record.settings, validation: 0.2 }
    expect(said(ended('all', base), part)).toMatch(
      /Unequal training sets: 0\s% set aside for all; 20\s% set aside for part\./,
    )
    expect(said(part)).toBe('')
  })

  it('are runs that are too short for the clock', () => {
    const lasting = (label: string, seconds: number) =>
      ended(label, base, { optimizer: label }).map((run) => ({ ...run, record: { ...run.record, seconds } }))
    expect(said(lasting('a', 2), lasting('b', 2))).toBe('')
    expect(said(lasting('a', 0.004), lasting('b', 2))).toContain('Runs of a trained for 4.00 ms or less')
    expect(said(lasting('a', 0.004), lasting('b', 0.02))).toContain('Runs trained for 20.0 ms or less')
  })
})

it('records have a row a pair with names of a CSV', () => {
  const [row] = verdictRecords(summarise([...ended('a', base), ...ended('b', shifted(0.01))]))
  expect(row).toMatchObject({
    a: 'a',
    b: 'b',
    verdict: 'better',
    paired_seeds: 8,
    test: 't',
    comparisons: 1,
    bootstrap_seed: 0,
  })
  expect(row?.difference).toBeCloseTo(-0.01, 12)
})
