import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { newId } from '../../src/lab/run-id.ts'
import { shape } from '../../src/models/network.ts'
import { writeSafetensors } from '../../src/models/safetensors.ts'
import { leNetOnSubset } from '../../src/workloads/fashion-mnist.ts'
import { settings } from '../support/airfoil.ts'
import { temporaryHome } from '../support/home.ts'
import { expectAscending, labInProcess, Log, measured } from '../support/lab.ts'
import { queuedRun } from '../support/run.ts'
import { submit } from '../support/submit.ts'

// For machines with much else to do; on an idle one, each takes a few seconds at most.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

/** Long enough to be interrupted, about a second. */
const long = { optimizer: 'adam', set: { lr: 0.01 }, epochs: 3000, seed: 3 }
/** Ends only when it is told to. */
const endless = { epochs: 10_000_000 }

test('a run is trained: its events, its record, its curve', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [{ optimizer: 'adam', set: { lr: 0.01 }, epochs: 500, seed: 2 }])
  const done = await log.status(id, 'done')

  const statuses = log.events.flatMap((event) => (event.type === 'run' ? [event.run.status] : []))
  expect([...new Set(statuses)]).toEqual(['running', 'done'])
  const { run, metrics } = await client.call('runs.show', { runId: id })
  expect(run).toMatchObject(done)
  expect(run).toMatchObject({
    name: 'Adam lr 0.01, seed 2',
    series: 'Adam lr 0.01',
    steps: 75_000,
    totalSteps: 75_000,
    divergence: null,
    error: null,
    restarts: 0,
    experimentId: null,
    provenance: { engine: 'direct', datasets: [{ id: 'airfoil', sha1: expect.any(String) as string }] },
  })
  expect(Date.parse(run.startedAt ?? '')).not.toBeNaN()
  expect(Date.parse(run.finishedAt ?? '')).not.toBeNaN()
  expect(run.epochs).toHaveLength(500)
  expect(metrics.step[0]).toBe(0)
  expect(metrics.step.at(-1)).toBe(75_000)
  expectAscending(metrics.step)
  expect(run.final.trainLoss).toBe(metrics.trainLoss.at(-1))
  // What travelled as events is what was stored.
  expect(log.progress(id).flatMap(({ points }) => [...points.step])).toEqual([...metrics.step])
  expect(log.progress(id).flatMap(({ epochs }) => [...epochs.epoch])).toEqual(
    run.epochs.map(({ epoch }) => epoch),
  )
})

test('a run that its stop rule ends is done, says where and why, and can be started again', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const given = { optimizer: 'adam', set: { lr: 0.01 }, batch: 32, epochs: 10_000_000, seed: 3 }
  const [id = ''] = await submit(client, [{ ...given, stop: { metric: 'trainLoss', patience: 10 } }])
  const done = await log.status(id, 'done')
  const { run, metrics } = await client.call('runs.show', { runId: id })
  const last = run.epochs.at(-1)
  expect(done.stopped).toEqual({ epoch: last?.epoch, reason: 'patience', value: last?.trainLoss })
  expect(run.steps).toBe(run.epochs.length * Math.ceil(1500 / 32))
  expect(run.final.trainLoss).toBe(last?.trainLoss)
  expect(metrics.step.at(-1)).toBe(run.steps)
  await client.call('runs.retry', { runIds: [id] })
  await log.status(id, 'queued', 'running')
  const again = await log.status(id, 'done')
  expect(again).toMatchObject({ stopped: done.stopped, final: done.final, steps: done.steps })
})

test('a run that is paused and resumed stops where it would have', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const stopping = { ...long, epochs: 10_000_000, stop: { metric: 'trainLoss' as const, patience: 8000 } }
  const [undisturbed = '', paused = ''] = await submit(client, [stopping, stopping])
  for (let pauses = 0; pauses < 3; pauses++) {
    await log.progressed(paused, log.progress(paused).length + 2)
    await client.call('runs.pause', { runIds: [paused] })
    await log.status(paused, 'paused')
    await client.call('runs.resume', { runIds: [paused] })
    await log.status(paused, 'running')
  }
  const [one, other] = await log.over([undisturbed, paused])
  expect(one?.stopped?.reason).toBe('patience')
  expect(other).toMatchObject({ stopped: one?.stopped, steps: one?.steps, final: one?.final })
})

