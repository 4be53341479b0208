import { describe, expect, it } from 'vitest'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { bestCell } from '../../../src/charts/heatMap.ts'
import { shareAt, scoreUpTo } from '../../../src/charts/performanceProfile.ts'
import { gradesOf } from '../../../src/charts/sequential.ts'
import { crossRuns, firstCross } from '../../../src/comparison/cross.ts'
import { differingSettings, usefulGroupings } from '../../../src/comparison/grouping.ts'
import { measuresOf } from '../../../src/comparison/measures/tables.ts'
import { csvCross, csvParallel, csvStrip } from '../../../src/comparison/picture-csv.ts'
import { parallelOf } from '../../../src/comparison/parallel.ts'
import { endingOf, gapOf, summarise, type SectionSummary } from '../../../src/comparison/summary.ts'
import { mean } from '../../../src/math/statistics.ts'
import { threatsTo } from '../../../src/comparison/threats.ts'
import { verdictRows } from '../../../src/comparison/verdict-rows.ts'
import { sampleRuns } from '../../charts/sampleRuns.ts'

const constant = { id: 'constant', set: {}, per: 'epoch', offset: 0 } as const
const cosine = { id: 'cosine', set: { maxUpdate: 2 }, per: 'epoch', offset: 0 } as const
const crossed = sampleRuns(
  [
    { label: 'SGD', optimizer: 'sgd', schedule: constant, floor: 0.25 },
    { label: 'SGD cosine', optimizer: 'sgd', schedule: cosine, floor: 0.245 },
    { label: 'Adam', optimizer: 'adam', schedule: constant, floor: 0.244, diverging: [0, 1] },
  ],
  3,
)
const sectionOf = (runs: readonly MeasuredRun[]): SectionSummary =>
  summarise(runs).sections[0] ?? expect.fail()

describe('two settings crossed', () => {
  it('are optimizer and schedule where both differ', () => {
    expect(firstCross(differingSettings(crossed))).toEqual(['optimizer', 'schedule'])
    expect(firstCross(['set.lr', 'batch', 'schedule'])).toEqual(['set.lr', 'batch'])
    expect(firstCross(['set.lr'])).toBeNull()
  })

  it('have a mean over those that finished, the count of those that did not, and nothing where nothing ran', () => {
    const { rows, columns, cells } = crossRuns(crossed, 'optimizer', 'schedule', 'trainLoss', 'last')
    expect([rows, columns]).toEqual([
      ['SGD', 'Adam'],
      ['constant', 'cosine'],
    ])
    const finals = crossed.slice(0, 3).map(({ record }) => record.final.trainLoss as number)
    expect(cells[0]?.[0]?.mean).toBeCloseTo(mean(finals), 12)
    expect(cells[1]?.[0]).toEqual({ mean: crossed[8]?.record.final.trainLoss, n: 1, diverged: 2 })
    expect(cells[1]?.[1]).toBeNull()
    const csv = csvCross(
      crossRuns(crossed, 'optimizer', 'schedule', 'trainLoss', 'last'),
      'Optimizer',
      'Schedule',
    )
    expect(csv.split('\r\n').slice(0, 2)).toEqual([
      'Optimizer,Schedule,mean,n,diverged',
      `SGD,constant,${cells[0]?.[0]?.mean},3,0`,
    ])
  })

  it('have no best among those that lost half of their runs', () => {
    const lucky = { mean: 0.2, n: 5, diverged: 5 }
    const steady = { mean: 0.25, n: 6, diverged: 4 }
    expect(
      bestCell(
        [
          [lucky, null],
          [steady, { mean: 0.3, n: 10, diverged: 0 }],
        ],
        false,
      ),
    ).toBe(steady)
    expect(bestCell([[lucky, null]], false)).toBeNull()
    const accuracies = [0.8, 0.9].map((mean) => ({ mean, n: 2, diverged: 0 }))
    expect(bestCell([accuracies], true)).toBe(accuracies[1])
  })

  it('order numbers by size', () => {
    const rates = sampleRuns(
      [0.1, 0.01, 1].map((lr) => ({ label: `lr ${lr}`, optimizer: 'sgd', set: { lr } })),
      1,
    )
    expect(crossRuns(rates, 'set.lr', 'optimizer', 'trainLoss', 'last').rows).toEqual(['0.01', '0.1', '1'])
  })

  it('are in the report’s measures', () => {
    const table = measuresOf(sectionOf(crossed), 'en').find(({ id }) => id === 'cross')?.table
    expect(table?.head).toEqual(['Optimizer', 'constant', 'cosine'])
    expect(table?.rows[1]?.[1]).toMatch(/^0\.2\d+ \(n.=.1 · × 2\)$/)
    expect(table?.rows[1]?.[2]).toBe('–')
  })
})

