import type { Channel } from './channel.ts'

/** Where `descent serve` answers, below its own origin. */
export const labPath = '/lab'

/** The WebSocket subprotocol that both sides speak; the page offers it together with its token. */
export const labProtocol = 'descent.lab'
const tokenProtocol = 'descent.token.'

/** Why a connection to the lab ended. Any other code: the server itself is gone, or the network between. */
export const closeCodes = {
  /** The lab's process ended. Connecting again starts a new one; what was finished is saved. */
  labLost: 4001,
  /** The lab could not be started; the reason says why. */
  labUnavailable: 4002,
  /** The page's token is not this server's: the person has to open the address that `descent serve` printed. */
  badToken: 4003,
  /** Too many pages are open. */
  tooMany: 4004,
} as const

/** The largest message that a page sends is an experiment of many runs, or a file; answers have no bound here. */
export const largestPageMessageBytes = 32 * 1024 * 1024

/** What a WebSocket is to us: the page's own, Node's and the package `ws`'s all are. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
}

/** The subprotocols to open a WebSocket with: the only headers that a page can set. */
export const subprotocols = (token: string): string[] => [labProtocol, `${tokenProtocol}${token}`]

/** The token among the subprotocols that a page offers. */
export const tokenIn = (offered: readonly string[]): string | undefined =>
  offered.find((protocol) => protocol.startsWith(tokenProtocol))?.slice(tokenProtocol.length)

const connecting = 0
const open = 1

/**
 * Messages over a WebSocket, one a binary frame. What is sent before it is open waits.
 * @param ended told the close code once, before the listener's `closed`: see {@link closeCodes}
 */
export function webSocketChannel(
  socket: WebSocketLike,
  ended?: (code: number, reason: string) => void,
): Channel {
  const waiting: Uint8Array<ArrayBuffer>[] = []
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => waiting.splice(0).forEach((message) => socket.send(message)))
  return {
    send(message) {
      if (socket.readyState === open) socket.send(message)
      else if (socket.readyState === connecting) waiting.push(message)
    },
    listen(listener) {
      let closed = false
      socket.addEventListener('message', ({ data }) => {
        try {
          if (!(data instanceof ArrayBuffer)) throw new Error('a text') // not our server
          listener.message(new Uint8Array(data))
        } catch {
          socket.close()
        }
      })
      socket.addEventListener('close', ({ code, reason }) => {
        if (closed) return
        closed = true
        ended?.(code, reason)
        listener.closed()
      })
    },
    close() {
      socket.close()
    },
  }
}