test('a run that diverges ends as a result, with what came before', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [{ set: { lr: 10 } }])
  const run = await log.status(id, 'diverged')
  expect(run.final).toEqual({ trainLoss: null })
  expect(run.divergence?.step).toBeGreaterThan(0)
  expect(run.error).toBeNull()
  const { metrics } = await client.call('runs.show', { runId: id })
  expect(metrics.step.length).toBeGreaterThan(0)
  expect(metrics.trainLoss.every(Number.isFinite)).toBe(true)
})

test('curves of many runs come with what was measured after each epoch', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const ids = await submit(client, [{ epochs: 3 }, { epochs: 2, seed: 1 }])
  await log.over(ids)
  const { curves } = await client.call('runs.curves', { runIds: ids })
  expect(curves.map(({ runId, epochs }) => [runId, ...epochs.epoch])).toEqual([
    [ids[0], 0, 1, 2],
    [ids[1], 0, 1],
  ])
  for (const { runId, points, epochs } of curves) {
    const { run, metrics } = await client.call('runs.show', { runId })
    expect(points).toEqual(metrics)
    expect(run.epochs.map(({ trainLoss }) => trainLoss)).toEqual([...epochs.trainLoss])
    expect(epochs.testAccuracy).toBeUndefined()
  }
  await client.call('runs.delete', { runIds: ids.slice(1), undoable: true })
  await expect(client.call('runs.curves', { runIds: ids })).rejects.toMatchObject({ code: 'not-found' })
})

test('settings that cannot be trained are refused before they are queued', async () => {
  const client = labInProcess().connect()
  for (const [given, code] of [
    [{ workload: 'airfol' }, 'not-found'],
    [{ optimizer: 'adm' }, 'not-found'],
    [{ batch: 1501 }, 'invalid-value'],
    [{ set: { lr: -1 } }, 'invalid-value'],
    [{ epochs: 0 }, 'usage'],
    [{ seed: 2 ** 32 }, 'usage'],
    [{ device: 'gpu:99' }, 'engine-unavailable'],
    [{ device: 'gpu:-1' }, 'invalid-value'],
  ] as const)
    // All or none: the first of the two is in order.
    await expect(submit(client, [{}, given])).rejects.toMatchObject({ code })
  expect(await client.call('runs.list', {})).toEqual({ runs: [] })
})

test('weights start only the network that they are of', async () => {
  const client = labInProcess().connect()
  const { parameters } = shape(leNetOnSubset.network.network)
  const arrays = parameters.map(({ name, shape: own }) => ({
    name,
    shape: own,
    values: new Float32Array(own.reduce((a, b) => a * b, 1)),
  }))
  const bytes = writeSafetensors(arrays, {})
  const { weights } = await client.call('weights.add', { workload: leNetOnSubset.id, bytes })
  await expect(submit(client, [{ weights }])).rejects.toMatchObject({ code: 'unsupported' })
  await expect(submit(client, [{ workload: 'softmax-fashion-mnist', weights }])).rejects.toMatchObject({
    code: 'invalid-value',
  })
  expect(await client.call('runs.list', {})).toEqual({ runs: [] })
})

test('an experiment’s runs share it, seed by seed', async () => {
  const client = labInProcess().connect()
  const log = await Log.of(client)
  const text =
    'title: Rates\nworkloads: airfoil\noptimizers: [{ id: sgd, set: { lr: [0.1, 0.2] } }]\nseeds: 2\n'
  const submitted = await client.call('experiments.submit', { text, name: 'rates.yaml' })
  expect(submitted.title).toBe('Rates')
  const runs = await log.over(submitted.runIds)
  expect(runs.map(({ series, settings, experimentId }) => [series, settings.seed, experimentId])).toEqual([
    ['SGD lr 0.1', 0, submitted.experimentId],
    ['SGD lr 0.2', 0, submitted.experimentId],
    ['SGD lr 0.1', 1, submitted.experimentId],
    ['SGD lr 0.2', 1, submitted.experimentId],
  ])
  await expect(client.call('experiments.submit', { text: 'title: 1', name: 'x.yaml' })).rejects.toMatchObject(
    {
      code: 'usage',
      message: expect.stringMatching(/^x\.yaml:1:/) as string,
    },
  )
})

