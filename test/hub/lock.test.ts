import { mkdir, readFile, readdir, unlink, utimes, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acquireLock, liveHolder, tryAcquireLock } from '../../src/files/lock.ts'
import type { LockOptions } from '../../src/files/lock.ts'
import { identifySelf } from '../../src/files/process-identity.ts'
import type { ProcessIdentity } from '../../src/files/process-identity.ts'
import { present } from './matchers.ts'
import { makeWorkplace } from './samples.ts'
import type { Workplace } from './samples.ts'
import { spawnChild } from './spawn.ts'

let place: Workplace
let path: string
let options: LockOptions

beforeEach(async () => {
  place = await makeWorkplace()
  path = place.path('file.lock')
  options = { stagingFolder: place.path('staging'), timings: { heartbeatMs: 20, staleMs: 200, pollMs: 5 } }
})
afterEach(() => place.remove())

/** A lock as another process would have left it. */
async function plantLock(owner: Partial<ProcessIdentity> | string, ageMs = 0): Promise<string> {
  await mkdir(path, { recursive: true })
  const file = join(path, '00000000-0000-0000-0000-000000000000.owner.json')
  const text = typeof owner === 'string' ? owner : JSON.stringify({ ...(await identifySelf()), ...owner })
  await writeFile(file, text)
  const date = new Date(Date.now() - ageMs)
  await utimes(file, date, date)
  return file
}

/** The number of a process that is no more. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

test('is held by one at a time, and leaves nothing behind', async () => {
  let inside = 0
  let most = 0
  const turns = Array.from({ length: 8 }, async () => {
    const lock = await acquireLock(path, options)
    inside += 1
    most = Math.max(most, inside)
    await wait(3)
    inside -= 1
    await lock.release()
  })
  await Promise.all(turns)
  expect(most).toBe(1)
  expect(await readdir(place.folder)).toEqual(['staging'])
  expect(await readdir(place.path('staging'))).toEqual([])
})

test('of a dead owner is taken over by one at a time, however many see it dead at the same moment', async () => {
  const pid = deadProcess()
  for (let round = 0; round < 10; round += 1) {
    await plantLock({ pid })
    let inside = 0
    const turns = Array.from({ length: 20 }, async () => {
      const lock = await acquireLock(path, options)
      inside += 1
      expect(inside).toBe(1)
      await wait(1)
      await lock.assertHeld()
      inside -= 1
      await lock.release()
    })
    await Promise.all(turns)
  }
})

test('of a dead owner is taken over by exactly one of many processes', async () => {
  await plantLock({ pid: deadProcess() })
  const counter = await place.put('counter', '0')
  const children = [1, 2, 3].map(() =>
    spawnChild({ do: 'count', lock: path, staging: place.path('staging'), counter, times: 20 }),
  )
  const ends = await Promise.all(children.map((child) => child.ended))
  expect(ends.map(({ errors }) => errors)).toEqual(['', '', ''])
  expect(await readFile(counter, 'utf8')).toBe('60')
})

test('is given up by a waiter whose signal says so, who leaves nothing behind', async () => {
  const lock = await acquireLock(path, options)
  const waiting = acquireLock(path, { ...options, signal: AbortSignal.timeout(30) })
  await expect(waiting).rejects.toThrow()
  expect(await readdir(place.path('staging'))).toEqual([])
  await lock.assertHeld()
  await lock.release()
})

test('can be asked for without waiting', async () => {
  const lock = await acquireLock(path, options)
  expect(await tryAcquireLock(path, options)).toBeUndefined()
  await lock.release()
  const second = await tryAcquireLock(path, options)
  expect(second).toBeDefined()
  await second?.release()
})

describe('an owner', () => {
  test('that is gone is known by its process number, at once', async () => {
    await plantLock({ pid: deadProcess() })
    expect(await liveHolder(path, 60_000, Date.now())).toBeUndefined()
    const lock = await acquireLock(path, { ...options, timings: { ...options.timings, staleMs: 60_000 } })
    await lock.release()
  })

  test('whose number another process has now is known by its start time', async ({ skip }) => {
    const { startTime } = await identifySelf()
    if (startTime === null) skip('start times are known on Linux only')
    await plantLock({ startTime: '1' })
    const lock = await acquireLock(path, { ...options, timings: { ...options.timings, staleMs: 60_000 } })
    await lock.release()
  })

  test('that lives is waited for, however old its sign of life', async ({ skip }) => {
    const { startTime } = await identifySelf()
    if (startTime === null) skip('start times are known on Linux only')
    await plantLock({}, 3_600_000)
    expect(await liveHolder(path, 200, Date.now())).toMatchObject({ pid: process.pid, host: hostname() })
    const waiting = acquireLock(path, { ...options, signal: AbortSignal.timeout(400) })
    await expect(waiting).rejects.toThrow()
  })

  test('on another machine is waited for while it gives signs of life, whatever its clock says', async () => {
    const file = await plantLock({ host: 'elsewhere' })
    let beats = 0
    const beat = setInterval(() => {
      beats += 1
      const odd = new Date(Date.now() - 1000 + beats)
      void utimes(file, odd, odd)
    }, 20)
    const patient = { ...options, timings: { ...options.timings, staleMs: 600 } }
    const waiting = acquireLock(path, { ...patient, signal: AbortSignal.timeout(1300) })
    await expect(waiting).rejects.toThrow()
    clearInterval(beat)
    const lock = await acquireLock(path, options)
    await lock.release()
  })

  test('on another machine that has been silent for minutes is not waited for', async () => {
    await plantLock({ host: 'elsewhere' }, 3_600_000)
    const lock = await acquireLock(path, { ...options, timings: { ...options.timings, staleMs: 60_000 } })
    await lock.release()
  })

  test('that a power cut left nameless does not hold the lock for ever', async () => {
    await plantLock('')
    const lock = await acquireLock(path, options)
    await lock.release()
  })

  test('that died between removing a dead lock and making its own blocks nobody', async () => {
    await mkdir(path)
    const lock = await acquireLock(path, options)
    await lock.release()
  })

  test('whose lock was taken over is told before it changes anything', async () => {
    const lock = await acquireLock(path, options)
    const [owner] = await readdir(path)
    await unlink(join(path, present(owner)))
    const next = await acquireLock(path, options)
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'conflict' })
    await lock.release() // … and does not take the next one's lock with it.
    await next.assertHeld()
    await next.release()
  })
})
