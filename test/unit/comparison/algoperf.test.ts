import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { MeasuredRun, Study } from '../../../src/charts/comparison.ts'
import { algoPerfOf, algoPerfRecord, algoPerfTables } from '../../../src/comparison/measures/algoperf.ts'
import {
  derivedTargets,
  targetsOfFile,
  targetsTable,
} from '../../../src/comparison/measures/derived-targets.ts'
import { summarise } from '../../../src/comparison/summary.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import type { EpochResult, RunSummary } from '../../../src/experiments/run.ts'
import { studyState, type StudyRun } from '../../../src/experiments/study.ts'
import { sampleRun } from '../../support/runs.ts'

type Encoded = number | 'inf'
/** By test/oracle/statistics/measures.py: [optimizer][workload][study][trial]. */
const golden = (
  JSON.parse(readFileSync(new URL('../../fixtures/measures.json', import.meta.url), 'utf8')) as {
    studies: { trials: Encoded[][][][]; times: Encoded[][]; score: number[] }
  }
).studies

const workloads = ['airfoil', 'lenet-fashion-mnist-2000', 'softmax-fashion-mnist']
const text = `
title: AlgoPerf
workloads: [${workloads.join(', ')}]
epochs: 4
seeds: 2
tuning: { sampler: random, trials: 5, studies: 3 }
targets:
  airfoil: { validationLoss: 0.3 }
  lenet-fashion-mnist-2000: { validationAccuracy: 0.8 }
  softmax-fashion-mnist: { validationLoss: 0.3, testAccuracy: 0.9 }
optimizers:
${['sgd', 'momentum', 'adam', 'yogi'].map((id) => `  - { id: ${id}, search: { lr: { log: [0.01, 0.1] } } }`).join('\n')}`

const nothing = {
  step: new Float64Array(0),
  examples: new Float64Array(0),
  seconds: new Float64Array(0),
  trainLoss: new Float64Array(0),
}

/** All runs of an experiment; `ended` says how each ends. */
function studied(file: string, ended: (run: RunSummary) => Partial<RunSummary>) {
  const experiment = readExperiment(file, 'test.yaml')
  const series = expand(experiment)
  const runs: RunSummary[] = []
  for (;;) {
    const { next } = studyState(experiment, series, runs as StudyRun[])
    if (next.length === 0) return { experiment, runs }
    for (const { settings, role, label } of next) {
      const base = sampleRun({ id: `run${runs.length}`, ...settings })
      const run: RunSummary = { ...base, settings, series: label, study: role, totalSteps: 400 }
      runs.push({ ...run, status: 'done', ...ended(run) })
    }
  }
}