it('colours are spent on what is worth telling apart, and say where they end', () => {
  const grades = gradesOf([0.24, 0.25, 0.26, 0.3, 900], false)
  expect([grades.best, grades.worst, grades.isCut]).toEqual([0.24, 0.24 + 4 * (0.26 - 0.24), true])
  expect([0.24, 0.28, 900].map((value) => grades.of(value).toFixed(3))).toEqual(['1.000', '0.500', '0.000'])
  expect(gradesOf([0.88, 0.9], true)).toMatchObject({ best: 0.9, worst: 0.88, isCut: false })
})

describe('best or last of a seed', () => {
  const runs = sampleRuns(
    [
      {
        label: 'SGD',
        optimizer: 'sgd',
        workload: 'lenet-fashion-mnist',
        batch: 256,
        epochs: 3,
        accuracy: true,
      },
    ],
    3,
  )
  runs.forEach(({ record }, seed) => {
    record.best = { ...record.best, trainLoss: 0.1 + seed * 0.01 }
    record.epochs.forEach((epoch, k) => {
      epoch.testLoss = [0.5, 0.3 + seed * 0.01, 0.4][k]
      epoch.testAccuracy = [0.8, 0.9 + seed * 0.001, 0.85][k]
    })
    record.final = { ...record.final, trainLoss: 0.2, trainAccuracy: 0.95, testAccuracy: 0.85 }
  })
  const one = sectionOf(runs).series[0] ?? expect.fail()

  it('is told apart for losses and accuracies', () => {
    expect(endingOf(one, 'testLoss')?.values).toEqual([0.4, 0.4, 0.4])
    expect(endingOf(one, 'testLoss', 'best')?.values).toEqual([0.3, 0.31, 0.32])
    expect(endingOf(one, 'testAccuracy', 'best')?.values).toEqual([0.9, 0.901, 0.902])
    expect(endingOf(one, 'trainLoss', 'best')?.mean).toBeCloseTo(0.11, 12)
  })

  it('leaves the gap between training and test, at the end, of accuracies where there are any', () => {
    expect(gapOf(one)).toMatchObject({ of: 'accuracy', n: 3 })
    expect(gapOf(one)?.mean).toBeCloseTo(0.1, 12)
    for (const { record } of runs) delete record.final.testAccuracy
    expect(gapOf(sectionOf(runs).series[0] ?? expect.fail())).toMatchObject({ of: 'loss' })
    expect(gapOf(sectionOf(crossed).series[0] ?? expect.fail())).toBeNull()
  })
})

