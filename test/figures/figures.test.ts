import { describe, expect, it, test } from 'vitest'
import { checkSettings } from '../../src/experiments/check.ts'
import { runSettings } from '../../src/experiments/settings.ts'
import { computeFigure, runsOf } from '../../src/figures/compute.ts'
import type { Figure, TraceFigure, TrainingFigure } from '../../src/figures/figure.ts'
import { figures } from '../../src/figures/index.ts'
import { locales } from '../../src/locales/message.ts'
import { fixture, relativeError } from '../golden/fixture.ts'
import { airfoil, ids, lastPoints, leastSquares, lenet, noisy } from './specified.ts'
import { trainFigure } from './train.ts'

const found = (id: string): Figure => {
  const figure = figures.find((one) => one.id === id)
  if (!figure) throw new Error(`There is no figure ${id}.`)
  return figure
}
const traced = (id: string) => {
  const data = computeFigure(found(id) as TraceFigure)
  if (data.kind !== 'trace') throw new Error(`${id} is no trace.`)
  return data.trace
}

test('the ids are the specification’s, in its order', () => {
  expect(figures.map(({ id }) => id)).toEqual(ids)
  expect(ids).toHaveLength(38)
})

describe('every figure', () => {
  it.each(figures.map((figure) => [figure.id, figure] as const))(
    '%s says what it is in both languages',
    (_, figure) => {
      for (const locale of locales) {
        expect(figure.title[locale].length).toBeGreaterThan(4)
        const caption = figure.caption[locale]
        expect(caption.length).toBeGreaterThan(locale === 'en' ? 150 : 60)
        expect(caption).toMatch(locale === 'en' ? /\.$/ : /。$/)
        // One paragraph.
        expect(caption).not.toContain('\n')
      }
      expect(figure.title.en).not.toMatch(/[\u4e00-\u9fff]/)
      expect(figure.caption.en).not.toMatch(/[\u4e00-\u9fff]/)
      expect(figure.caption['zh-CN']).toMatch(/[\u4e00-\u9fff]/)
      expect(figure.papers.length).toBeGreaterThan(0)
    },
  )
})

describe('traces', () => {
  test.each(Object.entries(lastPoints))('%s ends where the specification says', (id, [settings, last]) => {
    const figure = found(id)
    expect(figure).toMatchObject({ kind: 'trace', trace: settings })
    const { points } = traced(id)
    expect(points.at(-1)?.map((x) => x.toFixed(6))).toEqual(last)
    // What the figure states of itself is the same.
    expect(figure).toMatchObject({ numbers: { last: last.map(Number) } })
  })

  test.each(Object.entries(noisy))(
    '%s: noise, offset and a typical seed',
    (id, { id: schedule, set, steps, mean, deviation }) => {
      expect(found(id)).toMatchObject({
        trace: {
          objective: 'x1^2+2*x2^2',
          optimizer: 'sgd',
          set: { lr: 0.1 },
          schedule: { id: schedule, set, offset: 2 },
          start: [-5, -2],
          steps,
          noise: 1,
        },
        numbers: { mean, deviation },
      })
      const { points } = traced(id)
      expect(points).toHaveLength(steps + 1)
      points
        .at(-1)
        ?.forEach((x, i) => expect(Math.abs(x - (mean[i] as number))).toBeLessThan(deviation[i] as number))
    },
  )

  test('the three noisy ones share a seed', () => {
    const seeds = Object.keys(noisy).map((id) => (found(id) as TraceFigure).trace.seed)
    expect(new Set(seeds).size).toBe(1)
  })

  test('contours show the window of the specification', () => {
    for (const figure of figures)
      if (figure.kind === 'trace' && figure.id.includes('2d'))
        expect(figure.view).toEqual({ x1: [-5.5, 1], x2: [-3, 1] })
  })
})

test('weights are the independent implementation’s', () => {
  const { weights } = fixture('traces') as {
    weights: ({ values: number[] } & (
      { rule: 'momentum'; beta: number } | { rule: 'rmsprop'; gamma: number }
    ))[]
  }
  for (const [id, rule, rates] of [
    ['momentum-weights', 'momentum', [0.95, 0.9, 0.6, 0]],
    ['rmsprop-weights', 'rmsprop', [0.95, 0.9, 0.8, 0.7]],
  ] as const) {
    const figure = found(id)
    if (figure.kind !== 'weights') throw new Error(`${id} shows no weights.`)
    expect(figure).toMatchObject({ rates, steps: 40 })
    const data = computeFigure(figure)
    if (data.kind !== 'weights') throw new Error(`${id} gave no weights.`)
    const expected = weights.filter((row) => row.rule === rule)
    expect(expected).toHaveLength(4)
    data.values.forEach((values, k) => {
      expect(values).toHaveLength(40)
      values.forEach((value, t) =>
        expect(relativeError(value, expected[k]?.values[t] as number)).toBeLessThan(1e-12),
      )
    })
  }
})