test('what an experiment submits can be listed', async () => {
  // Whatever the file says, the runs made from it are of the form that the contract agreed on.
  const client = labInProcess({ workers: 1 }).connect()
  for (const extreme of ['epochs: 20000000', 'seeds: [4294967296]']) {
    const text = `title: T\nworkloads: airfoil\noptimizers: [sgd]\n${extreme}\n`
    await expect(client.call('experiments.submit', { text, name: 'x.yaml' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^x\.yaml:4:/) as string,
    })
  }
  await client.call('runs.list', {})
})

describe('a run goes on bit for bit', () => {
  test('after pauses', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const [undisturbed = '', paused = ''] = await submit(client, [long, long])
    for (let turn = 1; turn <= 3; turn++) {
      await log.progressed(paused, log.progress(paused).length + 2)
      await client.call('runs.pause', { runIds: [paused] })
      await log.status(paused, 'paused')
      const before = await client.call('runs.show', { runId: paused })
      expect(before.run.steps).toBeLessThan(before.run.totalSteps)
      expect(before.metrics.step.at(-1)).toBeLessThanOrEqual(before.run.steps)
      await client.call('runs.resume', { runIds: [paused] })
      await log.status(paused, 'running')
    }
    await log.over([undisturbed, paused])
    expect(await measured(client, paused)).toEqual(await measured(client, undisturbed))
    expect(log.run(paused)?.restarts).toBe(0)
  })

  test('after it was interrupted and cancelled', async () => {
    const { connect } = labInProcess()
    const client = connect()
    const log = await Log.of(client)
    const leaving = connect()
    const [id = ''] = await submit(leaving, [long])
    const [undisturbed = ''] = await submit(client, [long])
    await log.progressed(id, 2)
    leaving.close()
    await log.status(id, 'interrupted')
    await client.call('runs.resume', { runIds: [id] })
    await log.progressed(id, log.progress(id).length + 2)
    await client.call('runs.cancel', { runIds: [id] })
    const cancelled = await log.status(id, 'cancelled')
    expect(cancelled.finishedAt).not.toBeNull()
    await client.call('runs.resume', { runIds: [id] })
    await log.status(id, 'running')
    await log.over([id, undisturbed])
    expect(await measured(client, id)).toEqual(await measured(client, undisturbed))
  })
})

describe('cancelling', () => {
  test('ends a running and a waiting run for good, and keeps what was measured', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [running = '', waiting = '', last = ''] = await submit(client, [endless, endless, {}])
    await log.progressed(running)
    await client.call('runs.cancel', { runIds: [running, waiting] })
    await log.status(running, 'cancelled')
    await log.status(waiting, 'cancelled')
    const { metrics, run } = await client.call('runs.show', { runId: running })
    expect(metrics.step.length).toBeGreaterThan(0)
    expect(run.steps).toBeGreaterThan(0)
    await log.status(last, 'done')
    await expect(client.call('runs.cancel', { runIds: [running] })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('a paused run, too', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const [id = ''] = await submit(client, [endless])
    await log.progressed(id)
    await client.call('runs.pause', { runIds: [id] })
    await client.call('runs.pause', { runIds: [id] })
    await client.call('runs.cancel', { runIds: [id] })
    await log.status(id, 'cancelled')
    expect(log.progress(id).at(-1)?.step).toBe(log.run(id)?.steps)
  })

  test('all or none', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [done = '', running = ''] = await submit(client, [{}, endless])
    await log.status(done, 'done')
    await log.progressed(running)
    for (const call of ['runs.cancel', 'runs.pause'] as const)
      await expect(client.call(call, { runIds: [running, done] })).rejects.toMatchObject({ code: 'conflict' })
    await log.progressed(running, log.progress(running).length + 3)
    expect(log.run(running)?.status).toBe('running')
  })
})

