import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { descentCommand, freshPlaces, json } from './descent.ts'

const file = `title: Too long
workloads: airfoil
epochs: 20000
seeds: 12
schedules: { id: cosine, set: { maxUpdate: 20000 } }
tuning: { trials: 20, sampler: random }
optimizers:
  - { id: sgd, search: { lr: { log: [0.001, 1] } } }
  - { id: adam, search: { lr: { log: [0.001, 1] } } }
`

test('--at-most measures, cuts, says what was cut, and so does the report', async () => {
  const env = freshPlaces()
  const folder = mkdtempSync(join(tmpdir(), 'descent-cut-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const experiment = join(folder, 'long.yaml')
  const out = join(folder, 'report')
  writeFileSync(experiment, file)
  const { code, value, stderr } = await json<{ report: string; runs: string[] }>(
    ['compare', experiment, '--at-most', '2s', '--out', out],
    env,
  )
  expect(code).toBe(0)
  expect(stderr).toContain('one epoch of airfoil')
  expect(stderr).toContain('Cut to at most 2.00 s: seeds 12 → 6, trials an optimizer 20 → 5, epochs 20000 →')
  const cut = parse(readFileSync(join(out, 'long.yaml'), 'utf8')) as {
    seeds: number
    tuning: { trials: number }
    cutFrom: { seeds: number }
  }
  expect(cut.cutFrom.seeds).toBe(12)
  expect(value.runs).toHaveLength(2 * (cut.seeds + cut.tuning.trials))
  const threat = /cut to a time limit of ([^;]+); before that it had ([^<]+)\./.exec(
    readFileSync(value.report, 'utf8'),
  )
  expect(threat?.[1]).toBe('2.00 s')
  expect(threat?.[2]).toMatch(/^12 seeds, 20 trials an optimizer, /)
  // The person's own file is as it was.
  expect(readFileSync(experiment, 'utf8')).toBe(file)

  const endless = await descentCommand(['compare', experiment, '--at-most', '999999999h'], env)
  expect(endless.code).toBe(2)
  expect(endless.stderr).toContain('longer than 19 years')

  const impossible = await descentCommand(['compare', experiment, '--at-most', '0.0001s'], env)
  expect(impossible.code).not.toBe(0)
  expect(impossible.stderr).toContain('Even so it takes about')
})
