import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { LabEvent } from '../../src/contract/lab.ts'
import { isOver } from '../../src/experiments/run.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { RunQueue } from '../../src/lab/queue.ts'
import { Random } from '../../src/math/random.ts'
import { settings } from '../support/airfoil.ts'
import { temporaryHome } from '../support/home.ts'
import { labInProcess, Log, measured } from '../support/lab.ts'
import { childrenRunning, kill } from '../support/processes.ts'
import { queuedRun } from '../support/run.ts'
import { submit } from '../support/submit.ts'
import { undisturbed } from '../support/undisturbed.ts'
import { until } from '../support/until.ts'

// For machines with much else to do; on an idle one, each takes a few seconds at most.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

/** Decides when engines are killed. */
const seed = 20260914
const moments = Random.from(seed, 'moments')

const engines = (): number[] => childrenRunning(process.pid, 'engine')
const killEngine = async (): Promise<void> => kill((await until(engines))[0] as number)

describe('a run whose engine is killed twice, at random moments, is the undisturbed one bit for bit', () => {
  const long = { optimizer: 'adam', set: { lr: 0.01 }, batch: 10, epochs: 20_000, seed: 1 }
  const cosine = { id: 'cosine', set: { final: 0.0001, maxUpdate: 5000 } }
  test.each([
    { ...long },
    { ...long, optimizer: 'nadam', epochs: 6000, schedule: cosine },
    { ...long, optimizer: 'asgd', set: { t0: 1000 }, epochs: 6000, batch: 7 },
  ])('$optimizer, $epochs epochs', async (given) => {
    const client = labInProcess({ workers: 1 }).connect()
    const log = await Log.of(client)
    const [id = ''] = await submit(client, [given])
    for (let restarts = 1; restarts <= 2; restarts++) {
      await log.status(id, 'running')
      // Perhaps before it has said anything, perhaps in the middle.
      await sleep(moments.integer(given.epochs / 20))
      await killEngine()
      await log.until(() => log.run(id)?.restarts === restarts)
    }
    const run = await log.status(id, 'done')
    expect(run.restarts).toBe(2)
    expect(run.error).toBeNull()
    expect(await measured(client, id)).toEqual(undisturbed(given))
    expect(log.events).toContainEqual({
      type: 'engine',
      state: 'restarting',
      reason: 'killed by SIGKILL',
    })
  })

  test('also where another engine waits to take it over at once', async () => {
    const given = { ...long, epochs: 4000 }
    const client = labInProcess({ workers: 2 }).connect()
    const log = await Log.of(client)
    // Both are warm when the second of these has ended.
    await log.over(await submit(client, [{ epochs: 200 }, { epochs: 200 }]))
    const expected = undisturbed(given)
    for (let turn = 0; turn < 4; turn++) {
      const before = new Set(engines())
      const [id = ''] = await submit(client, [given])
      await log.progressed(id, 1 + moments.integer(4))
      await sleep(moments.integer(50))
      // The one that trains is the first of two free ones; killing the other would show no restart.
      for (const pid of before) {
        kill(pid)
        await sleep(20)
        if ((log.run(id)?.restarts ?? 0) > 0) break
      }
      await log.status(id, 'done')
      expect(await measured(client, id)).toEqual(expected)
    }
  })
})

test('a run that kills its engine three times fails, the next run is trained, and resuming finishes it', async () => {
  const given = { optimizer: 'adam', epochs: 9000, seed: 2 }
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const [id = '', next = ''] = await submit(client, [given, {}])
  for (let turn = 1; turn <= 3; turn++) {
    await log.progressed(id, log.progress(id).length + 1)
    await killEngine()
    if (turn < 3) await log.until(() => log.run(id)?.restarts === turn)
  }
  const failed = await log.status(id, 'failed')
  expect(failed).toMatchObject({
    restarts: 2,
    finishedAt: expect.any(String) as string,
    error: {
      code: 'engine-died',
      message: expect.stringContaining('3 times') as string,
      remedy: expect.stringContaining('runs resume') as string,
    },
  })
  expect(failed.steps).toBeGreaterThan(0)
  await log.status(next, 'done')
  await client.call('runs.resume', { runIds: [id] })
  await log.until(() => log.run(id)?.status === 'running')
  // Its three deaths are forgotten.
  await killEngine()
  await log.until(() => log.run(id)?.restarts === 3)
  const done = await log.status(id, 'done')
  expect(done.error).toBeNull()
  expect(await measured(client, id)).toEqual(undisturbed(given))
})