describe('deleting', () => {
  test('a running, a waiting, a paused and a finished run leaves nothing of them', async () => {
    const { connect, places, close } = labInProcess({ workers: 1 })
    const client = connect()
    const log = await Log.of(client)
    const [done = '', paused = '', running = '', waiting = '', kept = ''] = await submit(client, [
      {},
      endless,
      endless,
      endless,
      {},
    ])
    await log.status(done, 'done')
    await log.progressed(paused)
    await client.call('runs.pause', { runIds: [paused] })
    await log.progressed(running)
    const runIds = [done, paused, running, waiting]
    await client.call('runs.delete', { runIds })
    await log.status(kept, 'done')
    expect(await log.until(() => log.events.find(({ type }) => type === 'deleted'))).toEqual({
      type: 'deleted',
      runIds,
    })
    expect((await client.call('runs.list', {})).runs.map(({ id }) => id)).toEqual([kept])
    for (const runId of runIds)
      await expect(client.call('runs.show', { runId })).rejects.toMatchObject({ code: 'not-found' })
    await close()
    const db = openDatabase(places.home)
    expect(db.prepare('SELECT DISTINCT run_id FROM chunks').all()).toEqual([{ run_id: kept }])
    expect(db.prepare('SELECT * FROM checkpoints').all()).toEqual([])
    db.close()
  })

  test('many waiting runs starts none of them', async () => {
    const client = labInProcess({ workers: 2 }).connect()
    const log = await Log.of(client)
    const runIds = await submit(
      client,
      Array.from({ length: 200 }, () => endless),
    )
    await log.progressed(runIds[0] as string)
    await log.progressed(runIds[1] as string)
    await client.call('runs.delete', { runIds })
    expect(log.started()).toHaveLength(2)
    expect(await client.call('runs.list', {})).toEqual({ runs: [] })
  })
})

describe('deleting undoably', () => {
  test('hides runs, and restoring brings them back as they were', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [done = '', running = '', waiting = ''] = await submit(client, [{}, long, {}])
    await log.progressed(running)
    await client.call('runs.delete', { runIds: [done, running, waiting], undoable: true })
    expect((await client.call('runs.list', {})).runs).toEqual([])
    // It would be trained unseen, or come back as what it was not.
    for (const call of ['runs.retry', 'runs.resume', 'runs.delete'] as const)
      await expect(client.call(call, { runIds: [done] })).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.call('runs.show', { runId: done })).rejects.toMatchObject({ code: 'not-found' })
    await client.call('runs.restore', { runIds: [done, running, waiting] })
    const { runs } = await client.call('runs.list', {})
    expect(runs.map(({ status }) => status)).toEqual(['done', 'interrupted', 'interrupted'])
    const [undisturbed = ''] = await submit(client, [long])
    await client.call('runs.resume', { runIds: [running] })
    await log.until(() => log.run(undisturbed)?.status === 'done' && log.run(running)?.status === 'done')
    expect(await measured(client, running)).toEqual(await measured(client, undisturbed))
  })

  test('ends with the lab', async () => {
    const first = labInProcess({ workers: 1 })
    const client = first.connect()
    const log = await Log.of(client)
    const [running = '', waiting = ''] = await submit(client, [endless, endless], true)
    await log.progressed(running)
    await client.call('runs.delete', { runIds: [running, waiting], undoable: true })
    await first.close()
    const next = labInProcess({ workers: 1, places: first.places }).connect()
    expect((await next.call('runs.list', {})).runs).toEqual([])
    await expect(next.call('runs.restore', { runIds: [running] })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('is not undone for a run that is there', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [running = ''] = await submit(client, [endless])
    await log.progressed(running)
    await expect(client.call('runs.restore', { runIds: [running] })).rejects.toMatchObject({
      code: 'not-found',
    })
    await log.progressed(running, log.progress(running).length + 2)
    expect(log.run(running)?.status).toBe('running')
  })
})

