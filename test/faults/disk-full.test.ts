import { describe, expect, test, vi } from 'vitest'
import { connectLab } from '../../src/lab/connect.ts'
import { announced } from '../../src/lab/endpoint.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { temporaryHome } from '../support/home.ts'
import { frontDoor, spawnLab } from '../support/lab-process.ts'
import { Log, measured } from '../support/lab.ts'
import { childrenRunning, isAlive } from '../support/processes.ts'
import { submit } from '../support/submit.ts'
import { undisturbed } from '../support/undisturbed.ts'
import { until } from '../support/until.ts'

// For machines with much else to do; on an idle one, each takes a few seconds at most.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

/** A shell that gives what it starts room for files of so many KiB only, without the signal that would end it. */
const limited = (kib: number): string[] => [
  'bash',
  '-c',
  `trap '' XFSZ; ulimit -f ${kib}; exec "$@"`,
  'limited',
]

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  test('ends the lab with a sentence; what was saved is kept, and goes on when there is room', async () => {
    const places = temporaryHome()
    const given = { optimizer: 'adam', set: { lr: 0.01 }, batch: 10, epochs: 15_000, seed: 8 }
    const { child, ended } = spawnLab(places, limited(1500))
    await until(() => announced(places.home))
    const client = await connectLab(places)
    expect((await client.call('lab.info', {})).pid).toBe(child.pid)
    const log = await Log.of(client)
    const [attached = ''] = await submit(client, [given])
    const [detached = ''] = await submit(client, [given], true)
    await log.progressed(attached)
    const engines = childrenRunning(child.pid as number, 'engine')

    await expect(log.until(() => false)).rejects.toMatchObject({
      name: 'DescentError',
      code: 'disk-full',
      message: expect.stringContaining('cannot be written') as string,
      remedy: expect.stringContaining('Make room') as string,
    })
    const { code, said } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 'disk-full' })
    await until(() => engines.every((pid) => !isAlive(pid)))

    const db = openDatabase(places.home)
    const library = new Library(db)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const told = log.progress(attached).at(-1)?.step ?? 0
    expect(told).toBeGreaterThan(0)
    expect(library.run(attached).steps).toBeGreaterThanOrEqual(told)
    library.close()

    const next = await frontDoor(places)
    const nextLog = await Log.of(next)
    await next.call('runs.resume', { runIds: [attached] })
    await nextLog.over([attached, detached])
    const expected = undisturbed(given)
    expect(await measured(next, attached)).toEqual(expected)
    expect(await measured(next, detached)).toEqual(expected)
  })

  test('from the start keeps a lab from starting, and says so', async () => {
    const places = temporaryHome()
    const { ended } = spawnLab(places, limited(8))
    const { code, said } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 'disk-full' })
  })
})
