import { expect, test, vi } from 'vitest'
import type { LabClient } from '../../src/lab/connect.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { temporaryHome } from '../support/home.ts'
import { labInProcess, Log } from '../support/lab.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

const file = (tuning: string, epochs = 1): string => `
title: Tuned
workloads: airfoil
epochs: ${epochs}
seeds: 2
tuning: ${tuning}
optimizers:
  - { id: sgd, search: { lr: { log: [1.0e-4, 100] } } }
  - { id: adam, search: { lr: { log: [1.0e-4, 100] } } }
  - { id: momentum, set: { lr: 0.02 } }
`
const submit = (client: LabClient, text: string, detached = false) =>
  client.call('experiments.submit', { text, name: 'tuned.yaml', detached })

/** Waits until nothing is left of the experiment. */
async function finished(client: LabClient, experimentId: string): Promise<RunSummary[]> {
  await until(async () => (await client.call('experiments.study', { experimentId })).left === 0)
  const { runs } = await client.call('runs.list', {})
  return runs.filter((run) => run.experimentId === experimentId)
}
const part = (runs: readonly RunSummary[], stage: 'tuning' | 'final', contestant: number) =>
  runs.filter(({ study }) => study?.stage === stage && study.contestant === contestant)

test('settings are tried on examples set aside, and the best is run on all with every seed', async () => {
  const client = labInProcess().connect()
  const { experimentId, runIds } = await submit(client, file('{ sampler: grid, trials: 7, validation: 0.2 }'))
  expect(runIds).toHaveLength(7 + 7 + 2)
  const runs = await finished(client, experimentId)
  expect(runs).toHaveLength(7 + 7 + 2 + 2 + 2)
  const { tuned } = await client.call('experiments.study', { experimentId })
  for (const contestant of [0, 1]) {
    const trials = part(runs, 'tuning', contestant)
    // 120 batches of ten are what is left of 150.
    for (const run of trials) expect([run.totalSteps, run.settings.validation]).toEqual([120, 0.2])
    const losses = trials.map(({ status, final }) =>
      status === 'done' ? (final.validationLoss as number) : Infinity,
    )
    const best = trials[losses.indexOf(Math.min(...losses))]
    const finals = part(runs, 'final', contestant)
    expect(finals.map(({ settings }) => settings)).toEqual(
      [0, 1].map((seed) => {
        const { validation: _, ...settings } = best?.settings ?? { seed }
        return { ...settings, seed }
      }),
    )
    for (const run of finals) expect([run.totalSteps, run.final.validationLoss]).toEqual([150, undefined])
    expect(tuned[contestant]).toMatchObject({ contestant, value: Math.min(...losses), epochs: 7 })
  }
  expect(part(runs, 'final', 2)).toHaveLength(2)
  expect(runs.some(({ status }) => status === 'diverged')).toBe(true)
})

test('a lab that ends in the middle goes on where it was, and comes to the same', async () => {
  const text = file('{ sampler: tpe, trials: 12, validation: 0 }', 40)
  const whole = labInProcess().connect()
  const expected = await finished(whole, (await submit(whole, text)).experimentId)

  const places = temporaryHome()
  const first = labInProcess({ places })
  const client = first.connect()
  const log = await Log.of(client)
  const { experimentId, runIds } = await submit(client, text, true)
  await log.status(runIds[1] as string, 'done', 'diverged')
  await first.close()
  const runs = await finished(labInProcess({ places }).connect(), experimentId)
  const said = (all: readonly RunSummary[]) =>
    new Set(all.map(({ settings, study, final }) => JSON.stringify({ settings, study, final })))
  expect(said(runs)).toEqual(said(expected))
})

test('whoever did not detach and goes away leaves it as it is; resuming goes on', async () => {
  const { connect } = labInProcess({ workers: 1 })
  const gone = connect()
  const { experimentId } = await submit(gone, file('{ sampler: tpe, trials: 12, validation: 0 }', 400))
  gone.close()
  const client = connect()
  const runsNow = async () => (await client.call('runs.list', {})).runs
  await until(async () => (await runsNow()).some(({ status }) => status === 'interrupted'))
  await until(async () =>
    (await runsNow()).every(({ status }) => status !== 'running' && status !== 'queued'),
  )
  const before = await runsNow()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect((await runsNow()).length).toBe(before.length)

  const waiting = before.filter(({ status }) => status === 'interrupted').map(({ id }) => id)
  await client.call('runs.resume', { runIds: waiting, detached: true })
  const runs = await finished(client, experimentId)
  expect(part(runs, 'tuning', 1)).toHaveLength(12)
  expect(part(runs, 'final', 1)).toHaveLength(2)
})

test('an experiment that there is not is refused', async () => {
  const client = labInProcess().connect()
  await expect(client.call('experiments.study', { experimentId: 'none' })).rejects.toMatchObject({
    code: 'not-found',
  })
})