describe('the AlgoPerf score of an experiment', () => {
  /** Every trial reaches its target after the epoch whose training time the fixture has. */
  const { experiment, runs } = studied(text, ({ settings }) => ({
    final: { trainLoss: 1, validationLoss: settings.set['lr'] as number },
  }))
  const timeOf = ({ study }: RunSummary): number => {
    const { contestant = 0, study: number = 0, trial } = study ?? {}
    const [workload, optimizer] = [Math.floor(contestant / 4), contestant % 4]
    const time = golden.trials[optimizer]?.[workload]?.[number]?.[trial ?? 0]
    return time === 'inf' || time === undefined ? Infinity : time
  }
  const epochs = new Map(
    runs.map((run) => {
      const time = timeOf(run)
      const at = (epoch: number, isThere: boolean, seconds: number): EpochResult => ({
        epoch,
        seconds,
        trainLoss: 1,
        validationLoss: isThere ? 0.3 : 0.31,
        validationAccuracy: isThere ? 0.8 : 0.79,
      })
      // Lost again afterwards, which does not count.
      const measured =
        time === Infinity
          ? [at(0, false, 1), at(1, false, 2)]
          : [at(0, false, time / 2), at(1, true, time), at(2, false, 2 * time)]
      return [run.id, measured]
    }),
  )
  const study: Study = { experiment, runs, epochs }
  const found = algoPerfOf(study, () => undefined) ?? expect.fail()

  test('is that of an independent implementation', () => {
    expect(found.problems).toEqual([
      { workload: 'airfoil', quantity: 'validationLoss', target: 0.3 },
      { workload: 'lenet-fashion-mnist-2000', quantity: 'validationAccuracy', target: 0.8 },
      { workload: 'softmax-fashion-mnist', quantity: 'validationLoss', target: 0.3 },
    ])
    expect(found.scored.map(({ label }) => label)).toEqual(['SGD', 'Momentum', 'Adam', 'Yogi'])
    found.scored.forEach(({ times, score, reached }, optimizer) => {
      const expected = golden.times[optimizer]?.map((time) => (time === 'inf' ? Infinity : time))
      expect(times.seconds).toEqual(expected)
      // The second epoch of four, of 400 steps.
      expect(times.step).toEqual(expected?.map((time) => (time === Infinity ? Infinity : 200)))
      expect(Math.abs(score.seconds - (golden.score[optimizer] as number))).toBeLessThan(2e-6)
      const there = golden.trials[optimizer]?.map(
        (studies) => studies.filter((tried) => tried.some((time) => time !== 'inf')).length,
      )
      expect(reached).toEqual(there)
    })
  })

  test('is told with its times, misses as such', () => {
    const [scores, times] = algoPerfTables(found, 'en')
    const best = golden.score.indexOf(Math.max(...golden.score))
    expect(scores?.table.rows[0]?.slice(0, 2)).toEqual([
      ['SGD', 'Momentum', 'Adam', 'Yogi'][best],
      golden.score[best]?.toFixed(3),
    ])
    expect(times?.table.rows).toHaveLength(3 * 4)
    const missed = times?.table.rows.filter(
      ([workload, , label]) => label === 'Momentum' && workload === workloads[2],
    )
    expect(missed?.[0]?.slice(4)).toEqual(['–', '–'])
    // Times too short to be measured do not decide.
    const shorter = {
      ...found,
      scored: found.scored.map((one) => ({
        ...one,
        times: { ...one.times, seconds: one.times.seconds.map((time) => time / 1e4) },
        score: { ...one.score, step: one.label === 'Yogi' ? 1 : 0 },
      })),
    }
    expect(algoPerfTables(shorter, 'en')[0]?.table.rows[0]?.[0]).toBe('Yogi')
    expect(algoPerfTables(shorter, 'en')[0]?.caption).toContain('go by steps')
    expect(scores?.caption).toContain('go by training time')
    const record = algoPerfRecord(found)
    expect(record?.scores[1]?.seconds[2]).toBeNull()
    expect(record?.scores[0]).toMatchObject({ label: 'SGD', seconds: golden.times[0] })
  })

  test('says so where nobody reached a target, in place of an empty picture', () => {
    const never = found.scored.map((one) => ({
      ...one,
      times: { seconds: one.times.seconds.map(() => Infinity), step: one.times.step.map(() => Infinity) },
    }))
    const [scores] = algoPerfTables({ ...found, scored: never }, 'en')
    expect(scores?.caption).toContain('No optimizer reached a target')
    expect(scores?.chart).toBeUndefined()
  })

  test('has no target that nothing of a workload is measured by', () => {
    const problemsOf = (targets: object, tuning = experiment.tuning) =>
      algoPerfOf({ ...study, experiment: { ...experiment, targets, tuning } }, () => undefined)?.problems.map(
        ({ workload, quantity }) => [workload, quantity],
      )
    expect(problemsOf({ validationLoss: [0.3], trainAccuracy: [0.5] })).toEqual([
      ['airfoil', 'validationLoss'],
      [workloads[1], 'trainAccuracy'],
      [workloads[1], 'validationLoss'],
      [workloads[2], 'trainAccuracy'],
      [workloads[2], 'validationLoss'],
    ])
    const unjudged = experiment.tuning && { ...experiment.tuning, validation: 0 }
    expect(problemsOf({ validationLoss: [0.3] }, unjudged)).toBeUndefined()
  })

  test('waits for every trial, and for targets', () => {
    const open = runs.map((run, index) => (index === 3 ? { ...run, status: 'running' as const } : run))
    // The first contestant of a workload: without it three are left.
    expect(algoPerfOf({ ...study, runs: open }, () => undefined)?.scored).toHaveLength(3)
    // One whose epochs have not been read is no miss.
    const unread = new Map([...epochs].filter(([id]) => id !== runs[3]?.id))
    expect(algoPerfOf({ ...study, epochs: unread }, () => undefined)?.scored).toHaveLength(3)
    expect(algoPerfOf({ experiment, runs }, () => undefined)).toBeNull()
    const { targets: _, ...without } = experiment
    expect(algoPerfOf({ ...study, experiment: without }, () => undefined)).toBeNull()
  })
})

