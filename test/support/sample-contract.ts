import { z } from 'zod'
import { defineContract } from '../../src/contract/contract.ts'
import { DescentError } from '../../src/contract/errors.ts'
import { Broadcast } from '../../src/transport/broadcast.ts'
import type { Handlers } from '../../src/transport/server.ts'

/** One of each kind that a contract can hold. */
export const sample = defineContract({
  calls: {
    add: {
      input: z.strictObject({ a: z.number().min(0), b: z.number().default(1) }),
      output: z.object({ sum: z.number() }),
    },
    column: {
      input: z.object({ column: z.instanceof(Float64Array) }),
      output: z.object({ column: z.instanceof(Float64Array) }),
    },
    /** Answers when it is cancelled. */
    wait: { input: z.object({}), output: z.object({}) },
    refuse: { input: z.object({}), output: z.object({}) },
    /** Throws what is not a DescentError. */
    break: { input: z.object({ with: z.enum(['an Error', 'a string']) }), output: z.object({}) },
    /** Answers in a form that was not agreed. */
    babble: { input: z.object({}), output: z.object({ sum: z.number() }) },
  },
  streams: {
    numbers: { input: z.object({}), event: z.object({ n: z.int() }) },
    broken: { input: z.object({}), event: z.object({ n: z.int() }) },
  },
})

export interface SampleServer {
  handlers: Handlers<typeof sample>
  numbers: Broadcast<{ n: number }>
  /** Calls of `wait` in hand, and how many of them were aborted. */
  waiting: number
  aborted: number
}

export function sampleServer(): SampleServer {
  const numbers = new Broadcast<{ n: number }>(100)
  const server: SampleServer = {
    numbers,
    waiting: 0,
    aborted: 0,
    handlers: {
      calls: {
        add: ({ a, b }) => ({ sum: a + b }),
        column: ({ column }) => ({ column: column.map((value) => -value) }),
        wait: (_input, { signal }) =>
          new Promise((resolve) => {
            server.waiting++
            signal.addEventListener('abort', () => {
              server.waiting--
              server.aborted++
              resolve({})
            })
          }),
        refuse: () => {
          throw new DescentError('conflict', 'It is taken.', 'Wait.')
        },
        break: ({ with: what }) => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do
          throw what === 'an Error' ? new TypeError('x is undefined') : 'a string'
        },
        babble: () => ({ sum: 'many' }) as never,
      },
      streams: {
        numbers: (_input, { signal }, after) => numbers.subscribe(signal, after),
        broken: async function* () {
          yield { sequence: 1, event: { n: 1 } }
          throw new DescentError('data-damaged', 'The rest is lost.', 'Fetch it again.')
        },
      },
    },
  }
  return server
}
