import { expect, test } from 'vitest'
import type { Numbered } from '../../../src/contract/contract.ts'
import { Broadcast } from '../../../src/transport/broadcast.ts'
import { Queue } from '../../../src/transport/queue.ts'

const never = new AbortController().signal

async function take<T>(events: AsyncGenerator<Numbered<T>, void>, count: number): Promise<[number, T][]> {
  const taken: [number, T][] = []
  for await (const { sequence, event } of events) {
    taken.push([sequence, event])
    if (taken.length === count) break
  }
  return taken
}

test('a reader hears what is published from its subscription on', async () => {
  const broadcast = new Broadcast<string>()
  broadcast.publish('before')
  const taken = take(broadcast.subscribe(never), 2)
  broadcast.publish('a')
  broadcast.publish('b')
  expect(await taken).toEqual([
    [2, 'a'],
    [3, 'b'],
  ])
})

test('a reader that resumes after a number misses nothing and hears nothing twice', async () => {
  const broadcast = new Broadcast<number>(10)
  for (let n = 1; n <= 7; n++) broadcast.publish(n)
  const taken = take(broadcast.subscribe(never, 4), 5)
  broadcast.publish(8)
  broadcast.publish(9)
  expect(await taken).toEqual([5, 6, 7, 8, 9].map((n) => [n, n]))
})

test('a reader too far behind is told so, however far', async () => {
  const broadcast = new Broadcast<number>(10)
  for (let n = 1; n <= 100; n++) broadcast.publish(n)
  await expect(take(broadcast.subscribe(never, 0), 1)).rejects.toMatchObject({ code: 'connection-lost' })
  // Those kept are at least the ten latest.
  expect(await take(broadcast.subscribe(never, 90), 10)).toHaveLength(10)
})

test('a number that was never given is refused', async () => {
  const broadcast = new Broadcast<number>()
  broadcast.publish(1)
  await expect(take(broadcast.subscribe(never, 2), 1)).rejects.toMatchObject({ code: 'connection-lost' })
})

test('numbers may begin above 0, so that those of an earlier process are not taken for one’s own', async () => {
  const broadcast = new Broadcast<string>(10, 1000)
  expect(broadcast.sequence).toBe(1000)
  await expect(take(broadcast.subscribe(never, 5), 1)).rejects.toMatchObject({ code: 'connection-lost' })
  const taken = take(broadcast.subscribe(never, 1000), 1)
  broadcast.publish('first')
  expect(await taken).toEqual([[1001, 'first']])
})

test('an aborted reader ends; one aborted before it began hears nothing', async () => {
  const broadcast = new Broadcast<number>()
  const controller = new AbortController()
  const taken = take(broadcast.subscribe(controller.signal), 99)
  broadcast.publish(1)
  controller.abort()
  broadcast.publish(2)
  expect(await taken).toEqual([[1, 1]])
  expect(await take(broadcast.subscribe(AbortSignal.abort()), 1)).toEqual([])
})

test('readers that left are not kept, nor is anything on the signals they watched', async () => {
  const broadcast = new Broadcast<number>()
  const controller = new AbortController()
  for (let n = 0; n < 50; n++) {
    const leaving = take(broadcast.subscribe(controller.signal), 1)
    broadcast.publish(n)
    await leaving
  }
  expect(broadcast.readers).toBe(0)
})

test('100,000 events at once reach a reader in order and in no time to speak of', async () => {
  // With a queue that moves all that is left for each one taken, this outlasts the test's limit.
  const broadcast = new Broadcast<number>()
  const taken = take(broadcast.subscribe(never), 400_000)
  for (let n = 1; n <= 400_000; n++) broadcast.publish(n)
  const numbers = (await taken).map(([sequence]) => sequence)
  expect(numbers[0]).toBe(1)
  expect(numbers.every((n, i) => n === i + 1)).toBe(true)
})

test('one that fails tells every reader, those to come included', async () => {
  const broadcast = new Broadcast<number>()
  const taken = take(broadcast.subscribe(never), 2)
  broadcast.publish(1)
  broadcast.fail(new Error('the disk is full'))
  await expect(taken).rejects.toThrow('the disk is full')
  await expect(take(broadcast.subscribe(never, 0), 1)).rejects.toThrow('the disk is full')
  expect(broadcast.readers).toBe(0)
})

test('a queue delivers what came before its failure, then fails', async () => {
  const queue = new Queue<number>()
  queue.push(1)
  queue.push(2)
  queue.fail(new Error('over'))
  queue.push(3)
  const taken: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of queue) taken.push(item)
  }
  await expect(read()).rejects.toThrow('over')
  expect(taken).toEqual([1, 2])
})
