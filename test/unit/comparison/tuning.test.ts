import { describe, expect, test } from 'vitest'
import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { csvTrials } from '../../../src/comparison/csv.ts'
import { bestOfTrials } from '../../../src/comparison/measures/tunability.ts'
import { summarise, type ComparisonSummary } from '../../../src/comparison/summary.ts'
import { trialsPlot, tunability } from '../../../src/comparison/tuning-charts.ts'
import { tuningRecord } from '../../../src/comparison/tuning-records.ts'
import { tuningSentences, tuningTable, tuningThreats } from '../../../src/comparison/tuning-text.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { studyState, type StudyRun } from '../../../src/experiments/study.ts'
import { sampleRun } from '../../support/runs.ts'

const text = (optimizers: string, tuning = '{ sampler: grid, trials: 5, seeds: 2 }'): string => `
title: Tuned
workloads: airfoil
epochs: 2
seeds: 3
tuning: ${tuning}
optimizers:
${optimizers}`
const both = `  - { id: sgd, search: { lr: { log: [0.001, 10] } } }
  - { id: adam, search: { lr: { log: [0.0001, 1] } } }`

const nothing = {
  step: new Float64Array(0),
  examples: new Float64Array(0),
  seconds: new Float64Array(0),
  trainLoss: new Float64Array(0),
}

/** All runs of an experiment whose loss is lowest at some rate; SGD diverges above 2. */
function studied(file: string, bestRate = 0.1): ComparisonSummary & { runs: MeasuredRun[] } {
  const experiment = readExperiment(file, 'test.yaml')
  const series = expand(experiment)
  const runs: MeasuredRun[] = []
  for (;;) {
    const known = runs.map(({ record }) => record as StudyRun)
    const { next } = studyState(experiment, series, known)
    if (next.length === 0) break
    for (const { settings, role, label } of next) {
      const lr = (settings.set['lr'] as number | undefined) ?? bestRate
      const loss = 1 + (Math.log10(lr) - Math.log10(bestRate)) ** 2 + 0.1 * settings.seed
      const isLost = settings.optimizer === 'sgd' && lr > 2
      const run = sampleRun({ id: `run${runs.length}`, ...settings })
      runs.push({
        record: {
          ...run,
          settings,
          series: label,
          study: role,
          status: isLost ? 'diverged' : 'done',
          final: isLost ? { trainLoss: null } : { trainLoss: loss, validationLoss: 2 * loss },
          epochs: [],
        },
        metrics: nothing,
      })
    }
  }
  const records = runs.map(({ record }) => record)
  return { ...summarise(runs, { study: { experiment, runs: records } }), runs }
}

test('series stand in the order of the file, whichever was tuned first', () => {
  const file = text(both)
  const { runs } = studied(file)
  const study = { experiment: readExperiment(file, 'test.yaml'), runs: runs.map(({ record }) => record) }
  const labels = (given: readonly MeasuredRun[]) =>
    summarise(given, { study }).sections.flatMap(({ series }) =>
      series.map(({ settings }) => settings.optimizer),
    )
  expect(labels(runs)).toEqual(['sgd', 'adam'])
  expect(labels(runs.toReversed())).toEqual(['sgd', 'adam'])
})

