import { describe, expect, it } from 'vitest'
import {
  isWhole,
  nearest,
  part,
  shareOf,
  valueAt,
  within,
} from '../../../../renderer/src/pages/compare/axes.ts'
import { AverageCache } from '../../../../renderer/src/pages/compare/averages.ts'
import { fileStem } from '../../../../renderer/src/pages/compare/file-name.ts'
import { nearestPoint, nextPoint, readingAt } from '../../../../renderer/src/pages/compare/readings.ts'
import { cellText, columnsFor, resultRows } from '../../../../renderer/src/pages/compare/result-rows.ts'
import { toMarkdown, toTsv } from '../../../../src/comparison/text-table.ts'
import { averageSeries } from '../../../../src/charts/average.ts'
import { narrowed, summarise, type SectionSummary } from '../../../../src/comparison/summary.ts'
import { sampleRuns, type SampleSeries } from '../../../charts/sampleRuns.ts'

const series: readonly SampleSeries[] = [
  { label: 'SGD', optimizer: 'sgd', floor: 0.25 },
  { label: 'Adam', optimizer: 'adam', floor: 0.24 },
  { label: 'Wild', optimizer: 'sgd', set: { lr: 5 }, diverging: [0, 1, 2] },
]
const runs = sampleRuns(series, 3)
const [section] = summarise(runs).sections as [SectionSummary]

describe('axes', () => {
  it.each(['linear', 'log'] as const)('maps values to shares and back on a %s axis', (scale) => {
    const axis = { scale, range: [0.5, 50] as const }
    for (const share of [0, 0.25, 0.5, 1]) expect(shareOf(axis, valueAt(axis, share))).toBeCloseTo(share, 12)
    expect(valueAt(axis, 0.5)).toBeCloseTo(scale === 'log' ? 5 : 25.25, 12)
  })

  it('keeps a moved window whole and inside the axis', () => {
    const limits = { scale: 'linear', range: [0, 10] } as const
    expect(within([8, 12], limits)[0]).toBeCloseTo(6, 12)
    expect(within([8, 12], limits)[1]).toBe(10)
    expect(within([-3, -1], limits)).toEqual([0, expect.closeTo(2, 12)])
    expect(within([-5, 30], limits)).toEqual([0, 10])
    expect(isWhole([0, 10], limits)).toBe(true)
    expect(isWhole([0, 9], limits)).toBe(false)
    expect(part(limits, 0.8, 0.2)).toEqual([2, 8])
  })

  it('finds the nearest of ascending values', () => {
    expect([-1, 0.4, 0.6, 2.4, 9].map((wanted) => nearest([0, 1, 2, 3], wanted))).toEqual([0, 0, 1, 2, 3])
    expect(nearest([], 1)).toBe(-1)
  })
})

describe('readings', () => {
  const average = averageSeries(runs.slice(0, 3), 'step')

  it('reads the mean and half the interval at the nearest evaluation point', () => {
    const at = average.x[3] as number
    expect(readingAt(average, at + 1, [0, 300])).toEqual({
      x: at,
      mean: average.mean[3],
      half: (average.high[3] as number) - (average.mean[3] as number),
    })
  })

  it('says nothing well behind the end of a series, nor of one without a mean', () => {
    expect(readingAt(average, 299, [0, 300])).not.toBeNull()
    expect(readingAt(average, 400, [0, 1000])).toBeNull()
    expect(readingAt(averageSeries(runs.slice(6), 'step'), 10, [0, 300])).toBeNull()
  })

  it('steps from point to point among all series', () => {
    const short = { ...average, x: Float64Array.of(0, 10, 20) }
    const other = { ...average, x: Float64Array.of(0, 15, 20) }
    expect(nextPoint([short, other], 10, 1)).toBe(15)
    expect(nextPoint([short, other], 15, -1)).toBe(10)
    expect(nextPoint([short, other], 20, 1)).toBeNull()
    expect(nearestPoint([short, other], 14)).toBe(15)
    expect(nearestPoint([], 14)).toBeNull()
  })
})

describe('table of results', () => {
  const rows = resultRows(section.series, section, 'en')

  it('gives differences to the baseline with sign and direction', () => {
    expect(rows.map(({ cells }) => cellText(cells.delta))).toEqual([
      'baseline',
      expect.stringMatching(/^▼ −0\.00/),
      'all diverged',
    ])
    expect(rows.map(({ isLowest }) => isLowest)).toEqual([false, true, false])
  })

  it('never shows a diverged series as a number', () => {
    const { final, best, n, diverged } = rows[2]?.cells ?? expect.fail()
    expect([final.value, best.value]).toEqual([null, null])
    expect(n.text).toBe('0')
    expect(diverged.text).toBe('3 of 3')
    expect(diverged.detail).toMatch(/^at step/)
  })

  it('shows only the columns that say something', () => {
    expect(columnsFor(section.series)).toContain('diverged')
    expect(columnsFor(section.series.slice(0, 2))).not.toContain('diverged')
    expect(columnsFor(section.series.slice(0, 1))).not.toContain('delta')
    expect(columnsFor(section.series)).not.toContain('testAccuracy')
  })

  it('compares with the pinned series', () => {
    const adam = runs[3]?.record.id
    const [pinned] = summarise(runs, { baseline: adam }).sections as [SectionSummary]
    expect(resultRows(pinned.series, pinned, 'en').map(({ cells }) => cellText(cells.delta))).toEqual([
      expect.stringMatching(/^▲ \+0\.00/),
      'baseline',
      'all diverged',
    ])
  })

  it('leaves hidden series out of ranking and differences', () => {
    const rest = narrowed(section, ({ label }) => label !== 'Adam')
    const shown = resultRows(section.series, rest, 'en')
    expect(shown.map(({ isLowest }) => isLowest)).toEqual([true, false, false])
    expect(shown[1]?.cells.delta.text).toBe('–')
    const withoutBaseline = narrowed(section, ({ label }) => label !== 'SGD')
    expect(withoutBaseline.baseline.label).toBe('Adam')
    expect(withoutBaseline.series.map(({ isBaseline }) => isBaseline)).toEqual([true, false])
  })
})

