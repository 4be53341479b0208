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
})
