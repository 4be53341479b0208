import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { createClient } from '../../../src/transport/client.ts'
import { encodeMessage } from '../../../src/transport/framing.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { serve } from '../../../src/transport/server.ts'
import { streamChannel } from '../../../src/transport/stream.ts'
import { socketPair } from '../../support/channels.ts'
import { sample, sampleServer, type SampleServer } from '../../support/sample-contract.ts'
import { until } from '../../support/until.ts'

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)

/** A message with this JSON text as its header. */
function withHeader(header: string): Uint8Array<ArrayBuffer> {
  const json = text(header)
  const bytes = new Uint8Array(Math.ceil((4 + json.length) / 8) * 8)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 4)
  return bytes
}

/** Messages that no client of ours sends. */
const notMessages: Record<string, Uint8Array<ArrayBuffer>> = {
  'no bytes': new Uint8Array(0),
  'random bytes': Uint8Array.from({ length: 100 }, () => Random.from(1, 'bytes').integer(256)),
  'a header that is no JSON': withHeader('GET / HTTP/1.1'),
  'a bad column reference': withHeader(
    '{"kind":"call","id":1,"name":"add","input":{"$column":["Float64Array",0,99]}}',
  ),
  null: withHeader('null'),
  'a number': withHeader('7'),
  'a list': withHeader('[]'),
  'a message of no kind': withHeader('{"id":1}'),
  'a message of an unknown kind': withHeader('{"kind":"shout","id":1}'),
  'a call without a number': withHeader('{"kind":"call","name":"add","input":{"a":1}}'),
  'an answer': withHeader('{"kind":"result","id":1,"value":{}}'),
}

const problems: unknown[] = []
const note = (error: unknown): void => void problems.push(error)
beforeEach(() => {
  problems.length = 0
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
})
afterEach(async () => {
  await sleep(0)
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
  expect(problems).toEqual([])
})

describe('a server closes the connection of a peer that sends', () => {
  test.each(Object.keys(notMessages))('%s, over memory', async (what) => {
    const [near, far] = memoryChannels()
    const { closed } = serve(sample, far, sampleServer().handlers)
    near.listen({ message: () => undefined, closed: () => undefined })
    near.send(notMessages[what] as Uint8Array<ArrayBuffer>)
    await closed
  })

  test.each(Object.keys(notMessages))('%s, over a socket', async (what) => {
    const [near, far] = await socketPair()
    const { closed } = serve(sample, streamChannel(far), sampleServer().handlers)
    near.on('error', () => undefined)
    const channel = streamChannel(near)
    channel.listen({ message: () => undefined, closed: () => undefined })
    channel.send(notMessages[what] as Uint8Array<ArrayBuffer>)
    await closed
    near.destroy()
  })

  test.each([
    ['a length beyond the largest message', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ['a request of another protocol', text('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('%s', async (_, bytes) => {
    const [near, far] = await socketPair()
    const { closed } = serve(sample, streamChannel(far), sampleServer().handlers)
    near.on('error', () => undefined)
    near.write(bytes)
    await closed
    near.destroy()
  })

  test('a message cut short', async () => {
    const [near, far] = await socketPair()
    const server = sampleServer()
    const { closed } = serve(sample, streamChannel(far), server.handlers)
    const whole = encodeMessage({ kind: 'call', id: 1, name: 'wait', input: {} })
    near.write(Uint8Array.of(whole.length, 0, 0, 0))
    near.end(whole.subarray(0, -1))
    await closed
    expect(server.waiting).toBe(0)
  })

  test('a number that is in use: the first keeps its signal', async () => {
    const [near, far] = memoryChannels()
    const server: SampleServer = sampleServer()
    const { closed } = serve(sample, far, server.handlers)
    near.listen({ message: () => undefined, closed: () => undefined })
    for (let i = 0; i < 2; i++) near.send(encodeMessage({ kind: 'open', id: 1, name: 'numbers', input: {} }))
    await closed
    await until(() => server.numbers.readers === 0)
  })
})

describe('a client closes the connection of a server that sends', () => {
  const others = Object.entries(notMessages).filter(([what]) => what !== 'an answer')
  test.each(others)('%s', async (_, bytes) => {
    const [near, far] = memoryChannels()
    const client = createClient(sample, near)
    far.listen({ message: () => far.send(bytes), closed: () => undefined })
    await expect(client.call('wait', {})).rejects.toMatchObject({ code: 'connection-lost' })
    await client.closed
  })

  test.each([
    ['an error without a reason', '{"kind":"error","id":1}'],
    ['an error that is a number', '{"kind":"error","id":1,"error":5}'],
  ])('%s', async (_, header) => {
    const [near, far] = memoryChannels()
    const client = createClient(sample, near)
    far.listen({ message: () => far.send(withHeader(header)), closed: () => undefined })
    await expect(client.call('wait', {})).rejects.toMatchObject({ name: 'DescentError' })
  })
})

describe('a peer that does not read', () => {
  const unread = async (): Promise<[Socket, Socket]> => {
    const [near, far] = await socketPair()
    near.pause()
    near.on('error', () => undefined)
    return [near, far]
  }

  test('is cut off before it fills the memory', async () => {
    const [near, far] = await unread()
    const { promise: closed, resolve } = Promise.withResolvers<undefined>()
    const channel = streamChannel(far, 1_000_000)
    channel.listen({ message: () => undefined, closed: () => resolve(undefined) })
    for (let i = 0; i < 100; i++) channel.send(new Uint8Array(100_000))
    await closed
    expect(far.writableLength).toBeLessThan(3_000_000)
    near.destroy()
  })

  test('does not keep those waiting who close the connection', async () => {
    const [near, far] = await unread()
    const client = createClient(sample, streamChannel(far))
    const pending = client.call('column', { column: new Float64Array(1_000_000) })
    client.close()
    await expect(pending).rejects.toMatchObject({ code: 'connection-lost' })
    near.destroy()
    await client.closed
  })
})
