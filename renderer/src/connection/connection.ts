import type { CallInput, CallName, CallOutput } from '../../../src/contract/contract.ts'
import { DescentError } from '../../../src/contract/errors.ts'
import { labContract, type LabContract, type LabEvent } from '../../../src/contract/lab.ts'
import type { Channel } from '../../../src/transport/channel.ts'
import { createClient, type Client } from '../../../src/transport/client.ts'
import { closeCodes } from '../../../src/transport/websocket.ts'

export type LabInfo = CallOutput<LabContract, 'lab.info'>

/** `refused`: the lab will not have this page; trying again cannot help. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

export interface ConnectionStatus {
  readonly state: ConnectionState
  /** When the next attempt starts, in milliseconds of `Date.now`; null while none waits. */
  readonly retryAt: number | null
  /** What the other side said when it closed. */
  readonly reason: string
  readonly info: LabInfo | null
}

export type LabCall = <N extends CallName<LabContract>>(
  name: N,
  input: CallInput<LabContract, N>,
  options?: { signal?: AbortSignal },
) => Promise<CallOutput<LabContract, N>>

export interface Connection {
  /** Connects, and again whenever the connection ends. */
  start(): void
  /** Does not wait for the next attempt. */
  retryNow(): void
  /** Waits while the first connection is being made; fails with `connection-lost` while there is none. */
  readonly call: LabCall
  readonly status: ConnectionStatus
  onStatus(listener: (status: ConnectionStatus) => void): void
  onEvent(listener: (event: LabEvent) => void): void
  /** Before the first event, and wherever events were missed: read again what events are changes of. */
  onReload(listener: (call: LabCall) => Promise<void>): void
}

const firstWaitMs = 250
const longestWaitMs = 5000

/**
 * The page's line to the lab: connects, follows the events, and after a loss connects again with growing pauses. It
 * resumes behind the last event seen; where that is impossible (another lab, events no longer kept) it has everything
 * read again first.
 * @param open a fresh channel; `ended` is told the close code before the channel's listener is
 */
export function createConnection(
  open: (ended: (code: number, reason: string) => void) => Channel,
  now: () => number = Date.now,
): Connection {
  const statusListeners: ((status: ConnectionStatus) => void)[] = []
  const eventListeners: ((event: LabEvent) => void)[] = []
  const reloadListeners: ((call: LabCall) => Promise<void>)[] = []
  let status: ConnectionStatus = { state: 'connecting', retryAt: null, reason: '', info: null }
  let client: Client<LabContract> | undefined
  let lastSequence = 0
  let followedPid: number | undefined
  let wake: (() => void) | undefined
  let settleFirst: () => void
  const first = new Promise<void>((resolve) => (settleFirst = resolve))

  const change = (part: Partial<ConnectionStatus>): void => {
    status = { ...status, ...part }
    for (const listener of statusListeners) listener(status)
  }

  const call: LabCall = async (name, input, options) => {
    if (!client && status.state === 'connecting') await first
    if (!client)
      throw new DescentError(
        'connection-lost',
        'The connection to the lab is lost.',
        'Wait for the lab to come back, then try again.',
      )
    return client.call(name, input, options)
  }

  async function reload(own: Client<LabContract>): Promise<void> {
    const info = await own.call('lab.info', {})
    await Promise.all(
      reloadListeners.map((listener) => listener((name, input, options) => own.call(name, input, options))),
    )
    lastSequence = info.sequence
    followedPid = info.pid
  }

  /** Until the connection ends. */
  async function follow(own: Client<LabContract>): Promise<void> {
    const info = await own.call('lab.info', {})
    if (followedPid !== info.pid || info.sequence < lastSequence) await reload(own)
    client = own
    change({ state: 'open', retryAt: null, reason: '', info })
    settleFirst()
    const line = { ended: false }
    void own.closed.then(() => (line.ended = true))
    for (;;) {
      try {
        for await (const { sequence, event } of own.stream('events', {}, { after: lastSequence })) {
          lastSequence = sequence
          for (const listener of eventListeners) listener(event)
        }
        return
      } catch (error) {
        await Promise.resolve()
        if (line.ended || DescentError.from(error).code !== 'connection-lost') throw error
        // The line stands, but what came after the last number seen is no longer kept.
        await reload(own)
      }
    }
  }

  async function connectForever(): Promise<void> {
    let waitMs = firstWaitMs
    for (;;) {
      let end = { code: 0, reason: '' }
      const opened = now()
      let own: Client<LabContract> | undefined
      try {
        own = createClient(
          labContract,
          open((code, reason) => (end = { code, reason })),
        )
        await follow(own)
      } catch (error) {
        end = { code: end.code, reason: end.reason || DescentError.from(error).message }
      }
      client = undefined
      own?.close()
      if (end.code === closeCodes.badToken) {
        change({ state: 'refused', retryAt: null, reason: end.reason })
        settleFirst()
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      // A connection that held for a while was a good one: start with short pauses again.
      if (now() - opened > longestWaitMs) waitMs = firstWaitMs
      change({ state: 'lost', retryAt: now() + waitMs, reason: end.reason })
      settleFirst()
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, waitMs)
      })
      wake = undefined
      change({ retryAt: null })
      waitMs = Math.min(longestWaitMs, waitMs * 2)
    }
  }

  return {
    start: () => void connectForever(),
    retryNow: () => wake?.(),
    call,
    get status() {
      return status
    },
    onStatus: (listener) => void statusListeners.push(listener),
    onEvent: (listener) => void eventListeners.push(listener),
    onReload: (listener) => void reloadListeners.push(listener),
  }
}