test('a person’s wish is carried out though the engine dies under it', async () => {
  const client = labInProcess({ workers: 2 }).connect()
  const log = await Log.of(client)
  const endless = { epochs: 10_000_000 }
  const [paused = '', cancelled = '', deleted = ''] = await submit(client, [endless, endless, endless])
  await log.progressed(paused)
  await log.progressed(cancelled)
  const wishes = [
    client.call('runs.pause', { runIds: [paused] }),
    client.call('runs.cancel', { runIds: [cancelled] }),
  ]
  engines().forEach(kill)
  await Promise.all(wishes)
  await log.status(paused, 'paused')
  await log.status(cancelled, 'cancelled')
  await log.progressed(deleted)
  const wish = client.call('runs.delete', { runIds: [deleted] })
  engines().forEach(kill)
  await wish
  expect((await client.call('runs.list', {})).runs.map(({ id, restarts }) => [id, restarts])).toEqual([
    [paused, 0],
    [cancelled, 0],
  ])
})

test('an engine that dies idle is replaced when it is needed', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const [first = ''] = await submit(client, [{}])
  await log.status(first, 'done')
  await killEngine()
  await until(() => engines().length === 0)
  const [second = ''] = await submit(client, [{}])
  await log.status(second, 'done')
})

describe('with an engine that dies with its last words unread', () => {
  const scripted = fileURLToPath(new URL('../support/scripted-engine.ts', import.meta.url))

  function queue(workers: number) {
    const library = new Library(openDatabase(temporaryHome().home))
    const made = new RunQueue({
      library,
      enginesFor: () => [
        {
          id: 'scripted',
          entry: scripted,
          arguments: [],
          needsTensorFlow: false,
          places: workers,
          lingerMs: Infinity,
        },
      ],
      supply: async () => ({ files: {}, provenance: { versions: {}, datasets: [] } }),
      now: () => new Date(),
      clock: () => performance.now(),
      lost: (error) => {
        throw error
      },
    })
    onTestFinished(async () => {
      await made.close()
      library.close()
    })
    const events: LabEvent[] = []
    void (async () => {
      for await (const { event } of made.events.subscribe(new AbortController().signal)) events.push(event)
    })()
    const over = (id: string) =>
      until(() =>
        events.some((event) => event.type === 'run' && event.run.id === id && isOver(event.run.status)),
      )
    return { library, queue: made, over }
  }

  test('nothing is lost and nothing is kept twice', async () => {
    const { library, queue: made, over } = queue(2)
    const add = async (id: string, script: string): Promise<void> => {
      const run = queuedRun({ id, settings: settings({ optimizer: script }) })
      await made.submit([run], { detached: true, owner: 0 })
    }
    for (let turn = 0; turn < 6; turn++) {
      // Two quick ones, so that both engines are there.
      const quick = [`a${turn}`, `b${turn}`]
      await Promise.all(quick.map((id) => add(id, 'done')))
      await Promise.all(quick.map(over))
      const id = `run${turn}`
      const submitted = add(id, 'dies')
      // The lab is busy while the engine speaks and dies: it finds both at once, in whichever order.
      for (let busy = 0; busy < 4; busy++) {
        await sleep(2)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + 2 * turn)
      }
      await submitted
      await over(id)
      expect([...library.metrics(id).step]).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
      expect(library.run(id)).toMatchObject({ status: 'done', restarts: 2, steps: 60 })
    }
  })
})
