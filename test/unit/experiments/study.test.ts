import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { ProposalMemo } from '../../../src/experiments/proposal-memo.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import {
  costOf,
  studyState,
  tuningEpochs,
  type StudyRun,
  type StudyState,
} from '../../../src/experiments/study.ts'
import type { Series } from '../../../src/experiments/experiment.ts'
import type { RunSettings } from '../../../src/experiments/settings.ts'

const file = (tuning: string, optimizers: string, more = '') => `
title: Tuned
workloads: airfoil
epochs: 9
seeds: 3
tuning: ${tuning}
${more}
optimizers:
${optimizers}`
const two = `  - { id: sgd, search: { lr: { log: [0.001, 10] } } }
  - { id: adam, search: { lr: { log: [0.0001, 1] } } }`

/** Best at lr .05; diverges above 2. */
const lossOf = ({ set, epochs, seed }: RunSettings): number => {
  const lr = set['lr'] as number
  return (Math.log10(lr) - Math.log10(0.05)) ** 2 + 0.01 * seed + 1 / epochs
}
const end = (settings: RunSettings): Pick<StudyRun, 'status' | 'final'> =>
  (settings.set['lr'] as number) > 2
    ? { status: 'diverged', final: { trainLoss: null } }
    : { status: 'done', final: { trainLoss: lossOf(settings), validationLoss: 2 * lossOf(settings) } }

/** Runs a whole experiment, so many runs at a time, as a lab does. */
function runAll(text: string, atOnce = Infinity): { runs: StudyRun[]; rounds: number; state: StudyState } {
  const experiment = readExperiment(text, 'test.yaml')
  const series = expand(experiment)
  const runs: StudyRun[] = []
  const waiting: StudyRun[] = []
  for (let rounds = 0; rounds < 10_000; rounds++) {
    const state = studyState(experiment, series, [...runs, ...waiting])
    waiting.push(
      ...state.next.map(({ settings, role }) => ({
        settings,
        study: role,
        status: 'queued' as const,
        final: { trainLoss: null },
      })),
    )
    if (waiting.length === 0) return { runs, rounds, state }
    runs.push(...waiting.splice(0, atOnce).map((run) => ({ ...run, ...end(run.settings) })))
  }
  throw new Error('it never ends')
}
const finals = (runs: readonly StudyRun[], contestant: number) =>
  runs.filter(({ study }) => study.stage === 'final' && study.contestant === contestant)
const trials = (runs: readonly StudyRun[], contestant: number) =>
  runs.filter(({ study }) => study.stage === 'tuning' && study.contestant === contestant)