test('schedules are the independent implementation’s', () => {
  const { cases } = fixture('schedules') as {
    cases: { schedule: string; set: Record<string, unknown>; warmup?: object; values: number[] }[]
  }
  const rows: [id: string, schedule: string, set: Record<string, unknown>, steps: number][] = [
    ['schedule-factor', 'factor', { base: 2, factor: 0.9, stop: 0.01 }, 50],
    ['schedule-multistep', 'multistep', { base: 0.5, milestones: [15, 30], gamma: 0.5 }, 30],
    ['schedule-cosine', 'cosine', { base: 0.3, final: 0.01, maxUpdate: 20 }, 30],
    [
      'schedule-warmup',
      'cosine',
      { base: 0.3, final: 0.01, maxUpdate: 20, warmupSteps: 5, warmupBegin: 0 },
      30,
    ],
  ]
  for (const [id, schedule, set, steps] of rows) {
    const figure = found(id)
    if (figure.kind !== 'schedule') throw new Error(`${id} shows no schedule.`)
    expect(figure).toMatchObject({ schedule: { id: schedule, set, offset: 0 }, steps })
    const data = computeFigure(figure)
    if (data.kind !== 'schedule') throw new Error(`${id} gave no schedule.`)
    const settled = { warmupSteps: 0, warmupBegin: 0, ...set }
    const row = cases.find(
      (one) =>
        one.schedule === schedule &&
        !one.warmup &&
        Object.entries(one.set).every(
          ([name, value]) => JSON.stringify(settled[name as keyof typeof settled]) === JSON.stringify(value),
        ),
    )
    expect(data.values).toHaveLength(steps)
    data.values.forEach((value, t) =>
      expect(relativeError(value, row?.values[t] as number)).toBeLessThan(1e-12),
    )
  }
})

describe('airfoil', () => {
  test.each(Object.entries(airfoil))(
    '%s: settings, and a final loss within the specified band',
    (id, { loss, ...row }) => {
      const figure = found(id) as TrainingFigure
      expect(figure.series).toHaveLength(1)
      expect(figure.series[0]).toMatchObject({
        settings: { workload: 'airfoil', schedule: { id: 'constant' }, ...row },
        numbers: { tutorial: { trainLoss: loss } },
      })
      const data = trainFigure(figure)
      if (data.kind !== 'training') throw new Error('not trained')
      const [[run] = []] = data.runs
      expect(run?.metrics.trainLoss.every(Number.isFinite)).toBe(true)
      expect(run?.record.final.trainLoss).toBeGreaterThan(leastSquares)
      expect(run?.record.final.trainLoss).toBeLessThan(loss + 0.006)
    },
  )

  test('loss against time: the runs of four figures, timed nine times', () => {
    const figure = found('airfoil-time') as TrainingFigure
    const alone = ['airfoil-gd', 'airfoil-sgd', 'airfoil-batch-100', 'airfoil-batch-10'].map(
      (id) => (found(id) as TrainingFigure).series[0].settings,
    )
    expect(figure.series.map(({ settings }) => settings)).toEqual(alone)
    expect(figure.series.map(({ settings }) => settings.batch)).toEqual([1500, 1, 100, 10])
    expect(figure.shows).toMatchObject({ what: 'loss', x: 'seconds' })
    const runs = runsOf(figure)
    expect(runs.map((list) => list.length)).toEqual([9, 9, 9, 9])
    expect(new Set(runs.flat().map((settings) => JSON.stringify(settings))).size).toBe(36)
  })
})

describe('LeNet', () => {
  test.each(Object.entries(lenet))('%s: settings and numbers', (id, rows) => {
    const { series } = found(id) as TrainingFigure
    expect(series).toHaveLength(rows.length)
    rows.forEach(([schedule, lr, tutorial, mean], k) => {
      const named = (numbers: number[] | null) =>
        numbers && { trainLoss: numbers[0], trainAccuracy: numbers[1], testAccuracy: numbers[2] }
      expect(series[k]).toMatchObject({
        settings: {
          workload: 'lenet-fashion-mnist',
          optimizer: 'sgd',
          set: { lr },
          schedule: { set: {}, per: 'epoch', offset: 0, ...schedule },
          batch: 256,
          epochs: 30,
        },
        numbers: { tutorial: named(tutorial), independent: { ...named(mean), runs: 2 } },
      })
    })
  })
})

test('settings are complete, and those whose workload is here can be trained', () => {
  for (const figure of figures)
    if (figure.kind === 'training')
      for (const settings of runsOf(figure).flat()) {
        expect(runSettings.parse(settings)).toEqual(settings)
        if (settings.workload === 'airfoil') checkSettings(settings)
      }
})