describe('the order of starts', () => {
  const order = async (move: (ids: string[]) => { runIds: string[]; before: string | null }) => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [running = '', ...ids] = await submit(client, [endless, {}, {}, {}, {}])
    await log.progressed(running)
    await client.call('runs.reorder', move(ids))
    await client.call('runs.cancel', { runIds: [running] })
    await log.over(ids)
    return log
      .started()
      .filter((id) => id !== running)
      .map((id) => ids.indexOf(id))
  }
  test('follows the queue', async () => {
    expect(await order((ids) => ({ runIds: [ids[3] as string], before: null }))).toEqual([0, 1, 2, 3])
  })
  test('follows a move to the front', async () => {
    expect(await order(([a = '', , c = '', d = '']) => ({ runIds: [d, c], before: a }))).toEqual([3, 2, 0, 1])
  })
  test('follows a move to the end', async () => {
    expect(await order(([a = '', b = '']) => ({ runIds: [a, b], before: null }))).toEqual([2, 3, 0, 1])
  })

  test('outlasts the lab', async () => {
    const first = labInProcess({ workers: 1 })
    let client = first.connect()
    let log = await Log.of(client)
    const [running = '', a = '', b = '', c = ''] = await submit(client, [endless, {}, {}, {}], true)
    await log.progressed(running)
    await client.call('runs.reorder', { runIds: [c], before: a })
    await first.close()
    client = labInProcess({ workers: 1, places: first.places }).connect()
    log = await Log.of(client)
    await log.progressed(running)
    await client.call('runs.cancel', { runIds: [running] })
    await log.over([a, b, c])
    expect(log.started()).toEqual([running, c, a, b])
  })

  test('only waiting runs are moved, and none before itself', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [running = '', a = '', b = ''] = await submit(client, [endless, endless, endless])
    await log.progressed(running)
    const reorder = (runIds: string[], before: string | null) =>
      client.call('runs.reorder', { runIds, before })
    await expect(reorder([running], a)).rejects.toMatchObject({ code: 'conflict' })
    await expect(reorder([a], running)).rejects.toMatchObject({ code: 'conflict' })
    await expect(reorder([a, b], b)).rejects.toMatchObject({ code: 'usage' })
    await expect(reorder([a], 'nothing')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('starting again', () => {
  test('from step 0, without what was measured', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const [first = '', again = ''] = await submit(client, [long, long])
    await log.progressed(again, 3)
    await client.call('runs.pause', { runIds: [again] })
    await client.call('runs.retry', { runIds: [again] })
    await log.over([first, again])
    expect(await measured(client, again)).toEqual(await measured(client, first))
    await client.call('runs.retry', { runIds: [first] })
    const run = await log.until(() => (log.run(first)?.status === 'running' ? log.run(first) : null))
    expect(run).toMatchObject({ finishedAt: null, final: { trainLoss: null }, restarts: 0 })
    await log.status(first, 'done')
    expect(await measured(client, first)).toEqual(await measured(client, again))
  })

  test('of a running or waiting run is refused', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [running = '', waiting = ''] = await submit(client, [endless, endless])
    await log.progressed(running)
    for (const id of [running, waiting]) {
      await expect(client.call('runs.retry', { runIds: [id] })).rejects.toMatchObject({ code: 'conflict' })
      await expect(client.call('runs.resume', { runIds: [id] })).rejects.toMatchObject({ code: 'conflict' })
    }
  })

  test('going on is nothing for what is over', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const [done = '', diverged = ''] = await submit(client, [{}, { set: { lr: 10 } }])
    await log.over([done, diverged])
    for (const id of [done, diverged]) {
      const refusal = { code: 'conflict', message: expect.stringContaining(id) as string }
      await expect(client.call('runs.resume', { runIds: [id] })).rejects.toMatchObject(refusal)
    }
  })
})

