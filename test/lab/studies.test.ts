import { describe, expect, test, vi } from 'vitest'
import type { LabClient } from '../../src/lab/connect.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
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

test.each([1, 2])('a lab that ends in the middle of %i studies goes on where it was', async (studies) => {
  const text = file(`{ sampler: tpe, trials: 12, studies: ${studies}, validation: 0 }`, 40)
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

describe('an experiment left between two generations', () => {
  const text = file('{ sampler: tpe, trials: 12, validation: 0 }')
  const said = (all: readonly RunSummary[]) =>
    new Set(all.map(({ settings, study, final }) => JSON.stringify({ settings, study, final })))

  test('by a lab that was killed is there to be resumed', async () => {
    const places = temporaryHome()
    const first = labInProcess({ places })
    const client = first.connect()
    const { experimentId, runIds } = await submit(client, text)
    const expected = said(await finished(client, experimentId))
    await first.close()
    // As it was when all of the first generation was done and nothing of the second was asked for yet.
    const db = openDatabase(places.home)
    const keep = runIds.map((id) => `'${id}'`).join()
    db.exec(`UPDATE runs SET detached = 0; DELETE FROM runs WHERE id NOT IN (${keep})`)
    db.close()

    const next = labInProcess({ places }).connect()
    await until(async () => (await next.call('runs.list', {})).runs.length > runIds.length)
    const { runs } = await next.call('runs.list', {})
    const waiting = runs.filter(({ id }) => !runIds.includes(id))
    expect(waiting.length).toBeGreaterThan(0)
    for (const run of waiting)
      expect([run.status, run.experimentId, run.study?.stage]).toEqual([
        'interrupted',
        experimentId,
        'tuning',
      ])
    await next.call('runs.resume', { runIds: [waiting[0]?.id ?? ''], detached: true })
    const status = async (): Promise<string> =>
      (await next.call('runs.show', { runId: waiting[0]?.id ?? '' })).run.status
    await until(async () => ['done', 'diverged'].includes(await status()))
    await next.call('runs.resume', { runIds: waiting.slice(1).map(({ id }) => id), detached: true })
    expect(said(await finished(next, experimentId))).toEqual(expected)
  })

  test('by whoever started it is there to be resumed', async () => {
    const { connect } = labInProcess()
    const client = connect()
    const gone = connect()
    const log = await Log.of(client)
    const { experimentId, runIds } = await submit(gone, text)
    await log.over(runIds)
    gone.close()
    const runsNow = async () => (await client.call('runs.list', {})).runs
    await until(async () => (await runsNow()).some(({ status }) => status === 'interrupted'))
    await until(async () =>
      (await runsNow()).every(({ status }) => status !== 'running' && status !== 'queued'),
    )
    const waiting = (await runsNow()).filter(({ status }) => status === 'interrupted').map(({ id }) => id)
    await client.call('runs.resume', { runIds: waiting, detached: true })
    const runs = await finished(client, experimentId)
    expect(part(runs, 'final', 1)).toHaveLength(2)
  })

  test('of which a person deleted all runs does not come back', async () => {
    const places = temporaryHome()
    const first = labInProcess({ places })
    const client = first.connect()
    const { experimentId, runIds } = await submit(client, text)
    await finished(client, experimentId)
    await first.close()
    const db = openDatabase(places.home)
    db.exec(`DELETE FROM runs WHERE id NOT IN (${runIds.map((id) => `'${id}'`).join()})`)
    const library = new Library(db)
    for (const id of runIds) library.deleteRun(id)
    library.close()
    const next = labInProcess({ places }).connect()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await next.call('runs.list', {})).runs).toEqual([])
  })
})

describe('deleted runs of an experiment that tunes', () => {
  const slow = file('{ sampler: tpe, trials: 12, validation: 0 }', 4000)
  const left = async (client: LabClient) => (await client.call('runs.list', {})).runs

  test('are not asked for again', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const { experimentId, runIds } = await submit(client, slow, true)
    await client.call('runs.delete', { runIds })
    const { runIds: there } = await client.call('experiments.study', { experimentId })
    expect(there).toEqual([])
    expect(await left(client)).toEqual([])
  })

  test('neither by the next lab, and what they found is not forgotten', async () => {
    const places = temporaryHome()
    const first = labInProcess({ places })
    const client = first.connect()
    const text = file('{ sampler: random, trials: 5, validation: 0 }')
    const { experimentId } = await submit(client, text, true)
    const runs = await finished(client, experimentId)
    const { tuned } = await client.call('experiments.study', { experimentId })
    const trials = runs.filter(({ study }) => study?.stage === 'tuning').map(({ id }) => id)
    await client.call('runs.delete', { runIds: trials.slice(0, 4) })
    await client.call('runs.delete', { runIds: trials.slice(4), undoable: true })
    const kept = (await left(client)).map(({ id }) => id)
    expect(kept).toHaveLength(6)
    await first.close()

    for (let labs = 0; labs < 2; labs++) {
      const next = labInProcess({ places })
      const again = next.connect()
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect((await left(again)).map(({ id }) => id)).toEqual(kept)
      expect(await again.call('experiments.study', { experimentId })).toEqual({
        runIds: kept,
        left: 0,
        tuned,
      })
      await next.close()
    }
  })

  test('that come back take their places again', async () => {
    const client = labInProcess().connect()
    const { experimentId, runIds } = await submit(client, slow, true)
    const some = runIds.slice(0, 2)
    await client.call('runs.delete', { runIds: some, undoable: true })
    await client.call('runs.restore', { runIds: some })
    const { runIds: there } = await client.call('experiments.study', { experimentId })
    expect(new Set(there)).toEqual(new Set(runIds))
    await client.call('runs.delete', { runIds })
  })
})

test('an experiment that this version cannot expand keeps no lab from starting', async () => {
  const places = temporaryHome()
  const first = labInProcess({ places })
  await submit(first.connect(), file('{ sampler: tpe, trials: 12, validation: 0 }', 4000), true)
  await first.close()
  const db = openDatabase(places.home)
  db.exec(`UPDATE experiments SET source = replace(source, '"adam"', '"gone"')`)
  db.close()
  const client = labInProcess({ places }).connect()
  const { runs } = await client.call('runs.list', {})
  expect(runs.length).toBeGreaterThan(0)
  await client.call('runs.delete', { runIds: runs.map(({ id }) => id) })
})

test('an experiment that there is not is refused', async () => {
  const client = labInProcess().connect()
  await expect(client.call('experiments.study', { experimentId: 'none' })).rejects.toMatchObject({
    code: 'not-found',
  })
})