describe('tags', () => {
  const runs = sampleRuns([{ label: 'SGD', optimizer: 'sgd' }], 4)
  ;[['a', 'b'], ['a'], ['b', 'b'], []].forEach((tags, index) => {
    const run = runs[index] ?? expect.fail()
    run.record.tags = tags
  })

  it('put a run into the group of each of its tags, and say how many are in several', () => {
    expect(usefulGroupings(runs)).toEqual(['tag'])
    const { sections, sharedCount, runCount } = summarise(runs, { by: 'tag' })
    expect(sections[0]?.series.map(({ label, seeds }) => [label, seeds])).toEqual([
      ['a', [0, 1]],
      ['b', [0, 2]],
      ['tag –', [3]],
    ])
    expect([sharedCount, runCount]).toEqual([1, 4])
  })

  it('keep a repetition that has another tag, and count it once where it has the same', () => {
    const tagged = (id: string, tags: readonly string[], finishedAt: string): MeasuredRun[] =>
      sampleRuns([{ label: 'SGD', optimizer: 'sgd' }], 2).map(({ record, metrics }) => ({
        record: { ...record, id: `${id}-${record.id}`, tags: [...tags], finishedAt },
        metrics,
      }))
    const before = tagged('1', ['before'], '2026-11-22T10:00:00.000Z')
    const after = tagged('2', ['after'], '2026-11-22T11:00:00.000Z')
    const again = tagged('3', ['after', 'late'], '2026-11-22T12:00:00.000Z')
    const summary = summarise([...before, ...after, ...again], { by: 'tag' })
    const idsOf = (label: string) =>
      summary.sections[0]?.series
        .find((one) => one.label === label)
        ?.runs.map(({ record }) => record.id.charAt(0))
    expect([idsOf('before'), idsOf('after'), idsOf('late')]).toEqual([
      ['1', '1'],
      ['3', '3'],
      ['3', '3'],
    ])
    expect(summary).toMatchObject({ runCount: 4, repeatCount: 2, sharedCount: 2 })
    expect(summarise([...before, ...after], {})).toMatchObject({
      runCount: 2,
      repeatCount: 2,
      sharedCount: 0,
    })
  })

  it('that a run has several of make no pair of the run with itself, and no second run of it', () => {
    const tagged = (label: string, optimizer: string, tags: readonly string[]): MeasuredRun[] =>
      sampleRuns([{ label, optimizer, diverging: [1] }], 7).map((run, seed) => ({
        ...run,
        record: {
          ...run.record,
          tags: [...tags],
          startedAt: `2026-11-22T10:0${seed}:00.000Z`,
          finishedAt: `2026-11-22T10:0${seed}:30.000Z`,
        },
      }))
    const both = tagged('SGD', 'sgd', ['a', 'b'])
    const same = summarise(both, { by: 'tag' }).sections[0] ?? expect.fail()
    expect(same.verdicts.pairs).toEqual([])
    const text = threatsTo(same, 'en').join('\n')
    expect(text).toContain('1 of 7 runs diverged')
    expect(text).not.toContain('trained at once')
    const own = tagged('SGD slow', 'sgd', ['b']).map((run) => ({
      ...run,
      record: { ...run.record, settings: { ...run.record.settings, seed: run.record.settings.seed + 7 } },
    }))
    const other = tagged('Adam', 'adam', ['a']).map((run) => ({
      ...run,
      record: { ...run.record, settings: { ...run.record.settings, seed: run.record.settings.seed + 7 } },
    }))
    const mixed = summarise([...both, ...own, ...other], { by: 'tag' }).sections[0] ?? expect.fail()
    expect(mixed.verdicts.pairs.map(({ seeds }) => seeds)).toEqual([[7, 8, 9, 10, 11, 12, 13]])
  })
})

describe('rank over targets', () => {
  /** A run that is at each of these losses at steps 0, 1, 2, … */
  const along = (label: string, optimizer: string, losses: readonly number[]): MeasuredRun => {
    const [run] = sampleRuns([{ label, optimizer }], 1)
    if (!run) throw new Error('one run was asked for')
    const column = Float64Array.from(losses)
    const at = column.map((_, index) => index)
    return {
      record: { ...run.record, final: { trainLoss: losses.at(-1) ?? null } },
      metrics: { step: at, examples: at, seconds: at, trainLoss: column },
    }
  }
  const table = measuresOf(
    sectionOf([
      along('sprinter', 'sgd', [1, 0.5, 0.45, 0.44, 0.44, 0.44]),
      along('stayer', 'adam', [1, 0.8, 0.6, 0.3, 0.2, 0.1]),
      along('twin', 'yogi', [1, 0.8, 0.6, 0.3, 0.2, 0.1]),
    ]),
    'en',
  ).find(({ id }) => id === 'ranks')

  it('is of the steps to get there; equals share a rank and a miss has none', () => {
    const lines = table?.points?.() ?? expect.fail()
    const at = (label: string, target: number): number | undefined =>
      lines.find((line) => line.label === label)?.points.find(({ x }) => x === target)?.y
    expect([at('sprinter', 0.8), at('stayer', 0.8), at('twin', 0.8)]).toEqual([2, 2, 2])
    expect([at('sprinter', 0.5), at('stayer', 0.5)]).toEqual([1, 2.5])
    expect([at('sprinter', 0.1), at('stayer', 0.1)]).toEqual([NaN, 1.5])
    expect(lines[0]?.points.map(({ x }) => x)).toEqual(
      lines[0]?.points.map(({ x }) => x).toSorted((a, b) => b - a),
    )
    expect(table?.table.rows.find(([label]) => label === 'sprinter')?.at(-1)).toBe('missed')
  })
})