describe('when a front door leaves', () => {
  test('its runs are kept for later, detached ones go on', async () => {
    const { connect } = labInProcess({ workers: 2 })
    const client = connect()
    const log = await Log.of(client)
    const leaving = connect()
    const [attached = ''] = await submit(leaving, [endless])
    const [detached = ''] = await submit(leaving, [long], true)
    const [waiting = ''] = await submit(leaving, [endless])
    const [other = ''] = await submit(client, [{}])
    await log.progressed(attached)
    leaving.close()
    for (const id of [attached, waiting])
      expect(await log.status(id, 'interrupted')).toMatchObject({ finishedAt: null })
    await log.status(other, 'done')
    await log.status(detached, 'done')
    // Whoever resumes it owns it now.
    await client.call('runs.resume', { runIds: [attached] })
    const steps = log.run(attached)?.steps ?? 0
    await log.until(() => (log.run(attached)?.status === 'running' ? log.progress(attached).at(-1) : null))
    await log.until(() => (log.progress(attached).at(-1)?.step ?? 0) > steps)
    await client.call('runs.cancel', { runIds: [attached] })
  })

  test('a paused run stays paused', async () => {
    const { connect } = labInProcess()
    const client = connect()
    const log = await Log.of(client)
    const leaving = connect()
    const [id = ''] = await submit(leaving, [endless])
    await log.progressed(id)
    await leaving.call('runs.pause', { runIds: [id] })
    leaving.close()
    await leaving.closed
    await client.call('lab.info', {})
    expect((await client.call('runs.show', { runId: id })).run.status).toBe('paused')
  })

  test('one that only watches interrupts nothing', async () => {
    const { connect } = labInProcess()
    const client = connect()
    const log = await Log.of(client)
    const watching = connect()
    await Log.of(watching)
    const [id = ''] = await submit(client, [long])
    await log.progressed(id)
    watching.close()
    await log.status(id, 'done')
  })
})

describe('a lab that is closed', () => {
  test('keeps detached runs for the next, where they go on by themselves', async () => {
    const first = labInProcess({ workers: 1 })
    const client = first.connect()
    const log = await Log.of(client)
    const [running = '', waiting = ''] = await submit(client, [long, {}], true)
    const [attached = ''] = await submit(client, [{}])
    await log.progressed(running, 2)
    await first.close()

    const next = labInProcess({ workers: 2, places: first.places }).connect()
    const nextLog = await Log.of(next)
    await nextLog.over([running, waiting])
    const { runs } = await next.call('runs.list', {})
    expect(runs.map(({ id, status }) => [id, status])).toEqual([
      [running, 'done'],
      [waiting, 'done'],
      [attached, 'interrupted'],
    ])
    const [undisturbed = ''] = await submit(next, [long])
    await nextLog.status(undisturbed, 'done')
    expect(await measured(next, running)).toEqual(await measured(next, undisturbed))
  })

  test('takes its numbers of events with it: they are not mistaken for the next one’s', async () => {
    const first = labInProcess({ workers: 1 })
    const client = first.connect()
    const log = await Log.of(client)
    await log.over(await submit(client, [{}, {}, {}]))
    await first.close()
    const next = labInProcess({ workers: 1, places: first.places }).connect()
    const nextLog = await Log.of(next)
    await nextLog.over(await submit(next, [{}, {}, {}, {}]))
    await expect(next.stream('events', {}, { after: log.sequence }).next()).rejects.toMatchObject({
      code: 'connection-lost',
    })
  })

  test('leaves paused runs paused', async () => {
    const first = labInProcess({ workers: 1 })
    const client = first.connect()
    const log = await Log.of(client)
    const [id = ''] = await submit(client, [endless])
    await log.progressed(id)
    await client.call('runs.pause', { runIds: [id] })
    await first.close()
    const next = labInProcess({ workers: 1, places: first.places }).connect()
    expect((await next.call('runs.show', { runId: id })).run.status).toBe('paused')
  })
})

