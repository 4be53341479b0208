import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshPlaces, json } from './descent.ts'

interface Answer {
  runs: string[]
  report: string
  verdicts: { a: string; b: string; verdict: string; paired_seeds: number }[]
  tuning: {
    sampler: string
    validation: number
    metric: string
    contestants: {
      label: string
      set: { lr: number } | null
      value: number
      trial: number
      boundary: { name: string; end: string }[]
      diverged: number
      runs: number
      epochs: number
      trials: { trial: number; set: { lr: number }; value: number | null }[]
    }[]
  } | null
}

/** Adadelta's best rate lies above its range. */
const file = `title: Small and tuned
workloads: airfoil
epochs: 2
seeds: 6
tuning: { sampler: grid, trials: 6, seeds: 2, validation: 0.2 }
optimizers:
  - { id: sgd, search: { lr: { log: [0.001, 100] } } }
  - { id: adam, search: { lr: { log: [0.0001, 10] } } }
  - { id: adadelta, search: { lr: { log: [0.0001, 0.1] } } }
`

describe('compare of an experiment that tunes', () => {
  it('tunes, compares the best settings alone, and says in the report how they were found', async () => {
    const env = freshPlaces()
    const out = mkdtempSync(join(tmpdir(), 'descent-tuned-'))
    onTestFinished(() => rmSync(out, { recursive: true, force: true }))
    const experiment = join(out, 'tuned.yaml')
    writeFileSync(experiment, file)
    const { code, value } = await json<Answer>(['compare', experiment, '--out', out], env)
    expect(code).toBe(0)
    // 3 optimizers × 6 rates × 2 seeds, then 3 × 6 seeds: it waits for the runs that results asked for.
    expect(value.runs).toHaveLength(36 + 18)
    expect(value.verdicts).toHaveLength(3)
    expect(value.verdicts.every(({ paired_seeds }) => paired_seeds === 6)).toBe(true)

    const { tuning } = value
    expect(tuning).toMatchObject({ sampler: 'grid', validation: 0.2, metric: 'validationLoss' })
    expect(tuning?.contestants).toHaveLength(3)
    for (const one of tuning?.contestants ?? []) {
      expect(one).toMatchObject({ runs: 12, epochs: 24 })
      // What was chosen is the least of what was tried.
      const values = one.trials.map(({ value: loss }) => loss ?? Infinity)
      expect(values).toHaveLength(6)
      expect(one.value).toBe(Math.min(...values))
      expect(one.trials.find(({ trial }) => trial === one.trial)?.set).toEqual(one.set)
      expect(values.filter((loss) => loss === Infinity)).toHaveLength(one.diverged)
    }
    const [sgd, , adadelta] = tuning?.contestants ?? []
    expect(sgd?.diverged).toBeGreaterThan(0)
    expect(adadelta).toMatchObject({ set: { lr: 0.1 }, boundary: [{ name: 'lr', end: 'high' }] })

    const html = readFileSync(value.report, 'utf8')
    expect(html).not.toMatch(/NaN|undefined/)
    const words = html.replaceAll('\u00a0', ' ')
    expect(words).toContain('20 % of the training examples were set aside')
    expect(words).toContain('the test set was not looked at while tuning')
    expect(words).toContain('Tuning took 36 runs and 72 epochs in all')
    expect(words).toContain('The best lr of Adadelta is the largest tried')
    expect(words).toContain('Ten times wider: 10⁻⁴ – 1, log.')
    expect(words).toContain('>Sensitivity to lr</title>')
    for (const row of ['SGD lr', 'Adam lr', 'Adadelta lr 0.1 (tuned)']) expect(words).toContain(row)

    const trials = readFileSync(join(out, 'report-tuning.csv'), 'utf8').trim().split('\r\n')
    expect(trials).toHaveLength(1 + 18)
    expect(trials.filter((row) => row.endsWith(',1'))).toHaveLength(3)
    expect(readFileSync(join(out, 'report-runs.csv'), 'utf8').trim().split('\r\n')).toHaveLength(1 + 18)

    // The tuning belongs to the runs compared also where they alone are named.
    for (const [name, found] of [
      ['notes.md', '## Tuning'],
      ['table.tex', '\\label{tab:descent-tuning-1}'],
    ] as const) {
      const report = join(out, name)
      await json(['report', ...value.runs.slice(-18), '--out', report], env)
      expect(readFileSync(report, 'utf8')).toContain(found)
    }
  }, 60_000)

  it('reports the tuning where every trial diverged', async () => {
    const env = freshPlaces()
    const out = mkdtempSync(join(tmpdir(), 'descent-lost-'))
    onTestFinished(() => rmSync(out, { recursive: true, force: true }))
    const experiment = join(out, 'lost.yaml')
    writeFileSync(
      experiment,
      `title: Lost
workloads: airfoil
epochs: 2
tuning: { sampler: grid, trials: 3 }
optimizers:
  - { id: sgd, search: { lr: { log: [1000, 10000] } } }
`,
    )
    const { code, value } = await json<Answer>(['compare', experiment, '--out', out], env)
    expect(code).toBe(0)
    expect(value.runs).toHaveLength(3)
    expect(value.tuning?.contestants).toMatchObject([{ set: null, value: null, diverged: 3 }])
    const html = readFileSync(value.report, 'utf8')
    expect(html).toContain('No setting can be compared')
    expect(html).not.toMatch(/NaN|undefined|Infinity/)
  }, 60_000)

  it('derives a target by AlgoPerf’s rule, and scores the time to it', async () => {
    const env = freshPlaces()
    const out = mkdtempSync(join(tmpdir(), 'descent-algoperf-'))
    onTestFinished(() => rmSync(out, { recursive: true, force: true }))
    const write = (name: string, more: string): string => {
      const path = join(out, name)
      writeFileSync(
        path,
        `title: AlgoPerf
workloads: airfoil
epochs: 6
${more}
optimizers:
  - { id: sgd, search: { lr: { log: [0.001, 0.3] } } }
  - { id: adam, search: { lr: { log: [0.0003, 0.1] } } }
  - { id: momentum, search: { lr: { log: [0.0003, 0.1] } } }
`,
      )
      return path
    }
    interface Exported {
      id: string
      study: { contestant: number; stage: string; study?: number; trial: number }
      totalSteps: number
      best: { validationLoss?: number }
      epochs: { epoch: number; validationLoss?: number }[]
    }
    const exported = async (runs: readonly string[]): Promise<Exported[]> => {
      const path = join(out, 'all.json')
      await json(['runs', 'export', ...runs, '--out', path], env)
      return (JSON.parse(readFileSync(path, 'utf8')) as { runs: Exported[] }).runs
    }
    const median = (values: readonly number[]): number =>
      [...values].sort((a, b) => a - b)[(values.length - 1) / 2] as number
    interface Scored extends Answer {
      targets: { validationLoss: number } | null
      algoPerf: { scores: { label: string; steps: (number | null)[]; score_steps: number }[] } | null
    }

    const first = await json<Scored>(
      [
        'compare',
        write('targets.yaml', 'seeds: [7, 8, 9]\nvalidation: 0.2\ntuning: { trials: 8 }'),
        ...['--out', out],
      ],
      env,
    )
    const best = first.value.tuning?.contestants.map(({ value }) => value) ?? []
    const winner = best.indexOf(Math.min(...best))
    const reruns = (await exported(first.value.runs)).filter(
      ({ study }) => study.stage === 'final' && study.contestant === winner,
    )
    // No run looked at the test set, and the target is the median of the lowest losses of the winner's.
    expect(reruns.map(({ epochs }) => epochs.length)).toEqual([6, 6, 6])
    const lowest = reruns.map(({ epochs }) => Math.min(...epochs.map((one) => one.validationLoss as number)))
    expect(reruns.map((run) => run.best.validationLoss)).toEqual(lowest)
    const target = median(lowest)
    expect(first.value.targets).toEqual({ validationLoss: target })
    expect(first.value.algoPerf).toBeNull()

    const plan = `seeds: 6\ntuning: { trials: 4, studies: 3 }\ntargets: ${JSON.stringify(first.value.targets)}`
    const { value } = await json<Scored>(['compare', write('algoperf.yaml', plan), '--out', out], env)
    expect(value.runs).toHaveLength(3 * (3 * 4 + 6))
    expect(value.targets).toBeNull()
    const runs = await exported(value.runs)
    const steps = [0, 1, 2].map((contestant) =>
      median(
        [0, 1, 2].map((number) => {
          const trials = runs.filter(
            ({ study }) =>
              study.stage === 'tuning' && study.contestant === contestant && study.study === number,
          )
          expect(trials).toHaveLength(4)
          const times = trials.map(({ epochs, totalSteps }) => {
            const found = epochs.find(({ validationLoss = Infinity }) => validationLoss <= target)
            return found ? ((found.epoch + 1) * totalSteps) / 6 : Infinity
          })
          return Math.min(...times)
        }),
      ),
    )
    const scores = value.algoPerf?.scores ?? []
    expect(scores.map((one) => one.steps)).toEqual(steps.map((one) => [Number.isFinite(one) ? one : null]))
    // The area by a hundred thousand slices.
    const fastest = Math.min(...steps)
    steps.forEach((one, index) => {
      let area = 0
      for (let i = 0; i < 100_000; i++) area += one / fastest <= 1 + (3 * (i + 0.5)) / 100_000 ? 1 : 0
      expect(scores[index]?.score_steps).toBeCloseTo(Number.isFinite(one) ? area / 100_000 : 0, 4)
    })
    const html = readFileSync(value.report, 'utf8')
    expect(html).toContain('AlgoPerf score')
    expect(html).not.toMatch(/NaN|undefined|Infinity/)
  }, 120_000)
})
