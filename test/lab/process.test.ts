import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { defineContract } from '../../src/contract/contract.ts'
import { connectLab } from '../../src/lab/connect.ts'
import { announce, announced, socketPath } from '../../src/lab/endpoint.ts'
import { openDatabase } from '../../src/lab/library/database.ts'
import { Library } from '../../src/lab/library/library.ts'
import { lockLibrary } from '../../src/lab/lock.ts'
import type { Places } from '../../src/lab/places.ts'
import { version } from '../../src/lab/version.ts'
import { serve } from '../../src/transport/server.ts'
import { streamChannel } from '../../src/transport/stream.ts'
import { temporaryHome } from '../support/home.ts'
import { frontDoor, labEntry, spawnLab } from '../support/lab-process.ts'
import { Log } from '../support/lab.ts'
import { childrenRunning, isAlive, kill } from '../support/processes.ts'
import { submit } from '../support/submit.ts'
import { until } from '../support/until.ts'

// For machines with much else to do; on an idle one, each takes a few seconds at most.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

const endless = { epochs: 10_000_000 }

/** A front door in a process of its own. */
async function frontDoorProcess(
  places: Places,
  epochs = 0,
): Promise<{ pid: number; runIds: string[]; end(): void }> {
  const script = fileURLToPath(new URL('../support/front-door.ts', import.meta.url))
  const child = spawn(process.execPath, [script, String(epochs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DESCENT_HOME: places.home, DESCENT_CACHE: places.cache },
  })
  const end = (): void => void child.kill('SIGKILL')
  onTestFinished(() => {
    childrenRunning(child.pid as number, labEntry).forEach(kill)
    end()
  })
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as { pid: number; runIds: string[] }
    onTestFinished(() => kill(said.pid))
    return { ...said, end }
  }
  throw new Error('the front door ended without a word')
}

test('a front door starts a lab, others join it, and it ends after the last has left', async () => {
  const places = temporaryHome()
  const first = await frontDoor(places)
  const second = await frontDoor(places)
  expect(second.pid).toBe(first.pid)
  expect(await second.call('lab.info', {})).toMatchObject({ version, home: places.home })
  expect(announced(places.home)).toMatchObject({ pid: first.pid, version })

  const log = await Log.of(second)
  const [id = ''] = await submit(first, [{}])
  expect((await log.status(id, 'done')).settings.optimizer).toBe('sgd')

  first.close()
  await first.closed
  await second.call('lab.info', {})
  second.close()
  await until(() => !isAlive(first.pid))
  expect(announced(places.home)).toBeNull()
  expect(existsSync(join(places.home, 'lab.sock'))).toBe(false)
  // What was done is there for the next.
  const third = await frontDoor(places)
  expect(third.pid).not.toBe(first.pid)
  expect((await third.call('runs.list', {})).runs.map((run) => run.id)).toEqual([id])
})

test('a lab goes on while detached runs do, though nobody is connected', async () => {
  const places = temporaryHome()
  const client = await frontDoor(places)
  const [id = ''] = await submit(client, [{ epochs: 15_000 }], true)
  client.close()
  await until(() => !isAlive(client.pid))
  const library = new Library(openDatabase(places.home))
  expect(library.run(id)).toMatchObject({ status: 'done', steps: 15_000 * 150 })
  library.close()
})

describe('front doors that start in the same instant join one lab', () => {
  test.each([1, 2, 3, 4, 5])('(%d)', async () => {
    const places = temporaryHome()
    const clients = await Promise.all([1, 2, 3].map(() => frontDoor(places)))
    expect(new Set(clients.map(({ pid }) => pid)).size).toBe(1)
  })

  test('in processes of their own', async () => {
    const places = temporaryHome()
    const doors = await Promise.all([1, 2].map(() => frontDoorProcess(places)))
    expect(new Set(doors.map(({ pid }) => pid)).size).toBe(1)
  })
})

test('runs of a front door that is killed are interrupted and can be resumed', async () => {
  const places = temporaryHome()
  const client = await frontDoor(places)
  const log = await Log.of(client)
  const door = await frontDoorProcess(places, 10_000_000)
  const [id = ''] = door.runIds
  await log.progressed(id)
  door.end()
  const { steps } = await log.status(id, 'interrupted')
  await client.call('runs.resume', { runIds: [id] })
  await log.until(() => (log.progress(id).at(-1)?.step ?? 0) > steps)
})

test('a second lab on the same library ends at once, without touching it', async () => {
  const places = temporaryHome()
  const client = await frontDoor(places)
  const said = readFileSync(join(places.home, 'lab.json'), 'utf8')
  const { mtimeMs } = statSync(join(places.home, 'library.sqlite'))
  expect(await spawnLab(places).ended).toEqual({ code: 0, said: '' })
  expect(readFileSync(join(places.home, 'lab.json'), 'utf8')).toBe(said)
  expect(statSync(join(places.home, 'library.sqlite')).mtimeMs).toBe(mtimeMs)
  expect((await client.call('lab.info', {})).pid).toBe(client.pid)
})