test('what a killed lab left: detached runs go on in their order, others wait for someone', async () => {
  const places = temporaryHome()
  const library = new Library(openDatabase(places.home))
  const add = (
    id: string,
    status: 'queued' | 'running' | 'paused' | 'done',
    detached: boolean,
    position: number,
  ) => library.addRun(queuedRun({ id, status, settings: settings({ epochs: 100 }) }), { detached, position })
  add('a', 'running', false, 1)
  add('b', 'running', true, 2)
  add('c', 'queued', true, 5)
  add('d', 'queued', true, 4)
  add('e', 'queued', false, 3)
  add('f', 'paused', false, 6)
  add('g', 'done', true, 7)
  library.close()
  const client = labInProcess({ workers: 1, places }).connect()
  const log = await Log.of(client)
  await log.over(['b', 'c', 'd'])
  const { runs } = await client.call('runs.list', {})
  const statusOf = Object.fromEntries(runs.map(({ id, status }) => [id, status]))
  expect(statusOf).toEqual({
    a: 'interrupted',
    b: 'done',
    c: 'done',
    d: 'done',
    e: 'interrupted',
    f: 'paused',
    g: 'done',
  })
  const started = runs
    .filter(({ startedAt }) => startedAt !== null)
    .toSorted((x, y) => ((x.startedAt ?? '') < (y.startedAt ?? '') ? -1 : 1))
  expect(started.map(({ id }) => id)).toEqual(['b', 'd', 'c'])
})

test('100 runs on two engines: each is used, each run is done once', async () => {
  const { connect } = labInProcess({ workers: 2 })
  const client = connect()
  const log = await Log.of(client)
  const runIds = await submit(
    client,
    Array.from({ length: 100 }, (_, seed) => ({ seed })),
  )
  expect(new Set(runIds).size).toBe(100)
  let together = 0
  const running = new Set<string>()
  await log.over(runIds)
  for (const event of log.events)
    if (event.type === 'run') {
      if (event.run.status === 'running') running.add(event.run.id)
      else running.delete(event.run.id)
      together = Math.max(together, running.size)
    }
  expect(together).toBe(2)
  const { runs } = await client.call('runs.list', {})
  expect(runs.map(({ id, status }) => [id, status])).toEqual(runIds.map((id) => [id, 'done']))
  expect(new Set(runs.map(({ final }) => final.trainLoss)).size).toBe(100)
  for (const id of runIds.slice(0, 5))
    expect((await client.call('runs.show', { runId: id })).metrics.step).toHaveLength(16)
})

describe('renaming', () => {
  test('lasts, whatever the run is doing', async () => {
    const client = labInProcess().connect()
    const log = await Log.of(client)
    const [id = ''] = await submit(client, [long])
    await log.progressed(id)
    await client.call('runs.rename', { runId: id, name: '慢一点' })
    await log.until(() => log.run(id)?.name === '慢一点')
    expect(await log.status(id, 'done')).toMatchObject({ name: '慢一点' })
    expect((await client.call('runs.show', { runId: id })).run.name).toBe('慢一点')
    await client.call('runs.rename', { runId: id, name: 'again' })
    expect((await client.call('runs.show', { runId: id })).run).toMatchObject({
      name: 'again',
      status: 'done',
    })
  })

  test('in the moment a run ends does not bring it back', async () => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const ids = await submit(
      client,
      Array.from({ length: 30 }, (_, seed) => ({ seed })),
    )
    let renames = 0
    const rename = async (): Promise<void> => {
      await log.until(() => log.started().length > 0)
      while (log.run(ids.at(-1) as string)?.status !== 'done')
        for (const runId of log.started().slice(-2)) {
          await client.call('runs.rename', { runId, name: `name ${++renames}` })
          await setImmediate() // memory channels leave no time for anything else
        }
    }
    await Promise.all([rename(), rename(), log.over(ids)])
    const { runs } = await client.call('runs.list', {})
    expect(runs.map(({ status }) => status)).toEqual(ids.map(() => 'done'))
  })
})

test('tags are added and taken away, on many runs at once', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const runIds = await submit(
    client,
    Array.from({ length: 300 }, () => endless),
  )
  await log.progressed(runIds[0] as string)
  await client.call('runs.tag', { runIds, add: ['slow', 'good', 'slow'], remove: [] })
  await client.call('runs.tag', { runIds, add: ['new'], remove: ['slow'] })
  const { runs } = await client.call('runs.list', {})
  expect(new Set(runs.map(({ tags }) => tags.join()))).toEqual(new Set(['good,new']))
})

test('ids sort by creation and are never given twice', () => {
  const now = new Date('2026-05-05T05:05:05Z')
  const ids = Array.from({ length: 2000 }, () => newId(now))
  expect(new Set(ids).size).toBe(2000)
  expect(ids.toSorted()).toEqual(ids)
})
