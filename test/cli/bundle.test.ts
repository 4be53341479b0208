import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { descentCommand, freshPlaces, json } from './descent.ts'

vi.setConfig({ testTimeout: 120_000 })

interface Rerun {
  reproduced: boolean
  counts: { total: number; equal: number }
  runs: { runId: string; againId: string; outcome: string }[]
}

it('saves a bundle, checks it without a library, and runs it again in another one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'paper.descent.zip')
  const experiment = join(folder, 'experiment.yaml')
  writeFileSync(
    experiment,
    'title: Paper\nworkloads: airfoil\noptimizers: [sgd, { id: sgd, set: { lr: 10 } }]\nbatch: 100\nepochs: 2\nseeds: 2\n',
  )
  const env = freshPlaces()
  const { value: compared } = await json<{ runs: string[] }>(['compare', experiment], env)
  const { code, value: saved } = await json<{ file: string; runs: number; sha256: string }>(
    ['bundle', 'save', ...compared.runs, '--out', file],
    env,
  )
  expect([code, saved]).toMatchObject([0, { file, runs: 4, title: 'Paper' }])

  const elsewhere = freshPlaces()
  const checked = await json(['bundle', 'check', file], elsewhere)
  expect([checked.code, checked.value]).toMatchObject([
    0,
    { title: 'Paper', sha256: saved.sha256, counts: { runs: 4, byStatus: { done: 2, diverged: 2 } } },
  ])
  expect((await descentCommand(['bundle', 'check', file], elsewhere)).stdout).toContain('4 runs')
  const opened = await json(['bundle', 'open', file], elsewhere)
  expect([opened.code, opened.value]).toMatchObject([0, { added: 4, origin: { bundle: saved.sha256 } }])
  const rerun = await json<Rerun>(['bundle', 'rerun', file], elsewhere)
  expect([rerun.code, rerun.value]).toMatchObject([0, { reproduced: true, counts: { total: 4, equal: 4 } }])
  expect(rerun.value.runs.map(({ runId }) => runId).sort()).toEqual([...compared.runs].sort())
  const words = await descentCommand(['bundle', 'rerun', file], elsewhere)
  expect([words.code, words.stdout]).toEqual([0, 'Reproduced: 4 of 4 runs bit for bit.\n'])

  const damaged = join(folder, 'damaged.descent.zip')
  const bytes = readFileSync(file)
  bytes[200] = (bytes[200] ?? 0) ^ 1
  writeFileSync(damaged, bytes)
  const refused = await json<{ error: { code: string } }>(['bundle', 'check', damaged], elsewhere)
  expect([refused.code, refused.value.error.code]).toEqual([4, 'archive-refused'])
})

it('runs further seeds again as well, which no file asks for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'further.descent.zip')
  const experiment = join(folder, 'experiment.yaml')
  writeFileSync(
    experiment,
    'title: Further\nworkloads: airfoil\noptimizers: [sgd, adam]\nbatch: 100\nseeds: 1\n',
  )
  const env = freshPlaces()
  const { value: compared } = await json<{ runs: string[] }>(['compare', experiment], env)
  expect((await descentCommand(['runs', 'add-seeds', compared.runs[0] ?? '', '1'], env)).code).toBe(0)
  const runs = (await json<{ id: string }[]>(['runs', 'list'], env)).value.map(({ id }) => id)
  expect((await descentCommand(['bundle', 'save', ...runs, '--out', file], env)).code).toBe(0)

  const rerun = await json<Rerun>(['bundle', 'rerun', file], freshPlaces())
  expect([rerun.code, rerun.value]).toMatchObject([0, { reproduced: true, counts: { total: 4, equal: 4 } }])
})
