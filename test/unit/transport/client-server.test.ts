import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Channel } from '../../../src/transport/channel.ts'
import { createClient, type Client } from '../../../src/transport/client.ts'
import { serve } from '../../../src/transport/server.ts'
import { carriers } from '../../support/channels.ts'
import { sample, sampleServer, type SampleServer } from '../../support/sample-contract.ts'
import { until } from '../../support/until.ts'

describe.each(Object.keys(carriers))('over %s', (carrier) => {
  let server: SampleServer
  let client: Client<typeof sample>
  let far: Channel
  let served: ReturnType<typeof serve>

  const connect = async (): Promise<Client<typeof sample>> => {
    const [near, other] = await (carriers[carrier] as () => Promise<[Channel, Channel]>)()
    far = other
    served = serve(sample, other, server.handlers)
    return createClient(sample, near)
  }
  beforeEach(async () => {
    server = sampleServer()
    client = await connect()
  })
  afterEach(async () => {
    client.close()
    await client.closed
  })

  test('a call is answered, its defaults filled in', async () => {
    expect(await client.call('add', { a: 2 })).toEqual({ sum: 3 })
    expect(await client.call('add', { a: 2, b: 5 })).toEqual({ sum: 7 })
  })

  test('calls at once are each answered', async () => {
    const sums = await Promise.all(Array.from({ length: 200 }, (_, a) => client.call('add', { a, b: a })))
    expect(sums.map(({ sum }) => sum)).toEqual(Array.from({ length: 200 }, (_, a) => 2 * a))
  })

  test('columns travel, small and large', async () => {
    for (const length of [0, 1, 3, 500_000]) {
      const column = Float64Array.from({ length }, (_, i) => i + 0.5)
      const answer = await client.call('column', { column })
      expect(answer.column).toBeInstanceOf(Float64Array)
      expect(answer.column).toEqual(column.map((value) => -value))
    }
  })

  test('an error comes back as itself: code, sentence and remedy', async () => {
    await expect(client.call('refuse', {})).rejects.toMatchObject({
      name: 'DescentError',
      code: 'conflict',
      message: 'It is taken.',
      remedy: 'Wait.',
    })
  })

  test.each([
    ['an Error', 'x is undefined'],
    ['a string', 'a string'],
  ] as const)('a handler that throws %s has a bug', async (thrown, message) => {
    await expect(client.call('break', { with: thrown })).rejects.toMatchObject({ code: 'internal', message })
    expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
  })

  test('input that is not of the agreed form never reaches the handler', async () => {
    await expect(client.call('add', { a: 'one' } as never)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^add: a: /) as string,
    })
    await expect(client.call('add', { a: -1 })).rejects.toMatchObject({ code: 'usage' })
    await expect(client.call('add', { a: 1, c: 1 } as never)).rejects.toMatchObject({ code: 'usage' })
    await expect(client.call('add', undefined as never)).rejects.toMatchObject({ code: 'usage' })
  })

  test.each(['subtract', 'constructor', '__proto__', 'toString', 'numbers'])(
    'a call that there is not is refused: %s',
    async (name) => {
      await expect(client.call(name as never, {} as never)).rejects.toMatchObject({ code: 'unsupported' })
    },
  )

  test('an answer that is not of the agreed form is not passed on', async () => {
    await expect(client.call('babble', {})).rejects.toMatchObject({ code: 'internal' })
  })

  test('input that cannot be sent is refused at once and leaves nothing behind', async () => {
    await expect(client.call('add', { a: 1n } as never)).rejects.toThrow(/BigInt/)
    expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
  })

  describe('cancelling', () => {
    test('ends the call here and there', async () => {
      const controller = new AbortController()
      const waiting = client.call('wait', {}, { signal: controller.signal })
      await until(() => server.waiting === 1)
      controller.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
      await until(() => server.aborted === 1)
      expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
    })

    test('before the call was made, too', async () => {
      const made = client.call('wait', {}, { signal: AbortSignal.abort() })
      await expect(made).rejects.toMatchObject({ name: 'DescentError', code: 'cancelled' })
      expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
      expect(server.waiting).toBe(0)
    })

    test('after the answer does nothing', async () => {
      const controller = new AbortController()
      expect(await client.call('add', { a: 1 }, { signal: controller.signal })).toEqual({ sum: 2 })
      controller.abort()
      expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
    })
  })

  describe('closing', () => {
    test('rejects everything pending, and what comes later', async () => {
      const pending = [client.call('wait', {}), client.call('wait', {})]
      const stream = client.stream('numbers', {})
      const next = stream.next()
      await until(() => server.waiting === 2 && server.numbers.readers === 1)
      client.close()
      for (const one of [...pending, next])
        await expect(one).rejects.toMatchObject({ code: 'connection-lost' })
      await client.closed
      await expect(client.call('add', { a: 1 })).rejects.toMatchObject({ code: 'connection-lost' })
      await expect(client.stream('numbers', {}).next()).rejects.toMatchObject({ code: 'connection-lost' })
    })

    test('by the other side does the same', async () => {
      const pending = client.call('wait', {})
      await until(() => server.waiting === 1)
      far.close()
      await expect(pending).rejects.toMatchObject({ code: 'connection-lost' })
      await client.closed
      await served.closed
    })

    test('tells the handlers and leaves the server without readers', async () => {
      const streams = [1, 2, 3].map(() => client.stream('numbers', {}).next())
      const call = client.call('wait', {})
      await until(() => server.numbers.readers === 3 && server.waiting === 1)
      client.close()
      await Promise.allSettled([...streams, call])
      await served.closed
      await until(() => server.numbers.readers === 0 && server.aborted === 1)
    })
  })

  describe('streams', () => {
    test('come in order, and leaving the loop closes them', async () => {
      for (let n = 1; n <= 3; n++) server.numbers.publish({ n })
      const seen: number[] = []
      for await (const { sequence, event } of client.stream('numbers', {}, { after: 0 })) {
        expect(sequence).toBe(event.n)
        seen.push(event.n)
        if (event.n < 20) server.numbers.publish({ n: event.n + 3 })
        if (seen.length === 20) break
      }
      expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
      await until(() => server.numbers.readers === 0)
    })

    test('end at a signal', async () => {
      const controller = new AbortController()
      server.numbers.publish({ n: 1 })
      const seen: number[] = []
      for await (const { event } of client.stream('numbers', {}, { after: 0, signal: controller.signal })) {
        seen.push(event.n)
        controller.abort()
      }
      expect(seen).toEqual([1])
      await until(() => server.numbers.readers === 0)
      for await (const event of client.stream('numbers', {}, { after: 0, signal: controller.signal })) {
        expect(event).toBe('nothing')
      }
    })

    test('pass on what they held before their error', async () => {
      const seen: number[] = []
      const read = async (): Promise<void> => {
        for await (const { event } of client.stream('broken', {})) seen.push(event.n)
      }
      await expect(read()).rejects.toMatchObject({ code: 'data-damaged', remedy: 'Fetch it again.' })
      expect(seen).toEqual([1])
    })

    test('that there are not are refused', async () => {
      await expect(client.stream('letters' as never, {} as never).next()).rejects.toMatchObject({
        code: 'unsupported',
      })
    })

    test('opened and closed many times leave no reader', async () => {
      for (let n = 0; n < 50; n++) {
        const after = server.numbers.sequence
        server.numbers.publish({ n })
        for await (const { event } of client.stream('numbers', {}, { after })) {
          expect(event.n).toBe(n)
          break
        }
      }
      await until(() => server.numbers.readers === 0)
    })

    test('resumed after the last number over new connections, they lose and repeat nothing', async () => {
      let published = 0
      const publish = (count: number): void => {
        for (let i = 0; i < count; i++) server.numbers.publish({ n: ++published })
      }
      const seen: number[] = []
      let after = 0
      for (let connection = 1; connection <= 8; connection++) {
        publish(10)
        let heard = 0
        try {
          for await (const { sequence, event } of client.stream('numbers', {}, { after })) {
            after = sequence
            seen.push(event.n)
            publish(1)
            // In the middle of what is on its way.
            if (++heard === 12) far.close()
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'connection-lost' })
        }
        client = await connect()
      }
      for await (const { event } of client.stream('numbers', {}, { after })) {
        seen.push(event.n)
        if (event.n === published) break
      }
      expect(seen).toEqual(Array.from({ length: published }, (_, i) => i + 1))
    })

    test('resumed too late are told so', async () => {
      for (let n = 1; n <= 500; n++) server.numbers.publish({ n })
      await expect(client.stream('numbers', {}, { after: 3 }).next()).rejects.toMatchObject({
        code: 'connection-lost',
      })
      expect(await client.call('add', { a: 1 })).toEqual({ sum: 2 })
    })
  })
})