describe('an experiment that tunes', () => {
  test('tries as many settings of each optimizer, and runs the best with every seed', () => {
    const { runs, state } = runAll(file('{ sampler: grid, trials: 9 }', two))
    for (const contestant of [0, 1]) {
      expect(trials(runs, contestant)).toHaveLength(9)
      const best = finals(runs, contestant)
      expect(best.map(({ settings }) => settings.seed)).toEqual([0, 1, 2])
      expect(new Set(best.map(({ settings }) => settings.set['lr']))).toEqual(
        new Set([contestant === 0 ? 0.03162 : 0.03162]),
      )
    }
    expect(state.left).toBe(0)
    expect(state.tuned.map(({ boundary }) => boundary)).toEqual([[], []])
  })

  test('tunes on examples that are set aside, and compares on all', () => {
    const { runs } = runAll(file('{ trials: 4, validation: 0.25 }', two))
    for (const { settings } of trials(runs, 0)) expect(settings.validation).toBe(0.25)
    for (const { settings } of finals(runs, 0)) expect(settings.validation).toBeUndefined()
  })

  test.each([1, 2, 5])('asks for the same runs when %i are trained at a time', (atOnce) => {
    for (const sampler of ['grid', 'random', 'quasi-random', 'tpe']) {
      const text = file(`{ sampler: ${sampler}, trials: 16, seeds: 2 }`, two)
      const key = ({ settings, study }: StudyRun) => JSON.stringify([settings, study])
      expect(new Set(runAll(text, atOnce).runs.map(key))).toEqual(new Set(runAll(text).runs.map(key)))
    }
  })

  test('halves: every round trains the best third again, longer, and the budget counts it', () => {
    const text = file('{ sampler: random, trials: 27, halving: { factor: 3, from: 1 } }', two)
    const { runs } = runAll(text)
    const rungs = Map.groupBy(trials(runs, 0), ({ study }) => study.rung)
    expect([...rungs].map(([rung, all]) => [rung, all.length, all[0]?.settings.epochs])).toEqual([
      [0, 27, 1],
      [1, 9, 3],
      [2, 3, 9],
    ])
    const kept = new Set(rungs.get(1)?.map(({ study }) => study.trial))
    const ranked = [...(rungs.get(0) ?? [])].sort(
      (a, b) => (a.final.validationLoss ?? Infinity) - (b.final.validationLoss ?? Infinity),
    )
    expect(new Set(ranked.slice(0, 9).map(({ study }) => study.trial))).toEqual(kept)
    const experiment = readExperiment(text, 'test.yaml')
    const { tuning } = experiment
    expect(tuning && tuningEpochs(tuning, 9)).toBe(27 + 9 * 3 + 3 * 9)
    const cost = costOf(experiment, expand(experiment)[0] as Series, 1500)
    expect(cost).toEqual({ runs: 39 + 3, steps: 120 * 81 + 150 * 27 })
    expect(trials(runs, 0).reduce((sum, { settings }) => sum + settings.epochs, 0)).toBe(27 + 27 + 27)
  })

  test('says where the best value lies at the end of its range', () => {
    const narrow = `  - { id: sgd, search: { lr: { log: [0.2, 10] } } }
  - { id: adam, search: { lr: { values: [0.0001, 0.001] } } }`
    const { state } = runAll(file('{ sampler: quasi-random, trials: 40 }', narrow))
    expect(state.tuned.map(({ boundary }) => boundary)).toEqual([
      [{ name: 'lr', end: 'low' }],
      [{ name: 'lr', end: 'high' }],
    ])
  })

  test('where every setting diverged nothing is compared, and it ends', () => {
    const { runs, state } = runAll(
      file('{ sampler: grid, trials: 3 }', '  - { id: sgd, search: { lr: { log: [3, 30] } } }'),
    )
    expect(finals(runs, 0)).toEqual([])
    expect(state.tuned).toMatchObject([{ trial: null, value: null }])
    expect(state.left).toBe(0)
  })

  test('does not go on past a trial that failed until that has a result', () => {
    const experiment = readExperiment(
      file('{ sampler: grid, trials: 3 }', '  - { id: sgd, search: { lr: { log: [0.01, 1] } } }'),
      'test.yaml',
    )
    const series = expand(experiment)
    const first = studyState(experiment, series, []).next.map(({ settings, role }, k) => ({
      settings,
      study: role,
      ...(k === 1 ? { status: 'failed' as const, final: { trainLoss: null } } : end(settings)),
    }))
    const stuck = studyState(experiment, series, first)
    expect(stuck.next).toEqual([])
    expect(stuck.left).toBe(1 + 3)
    const retried = first.map((run) => ({ ...run, ...end(run.settings) }))
    expect(studyState(experiment, series, retried).next).toHaveLength(3)
  })

  test('names what was found in the label, and keeps the one a person gave', () => {
    const experiment = readExperiment(
      file(
        '{ sampler: grid, trials: 9 }',
        `${two}
  - { id: sgd, label: Mine, search: { lr: { log: [0.001, 10] } } }`,
      ),
      'test.yaml',
    )
    const series = expand(experiment)
    expect(series.map(({ label }) => label)).toEqual(['SGD · lr tuned', 'Adam · lr tuned', 'Mine'])
    const { next } = studyState(experiment, series, [])
    expect([0, 8, 9, 18].map((at) => next[at]?.label)).toEqual([
      'SGD lr 0.001',
      'SGD lr 10',
      'Adam lr 1e-4',
      'Mine · lr 0.001',
    ])
    const ended = next.map(({ settings, role }) => ({ settings, study: role, ...end(settings) }))
    const labels = new Set(studyState(experiment, series, ended).next.map(({ label }) => label))
    expect(labels).toEqual(new Set(['SGD lr 0.03162 (tuned)', 'Adam lr 0.03162 (tuned)', 'Mine']))
  })

  test('optimizers without a search are compared as they are', () => {
    const { runs } = runAll(
      file(
        '{ trials: 4 }',
        `${two}
  - { id: momentum, set: { lr: 0.02 } }`,
      ),
    )
    expect(trials(runs, 2)).toEqual([])
    expect(finals(runs, 2)).toHaveLength(3)
  })
})

