import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunSummary } from '../../src/experiments/run.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { Random } from '../../src/math/random.ts'
import { bits, joined } from '../support/columns.ts'
import { temporaryHome } from '../support/home.ts'
import { frontDoor } from '../support/lab-process.ts'
import { expectAscending, Log, measured } from '../support/lab.ts'
import { childrenRunning, isAlive, kill } from '../support/processes.ts'
import { submit } from '../support/submit.ts'
import { undisturbed } from '../support/undisturbed.ts'
import { until } from '../support/until.ts'

// For machines with much else to do; on an idle one, each takes a few seconds at most.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 30_000 })

/** Decides when the lab is killed. */
const seed = 20260915
const kills = 10
const long = { optimizer: 'adam', set: { lr: 0.01 }, batch: 10, epochs: 20_000, seed: 6 }

test(
  `a lab that is killed ${kills} times at random moments keeps everything it acknowledged`,
  { timeout: 240_000 },
  async () => {
    const places = temporaryHome()
    const moments = Random.from(seed, 'moments')
    /** Runs whose submission was acknowledged, by any of the labs. */
    const acknowledged = new Set<string>()
    /** Runs whose deletion was asked for; without an answer it may have happened or not. */
    const condemned = new Set<string>()
    const deleted = new Set<string>()
    let detached = ''

    for (let turn = 1; turn <= kills; turn++) {
      const client = await frontDoor(places)
      const log = await Log.of(client)
      if (turn === 1) [detached = ''] = await submit(client, [long], true)
      acknowledged.add(detached)
      // Writes flow until the end: two engines report, and someone submits, renames and deletes.
      const names = new Map<string, string>()
      let open = true
      const busy = async (): Promise<void> => {
        const [endless = ''] = await submit(client, [{ epochs: 10_000_000, seed: turn }])
        acknowledged.add(endless)
        while (open) {
          const ids = await submit(client, [{ epochs: 10_000_000 }, { epochs: 1 }])
          ids.forEach((id) => acknowledged.add(id))
          const [renamed = '', gone = ''] = ids
          const name = `turn ${turn}, ${acknowledged.size}`
          await client.call('runs.rename', { runId: renamed, name })
          names.set(renamed, name)
          condemned.add(gone)
          await client.call('runs.delete', { runIds: [gone] })
          deleted.add(gone)
        }
      }
      const ended = busy().catch((error: unknown) => error)
      await log.progressed(detached, 2)
      await sleep(moments.integer(400))
      const engines = childrenRunning(client.pid, 'engine')
      kill(client.pid)
      expect(await ended).toMatchObject({ code: 'connection-lost' })
      open = false
      await client.closed
      // No engine outlives its lab.
      await until(() => engines.every((pid) => !isAlive(pid)) && !isAlive(client.pid))

      const db = openDatabase(places.home)
      const library = new Library(db)
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(db.pragma('foreign_key_check')).toEqual([])
      const stored = new Map(library.runs().map((run) => [run.id, run]))
      for (const id of acknowledged) if (!condemned.has(id)) expect(stored.has(id)).toBe(true)
      for (const id of deleted) expect(stored.has(id)).toBe(false)
      for (const [id, name] of names) expect(stored.get(id)?.name).toBe(name)
      for (const id of new Set(
        log.events.flatMap((event) => (event.type === 'progress' ? [event.runId] : [])),
      ))
        if (!condemned.has(id)) expectKept(library, stored.get(id) as RunSummary, log)
      library.close()
    }

    // The next lab takes up what is left: what was detached goes on by itself, the rest waits.
    const client = await frontDoor(places)
    const log = await Log.of(client)
    const { runs } = await client.call('runs.list', {})
    for (const run of runs) if (run.id !== detached) expect(['interrupted', 'done']).toContain(run.status)
    const { run } = await client.call('runs.show', { runId: detached })
    if (run.status !== 'done') await log.status(detached, 'done')
    expect(await measured(client, detached)).toEqual(undisturbed(long))
  },
)

/** Everything that was told of a run's progress is on disk, without holes and repetitions. */
function expectKept(library: Library, stored: RunSummary, log: Log): void {
  const told = log.progress(stored.id)
  const metrics = library.metrics(stored.id)
  expectAscending(metrics.step)
  const points = joined(told.map((event) => event.points))
  const from = metrics.step.indexOf(points.step[0] as number)
  expect(from).toBeGreaterThanOrEqual(0)
  const kept = Object.fromEntries(
    Object.entries(metrics).map(([name, column]) => [name, column?.slice(from, from + points.step.length)]),
  )
  expect(bits(kept)).toEqual(bits(points))
  const { epochs } = library.record(stored.id)
  expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, i) => i))
  expect(stored.steps).toBeGreaterThanOrEqual(told.at(-1)?.step ?? 0)
  if (stored.status !== 'done') expect(library.checkpoint(stored.id)).not.toBeNull()
}

test('engines of a killed lab do not outlive it, even in the middle of their work', async () => {
  const places = temporaryHome()
  const client = await frontDoor(places)
  const log = await Log.of(client)
  const ids = await submit(client, [{ epochs: 10_000_000 }, { epochs: 10_000_000 }])
  for (const id of ids) await log.progressed(id)
  const engines = childrenRunning(client.pid, 'engine')
  expect(engines.length).toBeGreaterThan(0)
  onTestFinished(() => engines.forEach(kill))
  kill(client.pid)
  await until(() => engines.every((pid) => !isAlive(pid)))
})