describe('the table of classifiers', () => {
  const classifier = {
    optimizer: 'sgd',
    workload: 'lenet-fashion-mnist',
    batch: 256,
    epochs: 4,
    accuracy: true,
  }
  const tested = sampleRuns(
    [
      { ...classifier, label: 'constant' },
      { ...classifier, label: 'cosine', set: { lr: 0.3 } },
    ],
    3,
  )
  tested.forEach(({ record }, i) => {
    // 0.880, 0.882, 0.884 and 0.890, 0.892, 0.894.
    record.final = { ...record.final, testAccuracy: (i < 3 ? 0.88 : 0.884) + i * 0.002 }
  })
  const [lenet] = summarise(tested).sections as [SectionSummary]
  const cells = resultRows(lenet.series, lenet, 'en').map((row) => row.cells)

  it('has accuracies with three decimals, and is better where they are higher', () => {
    // Student's factor for n = 3 from a printed table: 4.3026527 × .002 / √3.
    expect(cells.map(({ testAccuracy }) => testAccuracy.text)).toEqual(['0.882 ± 0.005', '0.892 ± 0.005'])
    expect(cells.map(({ testDelta }) => cellText(testDelta))).toEqual(['baseline', '▲ +0.010'])
    expect(cells[1]?.testDelta.trend?.isBetter).toBe(true)
    expect(cells[1]?.trainDelta.trend).toBeUndefined()
  })

  it('has the best test accuracy and the epoch after which it was', () => {
    const best = Math.max(
      ...tested.slice(0, 3).flatMap(({ record }) => record.epochs.at(-1)?.testAccuracy ?? 0),
    )
    expect([cells[0]?.bestTestAccuracy.value, cells[0]?.bestTestEpoch.text]).toEqual([best, '4'])
  })

  it('may be of each seed’s best, which the verdict does not judge', () => {
    tested.forEach(({ record }, i) => {
      record.best = { ...record.best, trainLoss: 0.1 + (i % 3) * 0.01, testAccuracy: 0.95 }
    })
    const best = resultRows(lenet.series, lenet, 'en', 'best')
    expect(best.map((row) => row.cells.final.value)).toEqual(
      [0.11, 0.11].map((value): unknown => expect.closeTo(value, 9)),
    )
    expect(best.map((row) => row.cells.testAccuracy.text)).toEqual(['0.950 ± 0.000', '0.950 ± 0.000'])
    expect(best[1]?.cells.delta.value).toBeCloseTo(0, 9)
    expect(best.some(({ isLowest, isTied }) => isLowest || isTied)).toBe(false)
  })

  it('tells what is lost from training to test', () => {
    const last = tested[0]?.record ?? expect.fail()
    const gaps = tested
      .slice(0, 3)
      .map(({ record }) => (record.final.trainAccuracy ?? 0) - (record.final.testAccuracy ?? 0))
    expect(last.final.trainAccuracy).toBeGreaterThan(0.88)
    expect(cells[0]?.gap.value).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 3, 9)
    expect(columnsFor(section.series)).not.toContain('gap')
  })

  it('has the columns only there', () => {
    const columns = [
      'testAccuracy',
      'testDelta',
      'trainAccuracy',
      'trainDelta',
      'bestTestAccuracy',
      'bestTestEpoch',
    ]
    expect(columnsFor(lenet.series)).toEqual(expect.arrayContaining(columns))
    expect(columnsFor(section.series).filter((column) => columns.includes(column))).toEqual([])
    expect(columnsFor(lenet.series.slice(0, 1))).not.toContain('testDelta')
  })
})

describe('text', () => {
  const table = { head: ['Series', 'Loss'], rows: [['a|b\tc', '0.1']], numeric: [false, true] }

  it('is written for spreadsheets and for Markdown', () => {
    expect(toTsv(table)).toBe('Series\tLoss\na|b c\t0.1')
    expect(toMarkdown(table)).toBe('| Series | Loss |\n| --- | ---: |\n| a\\|b\tc | 0.1 |')
  })

  it('makes file names of titles', () => {
    expect(fileStem('Optimizers on airfoil: self-noise?')).toBe('optimizers-on-airfoil-self-noise')
    expect(fileStem('翼型 · 优化器')).toBe('翼型-优化器')
    expect(fileStem('…')).toBe('comparison')
  })
})

it('averages again only what changed', () => {
  const cache = new AverageCache()
  const first = cache.get('a', runs.slice(0, 3), 'one', 'step', 'trainLoss')
  expect(cache.get('a', runs.slice(0, 3), 'one', 'step', 'trainLoss')).toBe(first)
  expect(cache.get('a', runs.slice(0, 3), 'two', 'step', 'trainLoss')).not.toBe(first)
  expect(cache.get('a', runs.slice(0, 3), 'two', 'epoch', 'trainLoss').x.at(-1)).toBe(2)
  expect(cache.get('a', runs.slice(0, 3), 'two', 'step', 'testAccuracy').n).toBe(0)
  cache.keep(new Set())
  expect(cache.get('a', runs.slice(0, 3), 'two', 'step', 'trainLoss')).not.toBe(first)
})