test('series that differ only in what is searched are told apart', () => {
  const one = (range: string) => `  - { id: sgd, search: { lr: ${range} } }`
  const series = expand(
    readExperiment(
      file(
        '{ trials: 4 }',
        [one('{ log: [0.001, 1] }'), one('{ log: [0.0001, 1] }'), one('{ values: [1, 2] }')].join('\n'),
      ),
      'a',
    ),
  )
  expect(series.map(({ label }) => label)).toEqual([
    'SGD · lr tuned · lr log 0.001 … 1',
    'SGD · lr tuned · lr log 1e-4 … 1',
    'SGD · lr tuned · lr 1 | 2',
  ])
})

describe('independent studies', () => {
  const studied = (sampler: string, more = '') =>
    file(`{ sampler: ${sampler}, trials: 12, studies: 3, seeds: [5, 7], seed: 3${more} }`, two)
  const alone = (sampler: string, seeds: string, seed: number) =>
    runAll(file(`{ sampler: ${sampler}, trials: 12, seeds: ${seeds}, seed: ${seed} }`, two))

  test.each(['random', 'quasi-random', 'tpe', 'grid'])(
    'are what %s finds alone with their seeds',
    (sampler) => {
      const { runs } = runAll(studied(sampler))
      const inStudy = (study: number) =>
        trials(runs, 1)
          .filter((run) => run.study.study === study)
          .map(({ settings }) => JSON.stringify(settings))
      // The seeds' range is three wide.
      const expected = [
        [3, '[5, 7]'],
        [4, '[8, 10]'],
        [5, '[11, 13]'],
      ] as const
      for (const [study, [seed, seeds]] of expected.entries()) {
        const own = trials(alone(sampler, seeds, seed).runs, 1).map(({ settings }) =>
          JSON.stringify(settings),
        )
        expect(new Set(inStudy(study))).toEqual(new Set(own))
      }
    },
  )

  test('compare the best trial of all of them, and count all they spent', () => {
    const text = studied('random')
    const { runs, state } = runAll(text)
    const { tuned } = state
    const meanOf = (study: number, trial: number) => {
      const own = trials(runs, 0).filter((run) => run.study.study === study && run.study.trial === trial)
      expect(own).toHaveLength(2)
      return own.reduce((sum, { final }) => sum + (final.validationLoss ?? Infinity), 0) / 2
    }
    const all = [0, 1, 2].flatMap((study) => Array.from({ length: 12 }, (_, k) => meanOf(study, k)))
    const best = all.indexOf(Math.min(...all))
    expect(tuned[0]).toMatchObject({
      contestant: 0,
      study: Math.floor(best / 12),
      trial: best % 12,
      value: all[best],
      epochs: 3 * 12 * 2 * 9,
    })
    expect(finals(runs, 0).map(({ study }) => study)).toEqual(
      Array.from({ length: 3 }, () => ({
        contestant: 0,
        stage: 'final',
        trial: best % 12,
        rung: 0,
        study: Math.floor(best / 12),
      })),
    )
    const experiment = readExperiment(text, 'test.yaml')
    expect(costOf(experiment, expand(experiment)[0] as Series, 1500)).toEqual({
      runs: 3 * 12 * 2 + 3,
      steps: 120 * 9 * 3 * 12 * 2 + 150 * 9 * 3,
    })
    expect(trials(runs, 0)).toHaveLength(72)
  })

  test('leave roles and records as they were where there is one', () => {
    const { runs, state } = runAll(file('{ trials: 4 }', two))
    for (const { study } of runs) expect(study).not.toHaveProperty('study')
    for (const one of state.tuned) expect(one).not.toHaveProperty('study')
  })

  test('halve each on its own', () => {
    const { runs, state } = runAll(studied('random', ', halving: { factor: 3, from: 1 }'))
    const counts = Map.groupBy(trials(runs, 0), ({ study }) => `${study.study} ${study.rung}`)
    expect([...counts].map(([key, all]) => [key, all.length]).sort()).toEqual(
      [0, 1, 2].flatMap((study) => [
        [`${study} 0`, 24],
        [`${study} 1`, 8],
        [`${study} 2`, 4],
      ]),
    )
    expect(state.left).toBe(0)
  })

  test('are too many where their runs are', () => {
    expect(() => expand(readExperiment(file('{ trials: 1000, studies: 100 }', two), 'a'))).toThrow(
      /asks for 200006 runs/,
    )
  })
})