describe('a comparison of an experiment that tuned', () => {
  test('compares final runs alone', () => {
    const { sections, runCount, runs } = studied(text(both))
    expect(runs).toHaveLength(2 * (5 * 2 + 3))
    expect(runCount).toBe(6)
    expect(sections[0]?.series.map(({ seeds }) => seeds)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  test('keeps the trials apart: their means over the seeds, the chosen one, what diverged, the budget', () => {
    const { tuning } = studied(text(both))
    const [sgd, adam] = tuning?.contestants ?? []
    expect(sgd?.trials.map(({ set }) => set['lr'])).toEqual([0.001, 0.01, 0.1, 1, 10])
    // Twice the loss at its distance from the best rate, over seeds 0 and 1.
    expect(sgd?.trials.map(({ value }) => value?.toFixed(6) ?? null)).toEqual([
      '10.100000',
      '4.100000',
      '2.100000',
      '4.100000',
      null,
    ])
    expect(sgd?.chosen).toMatchObject({ trial: 2, set: { lr: 0.1 } })
    expect(sgd).toMatchObject({ diverged: 1, boundary: [], runs: 10, epochs: 20 })
    expect(adam?.chosen?.set).toEqual({ lr: 0.1 })
  })

  test('says the same as the plan of the experiment', () => {
    const { tuning, runs } = studied(text(both, '{ sampler: tpe, trials: 12, validation: 0 }'), 0.03)
    const experiment = readExperiment(text(both, '{ sampler: tpe, trials: 12, validation: 0 }'), 'test.yaml')
    const { tuned } = studyState(
      experiment,
      expand(experiment),
      runs.map(({ record }) => record as StudyRun),
    )
    expect(
      tuning?.contestants.map(({ chosen, boundary, epochs }) => ({
        trial: chosen?.trial,
        set: chosen?.set,
        value: chosen?.value,
        boundary,
        epochs,
      })),
    ).toEqual(
      tuned.map(({ trial, set, value, boundary, epochs }) => ({ trial, set, value, boundary, epochs })),
    )
  })

  test('compares tuning runs where a person picked nothing else', () => {
    const { runs } = studied(text(both))
    const picked = runs.filter(({ record }) => record.study?.stage === 'tuning').slice(0, 3)
    expect(summarise(picked).runCount).toBe(3)
    expect(summarise(picked).tuning).toBeNull()
  })

  test('a line of the trials is of one study, where several number theirs alike', () => {
    const { tuning, runs } = studied(text(both, '{ sampler: random, trials: 4, studies: 3 }'))
    if (!tuning) expect.fail()
    const idsOf = ({
      contestant,
      study,
      trial,
    }: {
      contestant: number
      study: number
      trial: number | null
    }) =>
      runs.flatMap(({ record: { id, study: own } }) =>
        own?.stage === 'tuning' && own.contestant === contestant && own.study === study && own.trial === trial
          ? [id]
          : [],
      )
    const ids = trialsPlot(tuning, tuning.contestants, 'en', idsOf)?.lines.map((one) => one.ids)
    expect(ids).toHaveLength(2 * 3 * 4)
    expect(ids?.every((one) => one.length === 1)).toBe(true)
    expect(new Set(ids?.flat()).size).toBe(24)
  })

  test('a trial that halving stopped keeps the loss of its last round', () => {
    const file = text(both, '{ sampler: grid, trials: 5, halving: { factor: 2, from: 1 } }')
    const [sgd] = studied(file).tuning?.contestants ?? []
    expect(sgd?.trials.map(({ epochs }) => epochs)).toEqual([1, 2, 2, 2, 1])
    // Five trials of one epoch and three of two.
    expect(sgd).toMatchObject({ runs: 8, epochs: 11 })
  })
})

describe('threats from the tuning', () => {
  test('a best setting at the end of its range, with a wider one', () => {
    const { tuning } = studied(text(both), 20)
    if (!tuning) throw new Error('nothing was tuned')
    const said = tuningThreats(tuning, 'en')
    expect(said).toEqual([
      'The best lr of Adam is the largest tried, at the upper end of its range (10⁻⁴ – 1, log): a better one may lie above. Ten times wider: 10⁻⁴ – 10, log.',
    ])
    expect(tuningTable(tuning, tuning.contestants, 'en').rows[1]?.[2]).toBe('lr = 1 (end of range)')
  })

  test('unequal trials: one was not tuned at all', () => {
    const file = text(
      `  - { id: sgd, search: { lr: { log: [0.001, 10] } } }\n  - { id: adam, set: { lr: 0.1 } }`,
    )
    const { tuning } = studied(file)
    if (!tuning) throw new Error('nothing was tuned')
    expect(tuningThreats(tuning, 'en')[0]).toContain('trials by optimizer are SGD 5, Adam lr 0.1 0')
  })

  test('unequal epochs', () => {
    const file = text(`  - { id: sgd, search: { lr: { log: [0.001, 10] } } }
  - { id: adam, epochs: 4, search: { lr: { log: [0.0001, 1] } } }`)
    const { tuning } = studied(file)
    if (!tuning) throw new Error('nothing was tuned')
    expect(tuningThreats(tuning, 'en')[0]).toContain('epochs by optimizer are SGD')
  })

  test('equal budgets with several seeds and room on both sides are none', () => {
    const { tuning } = studied(text(both))
    expect(tuning && tuningThreats(tuning, 'en')).toEqual([])
  })

  test('the split and the sampler are named in both languages', () => {
    const { tuning } = studied(text(both, '{ sampler: random, trials: 5, seed: 7, seeds: 2 }'))
    if (!tuning) throw new Error('nothing was tuned')
    const said = tuningSentences(tuning, 'en').join(' ').replaceAll('\u00a0', ' ')
    expect(said).toContain('random sampling (sampler seed 7): 5 trials each, with seeds 0, 1')
    expect(said).toContain('20 % of the training examples were set aside')
    expect(said).toContain('the test set was not looked at while tuning')
    expect(tuningSentences(tuning, 'zh-CN').join('')).toContain('调参时未查看测试集')
  })
})

test('tuning as data', () => {
  const summary = studied(text(both))
  expect(tuningRecord(summary)).toMatchObject({
    sampler: 'grid',
    validation: 0.2,
    metric: 'validationLoss',
    contestants: [{ optimizer: 'sgd', set: { lr: 0.1 }, trial: 2, diverged: 1 }, { optimizer: 'adam' }],
  })
  const [head, first] = [...csvTrials(summary)]
  expect(head).toBe('workload,batch,label,optimizer,study,trial,settings,metric,value,epochs,chosen\r\n')
  expect(first).toMatch(/^airfoil,10,SGD,sgd,0,0,"\{""lr"":0.001\}",validationLoss,10\.1\d*,2,0\r\n$/)
})

describe('the best of so many trials', () => {
  test('is told where the trials had equal chances alone', () => {
    const told = (tuning: string) => {
      const { tuning: found } = studied(text(both, tuning))
      return found && tunability(found, found.contestants, 'en')
    }
    expect(told('{ sampler: random, trials: 5 }')?.table.rows).toHaveLength(2)
    expect(told('{ sampler: tpe, trials: 12 }')).toBeNull()
    expect(told('{ sampler: grid, trials: 5, halving: { factor: 2, from: 1 } }')).toBeNull()
  })

  test('is the quartiles over every choice', () => {
    const costs = [5, 1, Infinity, 3, 2, 4]
    for (const tries of [1, 2, 3, 5]) {
      const bests = choices(costs, tries)
        .map((choice) => Math.min(...choice))
        .sort((a, b) => a - b)
      const at = (share: number) => bests[Math.ceil(share * bests.length - 1e-9) - 1]
      expect(bestOfTrials(costs, tries)).toEqual({ low: at(0.25), median: at(0.5), high: at(0.75) })
    }
  })

  test('is a number although some choices diverged altogether', () => {
    expect(bestOfTrials([1, 2, 3, Infinity, Infinity], 2)).toMatchObject({ median: 2, high: 3 })
    expect(bestOfTrials([1, 2, 3, Infinity, Infinity], 1)).toEqual({ low: 2, median: 3, high: Infinity })
  })
})

function choices<T>(values: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return values.flatMap((value, i) => choices(values.slice(i + 1), count - 1).map((rest) => [value, ...rest]))
}