describe('targets are derived', () => {
  const file = (more: string) => `
title: Targets
workloads: [airfoil, softmax-fashion-mnist]
epochs: 2
seeds: [1, 2, 3, 4, 5]
tuning: { sampler: random, trials: 4 }
${more}
optimizers:
  - { id: sgd, search: { lr: { log: [0.01, 0.1] } } }
  - { id: adam, search: { lr: { log: [0.001, 0.01] } } }`
  /** Adam's trials are better on airfoil and SGD's on the other; of the seeds 4 diverged. */
  const summaryOf = (more: string) => {
    const { experiment, runs } = studied(file(more), ({ settings }) => {
      const isBetter = (settings.optimizer === 'adam') === (settings.workload === 'airfoil')
      const loss = isBetter ? 0.5 : 0.6
      const best = { trainLoss: 1, step: 1, validationLoss: loss - settings.seed / 100 }
      return settings.seed === 4
        ? { status: 'diverged', final: { trainLoss: null }, best: { trainLoss: 1, step: 1 } }
        : { final: { trainLoss: 1, validationLoss: loss }, best }
    })
    const all = runs.map((record): MeasuredRun => ({ record: { ...record, epochs: [] }, metrics: nothing }))
    return summarise(all, { study: { experiment, runs }, targets: experiment.targets })
  }

  test('as the median of the best of the winner’s runs, a run that diverged worst', () => {
    const summary = summaryOf('validation: 0.2')
    const found = derivedTargets(summary)
    // 0.49, 0.48, 0.47, 0.45 and one that diverged.
    expect(found).toEqual([
      {
        workload: 'airfoil',
        metric: 'validationLoss',
        target: 0.48,
        winner: 'Adam · batch 10 · airfoil',
        runs: 5,
      },
      {
        workload: 'softmax-fashion-mnist',
        metric: 'validationLoss',
        target: 0.48,
        winner: 'SGD · batch 256 · softmax-fashion-mnist',
        runs: 5,
      },
    ])
    expect(targetsOfFile(found)).toEqual({
      airfoil: { validationLoss: 0.48 },
      'softmax-fashion-mnist': { validationLoss: 0.48 },
    })
    const [table] = targetsTable(summary, 'en')
    const pasted = /targets: .*$/.exec(table?.caption ?? '')?.[0] ?? ''
    expect(readExperiment(file(pasted), 'a').targets).toEqual({
      airfoil: { validationLoss: [0.48] },
      'softmax-fashion-mnist': { validationLoss: [0.48] },
    })
  })

  test('of nothing that was not judged on examples set aside, nor where the file has them', () => {
    expect(derivedTargets(summaryOf(''))).toEqual([])
    expect(derivedTargets(summaryOf('validation: 0.2\ntargets: { validationLoss: 0.4 }'))).toEqual([])
  })
})

test('targets of a workload that is not trained are refused', () => {
  expect(() => readExperiment(text.replace('  airfoil: {', '  airfoi: {'), 'test.yaml')).toThrow(
    'test.yaml:8:11: There are targets for airfoi, which the experiment does not train.',
  )
})
