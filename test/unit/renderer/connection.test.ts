import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  createConnection,
  type Connection,
  type ConnectionState,
} from '../../../renderer/src/connection/connection.ts'
import { labContract, type LabEvent } from '../../../src/contract/lab.ts'
import { Broadcast } from '../../../src/transport/broadcast.ts'
import type { Channel } from '../../../src/transport/channel.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { serve, type Handlers } from '../../../src/transport/server.ts'
import type { LabContract } from '../../../src/contract/lab.ts'
import { sampleRun } from '../../support/runs.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A lab with a pid, its events, and the channels that pages opened to it. */
function lab(pid: number, keep?: number) {
  const events = new Broadcast<LabEvent>(keep)
  const open: Channel[] = []
  const handlers = {
    calls: {
      'lab.info': () => ({ version: '1', pid, home: '/', sequence: events.sequence, workers: 1 }),
      'runs.list': () => ({ runs: [] }),
    },
    streams: {
      events: (_input: unknown, { signal }: { signal: AbortSignal }, after?: number) =>
        events.subscribe(signal, after),
    },
  } as unknown as Handlers<LabContract>
  return {
    events,
    accept(): Channel {
      const [page, own] = memoryChannels()
      open.push(own)
      serve(labContract, own, handlers)
      return page
    },
    drop: () => open.splice(0).forEach((channel) => channel.close()),
  }
}

const told = (id: string): LabEvent => ({ type: 'run', run: sampleRun({ id }) })

function watched(connection: Connection) {
  const states: ConnectionState[] = []
  const seen: string[] = []
  let reloads = 0
  connection.onStatus(({ state }) => states.at(-1) !== state && states.push(state))
  connection.onEvent((event) => event.type === 'run' && seen.push(event.run.id))
  connection.onReload(() => {
    reloads++
    return Promise.resolve()
  })
  connection.start()
  return { states, seen, reloads: () => reloads }
}
const settle = () => vi.advanceTimersByTimeAsync(20)

test('after a loss it resumes behind the last event', async () => {
  const one = lab(1)
  const connection = createConnection(() => one.accept())
  const page = watched(connection)
  await settle()
  one.events.publish(told('a'))
  await settle()
  one.drop()
  await settle()
  expect(connection.status.state).toBe('lost')
  one.events.publish(told('b'))
  await vi.advanceTimersByTimeAsync(300)
  expect(page.states).toEqual(['open', 'lost', 'open'])
  expect(page.seen).toEqual(['a', 'b'])
  expect(page.reloads()).toBe(1)
})

test('another lab is read from the beginning', async () => {
  const labs = [lab(1), lab(2)] as const
  let current = 0
  const connection = createConnection(() => (labs[current] as (typeof labs)[0]).accept())
  const page = watched(connection)
  await settle()
  current = 1
  labs[0].drop()
  await vi.advanceTimersByTimeAsync(400)
  labs[1].events.publish(told('c'))
  await settle()
  expect(page.reloads()).toBe(2)
  expect(page.seen).toEqual(['c'])
})

test('events that are no longer kept are read again', async () => {
  const one = lab(1, 2)
  const connection = createConnection(() => one.accept())
  const page = watched(connection)
  await settle()
  one.drop()
  for (const id of 'abcdefgh') one.events.publish(told(id))
  await vi.advanceTimersByTimeAsync(400)
  one.events.publish(told('z'))
  await settle()
  expect(page.reloads()).toBe(2)
  expect(page.seen).toEqual(['z'])
  expect(connection.status.state).toBe('open')
})

test('calls fail while there is no lab, and pauses between attempts grow', async () => {
  const one = lab(1)
  let attempts = 0
  const connection = createConnection((ended) => {
    attempts++
    const channel = one.accept()
    if (attempts > 1)
      queueMicrotask(() => {
        ended(1006, '')
        one.drop()
      })
    return channel
  })
  watched(connection)
  await settle()
  await expect(connection.call('runs.list', {})).resolves.toEqual({ runs: [] })
  one.drop()
  await settle()
  await expect(connection.call('runs.list', {})).rejects.toMatchObject({ code: 'connection-lost' })
  await vi.advanceTimersByTimeAsync(4000)
  expect(attempts).toBeGreaterThan(3)
  expect(attempts).toBeLessThan(7)
})

test('a refused page does not try again by itself', async () => {
  let attempts = 0
  const connection = createConnection((ended) => {
    attempts++
    const [page, own] = memoryChannels()
    queueMicrotask(() => {
      ended(4003, 'The token is not of this server.')
      own.close()
    })
    return page
  })
  watched(connection)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([attempts, connection.status.state]).toEqual([1, 'refused'])
  connection.retryNow()
  await settle()
  expect(attempts).toBe(2)
})