it('cost counts what diverged too, and never states an energy', () => {
  const cost = measuresOf(sectionOf(crossed), 'en').find(({ id }) => id === 'cost') ?? expect.fail()
  const adam = cost.table.rows.find(([label]) => label === 'Adam') ?? expect.fail()
  const runs = crossed.slice(6)
  expect(adam[1]).toBe('3')
  expect(Number(adam[4]?.replace(/\D/g, ''))).toBe(runs.reduce((sum, { record }) => sum + record.steps, 0))
  expect(Number(adam[5]?.replace(/\D/g, ''))).toBe(
    runs.reduce((sum, { metrics }) => sum + metrics.step.length, 0),
  )
  expect(cost.caption).toContain('Energy was not measured')
})

it('robustness names the worst seed and the share that diverged', () => {
  const rows = measuresOf(sectionOf(crossed), 'en').find(({ id }) => id === 'robustness')?.table.rows
  const worst = crossed
    .slice(0, 3)
    .toSorted((a, b) => (b.record.final.trainLoss ?? 0) - (a.record.final.trainLoss ?? 0))[0]
  expect(rows?.[0]?.[3]).toContain(`(seed ${worst?.record.settings.seed})`)
  expect(rows?.[2]?.[4]).toBe('2/3')
})

it('a profile’s score so far is the area up to τ over its length', () => {
  const line = { points: [1, 2, 4].map((tau, k) => ({ tau, share: [0.2, 0.6, 1][k] as number })) }
  expect([1, 2, 3, 4].map((tau) => Number(scoreUpTo(line, tau).toFixed(9)))).toEqual([
    0.2, 0.2, 0.4, 0.466666667,
  ])
  expect(shareAt(line, 3.99)).toBe(0.6)
})

describe('runs as lines', () => {
  it('have the settings that differ and their result; unfinished ones are not there', () => {
    const runs = sampleRuns(
      [
        { label: 'a', optimizer: 'sgd', set: { lr: 0.1 }, stopped: [{ seed: 2, status: 'cancelled' }] },
        { label: 'b', optimizer: 'adam', set: { lr: 0.001 }, diverging: [1] },
      ],
      3,
    )
    const plot = parallelOf(runs, 'trainLoss', 'last', 'Final training loss')
    expect(plot.axes.map(({ id }) => id).sort()).toEqual(['lr', 'optimizer', 'result'])
    expect(plot.lines).toHaveLength(5)
    expect(plot.lines.filter(({ grade }) => grade === null)).toHaveLength(1)
    expect(csvParallel(plot).split('\r\n')).toHaveLength(1 + 5 + 1)
    expect(csvStrip([])).toBe('series,value\r\n')
  })
})

it('a pair that diverged with every seed of both has a row without an interval', () => {
  const { verdicts, series } = sectionOf(
    sampleRuns(
      [0.1, 1, 10].map((lr) => ({
        label: `lr ${lr}`,
        optimizer: 'sgd',
        set: { lr },
        ...(lr > 0.1 && { diverging: [0, 1, 2] }),
      })),
      3,
    ),
  )
  const lost = verdictRows({ ...verdicts, pairs: verdicts.pairs }, series).filter(
    ({ pair }) => pair.diverged.a === 3 && pair.diverged.b === 3,
  )
  expect(lost.map(({ intervals }) => intervals.difference)).toEqual([null])
})