test('the lock is one process’s until it ends, however it ends', async () => {
  const places = temporaryHome()
  const client = await frontDoor(places)
  expect(lockLibrary(places.home)).toBeNull()
  kill(client.pid)
  const unlock = await until(() => lockLibrary(places.home))
  // The system lets go of a process's files before the process is quite gone.
  await until(() => !isAlive(client.pid))
  unlock()
})

test('what a killed lab left behind does not keep the next from starting', async () => {
  const places = temporaryHome()
  const killed = await frontDoor(places)
  kill(killed.pid)
  await until(() => !isAlive(killed.pid))
  expect(announced(places.home)?.pid).toBe(killed.pid)
  const next = await frontDoor(places)
  expect(next.pid).not.toBe(killed.pid)
  expect(announced(places.home)?.pid).toBe(next.pid)
})

test.skipIf(process.platform === 'win32')(
  'a library whose path is too long for a socket has one elsewhere',
  async () => {
    const places = temporaryHome()
    const deep = {
      ...places,
      home: join(places.home, ...Array.from({ length: 5 }, () => 'a-long-name-of-a-folder')),
    }
    expect(Buffer.byteLength(socketPath(deep.home))).toBeLessThanOrEqual(100)
    onTestFinished(() => rmSync(socketPath(deep.home), { force: true }))
    const client = await frontDoor(deep)
    expect(client.pid).toBeGreaterThan(0)
  },
)

describe('a lab of another version', () => {
  /** Something that listens where a lab would, and answers as the contract it is given says. */
  async function pretend(places: Places, info: object): Promise<void> {
    mkdirSync(places.home, { recursive: true })
    const contract = defineContract({
      calls: { 'lab.info': { input: z.object({}), output: z.looseObject({}) } },
      streams: {},
    })
    const server = createServer((socket) => {
      serve(contract, streamChannel(socket), { calls: { 'lab.info': () => ({ ...info }) }, streams: {} })
    })
    await new Promise<void>((resolve) => server.listen(socketPath(places.home), resolve))
    onTestFinished(() => void server.close())
    announce(places.home, { socket: socketPath(places.home), pid: process.pid, version: '0.0.9' })
  }

  test.each([
    ['is not joined', { version: '0.0.9', pid: 7, home: '', sequence: 0, workers: 1 }],
    ['is known even where its answers cannot be read', { release: '0.0.9' }],
  ])('%s', async (_, info) => {
    const places = temporaryHome()
    await pretend(places, info)
    await expect(connectLab(places)).rejects.toMatchObject({
      code: 'library-locked',
      message: expect.stringContaining('0.0.9') as string,
    })
    expect(existsSync(join(places.home, 'library.sqlite'))).toBe(false)
  })
})

describe('a lab that cannot start says why', () => {
  test('a library of a later version', async () => {
    const places = temporaryHome()
    const db = openDatabase(places.home)
    db.pragma('user_version = 99')
    db.close()
    await expect(connectLab(places)).rejects.toMatchObject({
      code: 'library-newer',
      message: expect.stringContaining('version 99') as string,
      remedy: expect.stringContaining('Update') as string,
    })
  })

  test('a library that is none', async () => {
    const places = temporaryHome()
    mkdirSync(places.home)
    writeFileSync(join(places.home, 'library.sqlite'), 'a diary '.repeat(1000))
    await expect(connectLab(places)).rejects.toMatchObject({ code: 'data-damaged' })
    expect(readFileSync(join(places.home, 'library.sqlite'), 'utf8')).toBe('a diary '.repeat(1000))
  })

  test('a folder that cannot be made', async () => {
    const places = temporaryHome()
    mkdirSync(places.home)
    const file = join(places.home, 'file')
    writeFileSync(file, '')
    await expect(connectLab({ ...places, home: join(file, 'home') })).rejects.toMatchObject({
      name: 'DescentError',
      code: 'unsupported',
      remedy: expect.stringContaining('DESCENT_HOME') as string,
    })
  })
})

describe.skipIf(process.platform === 'win32')('a lab that is asked to end', () => {
  test.each([
    ['alone', (pid: number) => pid],
    // As a service manager does, or a computer that is shut down.
    ['together with its engines', (pid: number) => -pid],
  ])('%s, ends, with everything kept', async (_, target) => {
    const places = temporaryHome()
    const client = await frontDoor(places)
    const log = await Log.of(client)
    const [attached = ''] = await submit(client, [endless])
    const [detached = ''] = await submit(client, [endless], true)
    await log.progressed(attached, 2)
    await log.progressed(detached, 2)
    const engines = childrenRunning(client.pid, 'engine')
    expect(engines.length).toBeGreaterThan(0)
    process.kill(target(client.pid), 'SIGTERM')
    await client.closed
    await until(() => !isAlive(client.pid) && engines.every((pid) => !isAlive(pid)))
    expect(announced(places.home)).toBeNull()
    const db = openDatabase(places.home)
    const library = new Library(db)
    expect(library.run(attached).status).toBe('interrupted')
    expect(library.run(detached).status).toBe('queued')
    expect(library.checkpoint(attached)).not.toBeNull()
    expect(library.checkpoint(detached)).not.toBeNull()
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    library.close()
  })
})