describe('what was proposed is remembered', () => {
  /** Results come in any order, some are taken back (a retry) and come again as they were or as others. */
  test.each([1, 2, 3, 4, 5, 6])('and a look with it is a look without it: chance %i', (chance) => {
    const random = Random.from(chance, 'memo')
    const sampler = ['tpe', 'tpe', 'quasi-random'][chance % 3] as string
    const text = file(`{ sampler: ${sampler}, trials: 24, studies: 2, seeds: 2 }`, two)
    const experiment = readExperiment(text, 'test.yaml')
    const series = expand(experiment)
    const memo = new ProposalMemo()
    let runs: StudyRun[] = []
    for (let look = 0; look < 400; look++) {
      const plain = studyState(experiment, series, runs)
      expect(studyState(experiment, series, runs, memo)).toEqual(plain)
      if (plain.left === 0) break
      const queued = { status: 'queued' as const, final: { trainLoss: null } }
      runs.push(...plain.next.map(({ settings, role }) => ({ settings, study: role, ...queued })))
      runs = runs.map((run) => {
        const chosen = random.uniform()
        if (run.status === 'queued') return chosen < 0.5 ? { ...run, ...end(run.settings) } : run
        if (chosen > 0.008) return run
        const other = { trainLoss: 1, validationLoss: random.uniform() }
        return { ...run, ...(chosen > 0.004 ? queued : { status: 'done' as const, final: other }) }
      })
    }
  })
})

describe('a file that searches is refused where', () => {
  test.each([
    [
      'nothing says how',
      'title: a\nworkloads: airfoil\noptimizers: [{ id: sgd, search: { lr: { log: [0.1, 1] } } }]',
      /tuning/,
    ],
    [
      'a value is both set and searched',
      file('{ trials: 4 }', '  - { id: sgd, set: { lr: 0.1 }, search: { lr: { log: [0.1, 1] } } }'),
      /both sets lr and searches/,
    ],
    [
      'a range is upside down',
      file('{ trials: 4 }', '  - { id: sgd, search: { lr: { log: [1, 0.1] } } }'),
      /smaller one first/,
    ],
    [
      'a logarithm is of nothing',
      file('{ trials: 4 }', '  - { id: sgd, search: { lr: { log: [0, 0.1] } } }'),
      /above 0/,
    ],
    [
      'the optimizer has no such value',
      file('{ trials: 4 }', '  - { id: sgd, search: { beta1: { uniform: [0, 0.9] } } }'),
      /beta1/,
    ],
    [
      'a range leaves the bounds',
      file('{ trials: 4 }', '  - { id: adam, search: { beta1: { uniform: [0, 1.5] } } }'),
      /beta1/,
    ],
    [
      'the grid is not full',
      file(
        '{ sampler: grid, trials: 5 }',
        '  - { id: adam, search: { lr: { log: [0.01, 1] }, beta1: { uniform: [0, 0.9] } } }',
      ),
      /2 × 2 = 4/,
    ],
    [
      'the grid has more listed values than trials',
      file(
        '{ sampler: grid, trials: 1 }',
        '  - { id: adam, search: { lr: { log: [0.01, 1] }, beta1: { values: [0, 0.5, 0.9] } } }',
      ),
      /1 × 3 = 3/,
    ],
    ['the sampler is unknown', file('{ sampler: magic, trials: 5 }', two), /sampler/],
    [
      'what is left of the examples does not fill a batch',
      file('{ trials: 4, validation: 0.2 }', two, 'batch: 1500'),
      /batch is 1500.*1200/,
    ],
    ['nothing would be set aside', file('{ trials: 4, validation: 0.0001 }', two), /validation is 0.0001/],
    [
      'accuracy is asked for where there are no classes',
      file('{ trials: 4, metric: validationAccuracy }', two),
      /airfoil has no classes/,
    ],
    [
      'what is measured on examples set aside is asked for, and none are',
      file('{ trials: 4, validation: 0, metric: validationLoss }', two),
      /sets no examples aside/,
    ],
    ['two series search the same', file('{ trials: 4 }', `${two}\n${two}`), /twice/],
  ])('%s', (_, text, message) => {
    expect(() => expand(readExperiment(text, 'test.yaml'))).toThrow(message)
  })
})
