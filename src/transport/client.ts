import type {
  CallInput,
  CallName,
  CallOutput,
  Contract,
  Numbered,
  StreamEvent,
  StreamInput,
  StreamName,
} from '../contract/contract.ts'
import { DescentError, type ErrorShape } from '../contract/errors.ts'
import type { Channel } from './channel.ts'
import { encodeMessage } from './framing.ts'
import { readReply, type Reply, type Request } from './protocol.ts'
import { Queue } from './queue.ts'

export interface Client<C extends Contract> {
  /** @throws DescentError: the other side's, `cancelled` by the signal, or `connection-lost` */
  call<N extends CallName<C>>(
    name: N,
    input: CallInput<C, N>,
    options?: { signal?: AbortSignal },
  ): Promise<CallOutput<C, N>>
  /** Events as they come; `after` resumes behind a sequence number. Leaving the loop closes the stream. */
  stream<N extends StreamName<C>>(
    name: N,
    input: StreamInput<C, N>,
    options?: { signal?: AbortSignal; after?: number },
  ): AsyncGenerator<Numbered<StreamEvent<C, N>>, void>
  /** Rejects everything pending. */
  close(): void
  /** Resolves when the connection is gone, by whichever side. */
  readonly closed: Promise<void>
}

interface Pending {
  message(message: Reply): void
  fail(error: DescentError): void
}

export function createClient<C extends Contract>(contract: C, channel: Channel): Client<C> {
  const pending = new Map<number, Pending>()
  let nextId = 1
  let open = true
  let announceClosed: () => void
  const closed = new Promise<void>((resolve) => (announceClosed = resolve))
  const lost = (): DescentError =>
    new DescentError(
      'connection-lost',
      'The connection to the lab was lost.',
      'Run the command again; finished work is saved.',
    )
  const send = (message: Request): void => channel.send(encodeMessage(message))
  const abandon = (): void => {
    open = false
    for (const waiting of [...pending.values()]) waiting.fail(lost())
    pending.clear()
  }

  channel.listen({
    message(bytes) {
      const message = readReply(bytes)
      pending.get(message.id)?.message(message)
    },
    closed() {
      abandon()
      announceClosed()
    },
  })

  const begin = (waiting: Pending): number => {
    if (!open) throw lost()
    const id = nextId++
    pending.set(id, waiting)
    return id
  }

  return {
    closed,
    close() {
      channel.close()
      abandon()
    },

    call(name, input, { signal } = {}) {
      return new Promise((resolve, reject) => {
        const cancelled = (): DescentError =>
          new DescentError('cancelled', `${name} was cancelled.`, 'Start it again when you are ready.')
        if (signal?.aborted) throw cancelled()
        const cancel = (): void => {
          if (open) send({ kind: 'cancel', id })
          settle(() => reject(cancelled()))
        }
        const settle = (finish: () => void): void => {
          pending.delete(id)
          signal?.removeEventListener('abort', cancel)
          finish()
        }
        const id = begin({
          message(message) {
            if (message.kind === 'error') settle(() => reject(revive(message.error)))
            else if (message.kind === 'result')
              settle(() => {
                const parsed = contract.calls[name]?.output.safeParse(message.value)
                if (parsed?.success) resolve(parsed.data as never)
                else reject(malformed(name, parsed?.error.message))
              })
          },
          fail: (error) => settle(() => reject(error)),
        })
        signal?.addEventListener('abort', cancel, { once: true })
        try {
          send({ kind: 'call', id, name, input })
        } catch (error) {
          settle(() => reject(DescentError.from(error))) // what cannot be written as JSON
        }
      })
    },

    async *stream(name, input, { signal, after } = {}) {
      const events = new Queue<Numbered<never>>()
      const id = begin({
        message(message) {
          if (message.kind === 'event') {
            const parsed = contract.streams[name]?.event.safeParse(message.event)
            if (parsed?.success) events.push({ sequence: message.sequence, event: parsed.data as never })
            else events.fail(malformed(name, parsed?.error.message))
          } else if (message.kind === 'error') events.fail(revive(message.error))
          else if (message.kind === 'end') events.end()
        },
        fail: (error) => events.fail(error),
      })
      const stop = (): void => events.end()
      signal?.addEventListener('abort', stop, { once: true })
      if (signal?.aborted) stop()
      try {
        send({ kind: 'open', id, name, input, ...(after === undefined ? {} : { after }) })
        yield* events
      } finally {
        pending.delete(id)
        signal?.removeEventListener('abort', stop)
        if (open) send({ kind: 'cancel', id })
      }
    },
  }
}

const revive = ({ code, message, remedy }: ErrorShape): DescentError =>
  new DescentError(code, message, remedy)

const malformed = (name: string, detail = 'unknown name'): DescentError =>
  new DescentError(
    'internal',
    `${name}: the answer is not of the agreed form (${detail}).`,
    'Both sides must be of the same version.',
  )
