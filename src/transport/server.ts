import type { z } from 'zod'
import type {
  CallName,
  CallOutput,
  Contract,
  Numbered,
  StreamEvent,
  StreamName,
} from '../contract/contract.ts'
import { DescentError } from '../contract/errors.ts'
import type { Channel } from './channel.ts'
import { encodeMessage } from './framing.ts'
import { readRequest, type Reply, type Request } from './protocol.ts'

/** Who asks, and until when: `signal` aborts when the caller cancels or its connection closes. */
export interface Caller {
  /** One number a connection. */
  readonly connection: number
  readonly signal: AbortSignal
}

export interface Handlers<C extends Contract> {
  readonly calls: {
    readonly [N in CallName<C>]: (
      input: z.output<C['calls'][N]['input']>,
      caller: Caller,
    ) => CallOutput<C, N> | Promise<CallOutput<C, N>>
  }
  readonly streams: {
    readonly [N in StreamName<C>]: (
      input: z.output<C['streams'][N]['input']>,
      caller: Caller,
      after: number | undefined,
    ) => AsyncIterable<Numbered<StreamEvent<C, N>>>
  }
}

type AnyHandler = (input: unknown, caller: Caller, after?: number) => unknown

let connections = 0

/**
 * Answers one connection. Inputs are checked against the contract before a handler sees them.
 * @returns the connection's number, and a promise that resolves when it is gone
 */
export function serve<C extends Contract>(
  contract: C,
  channel: Channel,
  handlers: Handlers<C>,
): { connection: number; closed: Promise<void> } {
  const connection = ++connections
  const running = new Map<number, AbortController>()
  let open = true
  const send = (message: Reply): void => {
    if (open) channel.send(encodeMessage(message))
  }
  const parse = (schema: z.ZodType | undefined, name: string, input: unknown): unknown => {
    if (!schema)
      throw new DescentError(
        'unsupported',
        `There is no call "${name}".`,
        'Both sides must be of the same version.',
      )
    const parsed = schema.safeParse(input)
    if (parsed.success) return parsed.data
    throw new DescentError('usage', `${name}: ${describe(parsed.error)}`, 'Correct the value named.')
  }

  const answer = async (
    message: Exclude<Request, { kind: 'cancel' }>,
    signal: AbortSignal,
  ): Promise<void> => {
    if (message.kind === 'call') {
      const input = parse(contract.calls[message.name]?.input, message.name, message.input)
      const handler = handlers.calls[message.name as CallName<C>] as AnyHandler
      send({ kind: 'result', id: message.id, value: await handler(input, { connection, signal }) })
    } else {
      const input = parse(contract.streams[message.name]?.input, message.name, message.input)
      const handler = handlers.streams[message.name as StreamName<C>] as AnyHandler
      const events = handler(input, { connection, signal }, message.after) as AsyncIterable<Numbered<unknown>>
      for await (const { sequence, event } of events) send({ kind: 'event', id: message.id, sequence, event })
      send({ kind: 'end', id: message.id })
    }
  }

  const closed = new Promise<void>((resolve) => {
    channel.listen({
      message(bytes) {
        const message = readRequest(bytes)
        if (message.kind === 'cancel') {
          running.get(message.id)?.abort()
          return
        }
        // It would take the running call's place, and with it what ends that.
        if (running.has(message.id)) throw new Error(`number ${message.id} is in use`)
        const controller = new AbortController()
        running.set(message.id, controller)
        void answer(message, controller.signal)
          .catch((error: unknown) =>
            send({ kind: 'error', id: message.id, error: DescentError.from(error).toJSON() }),
          )
          .finally(() => running.delete(message.id))
      },
      closed() {
        open = false
        for (const controller of running.values()) controller.abort()
        resolve()
      },
    })
  })
  return { connection, closed }
}

/** `epochs: expected a number above 0`, one clause a fault. */
export function describe(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.map(String).join('.') || 'value'}: ${message}`)
    .join('; ')
}
