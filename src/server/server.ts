import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { DescentError } from '../contract/errors.ts'
import { connectLabSocket } from '../lab/connect.ts'
import type { Places } from '../lab/places.ts'
import { readPage, type PageFile } from '../page/files.ts'
import { pageHeaders } from '../page/policy.ts'
import { closeCodes, labPath, labProtocol, largestPageMessageBytes, tokenIn } from '../transport/websocket.ts'
import { objection, sameSecret } from './guard.ts'
import { relay } from './relay.ts'

export interface ServerOptions {
  readonly places: Pick<Places, 'home' | 'cache'>
  /** Folder of the built page. */
  readonly page: string
  /** 0 takes a free one. */
  readonly port: number
}

export interface RunningServer {
  /** Where a browser finds the page, its token included. */
  readonly url: string
  close(): Promise<void>
}

/** Pages open at once, each with a lab connection. */
const mostPages = 32
const mostConnections = 256
const requestTimeoutMs = 10_000

/** The page and the lab for browsers on this machine. */
export async function startServer({ places, page, port }: ServerOptions): Promise<RunningServer> {
  const files = readBuilt(page)
  const token = randomBytes(32).toString('base64url')
  let boundPort = port

  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (request, response) => answer(request, response, files, boundPort),
  )
  server.maxConnections = mostConnections
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestPageMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(labProtocol) ? labProtocol : false),
  })
  const kept = new KeptLab(places)
  const connect = async (): Promise<Socket> => {
    await kept.started
    return connectLabSocket(places)
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const reason =
      objection(request, boundPort) ??
      // Browsers always say where a WebSocket comes from; programs that do not are no pages.
      (request.headers.origin === undefined ? 'A WebSocket without Origin is not answered.' : undefined)
    if (reason !== undefined) {
      refuse(socket, 403, 'Forbidden', reason)
      return
    }
    if (request.url !== labPath) {
      refuse(socket, 404, 'Not Found', 'There is nothing here.')
      return
    }
    const given = tokenIn((request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)) ?? ''
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A page cannot read the status of a refused upgrade, so it is told by close codes.
      if (!sameSecret(given, token)) webSocket.close(closeCodes.badToken, 'The token is not of this server.')
      else if (sockets.clients.size > mostPages)
        webSocket.close(closeCodes.tooMany, `${mostPages} pages are open already.`)
      else void relay(webSocket, connect)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)))
    server.listen(port, '127.0.0.1', resolve)
  })
  boundPort = (server.address() as AddressInfo).port
  // The lab starts beside the first page and stays while we do, so that no page waits for it.
  kept.start()
  return {
    url: `http://127.0.0.1:${boundPort}/#token=${token}`,
    async close() {
      kept.release()
      for (const webSocket of sockets.clients) webSocket.close(1001, 'The server ends.')
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      const impatient = setTimeout(() => {
        for (const webSocket of sockets.clients) webSocket.terminate()
        server.closeAllConnections()
      }, 500)
      await closed
      clearTimeout(impatient)
    },
  }
}

/** Starts the lab and holds on to it. When it dies the next page to connect starts another. */
class KeptLab {
  readonly #places: ServerOptions['places']
  #socket: Socket | undefined
  #released = false
  /** Resolves once the lab is there, or did not come: the page that connects then is told why. */
  started: Promise<void> | undefined

  constructor(places: ServerOptions['places']) {
    this.#places = places
  }

  start(): void {
    this.started = connectLabSocket(this.#places).then(
      (socket) => {
        this.#socket = socket
        socket.on('error', () => undefined)
        socket.resume()
        if (this.#released) socket.destroy()
      },
      () => undefined,
    )
  }

  release(): void {
    this.#released = true
    this.#socket?.destroy()
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, PageFile>,
  port: number,
): void {
  const say = (status: number, text: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, {
      ...pageHeaders(),
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : `${text}\n`)
  }
  const reason = objection(request, port)
  if (reason !== undefined) {
    say(403, reason, { Connection: 'close' })
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    say(405, 'Pages are only read.', { Allow: 'GET, HEAD', Connection: 'close' })
    return
  }
  // Compared as it is written: what would have to be decoded or resolved first is not in the list.
  const file = files.get((request.url ?? '').replace(/\?.*$/, ''))
  if (!file) {
    say(404, 'There is nothing here.')
    return
  }
  response.writeHead(200, {
    // `objection` has seen that Host is one of our names.
    ...pageHeaders(`ws://${request.headers.host ?? ''}`),
    'Content-Type': file.type,
    'Content-Length': file.bytes.length,
    'Cache-Control': file.immutable ? 'max-age=31536000, immutable' : 'no-cache',
  })
  response.end(request.method === 'HEAD' ? undefined : file.bytes)
}

function refuse(socket: Duplex, status: number, phrase: string, reason: string): void {
  socket.on('error', () => undefined)
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  )
}

function readBuilt(folder: string): ReadonlyMap<string, PageFile> {
  try {
    return readPage(folder)
  } catch (cause) {
    throw new DescentError(
      'not-found',
      `The page is not built: ${folder} cannot be read.`,
      'In a checkout `npm run build` builds it; otherwise install Descent Lab again.',
      { cause },
    )
  }
}

function cannotListen(port: number, error: NodeJS.ErrnoException): DescentError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'another program has it'
      : error.code === 'EACCES'
        ? 'it is reserved for the system'
        : error.message
  return new DescentError(
    'conflict',
    `Port ${port} cannot be used: ${why}.`,
    'Give another one with --port, or 0 for any that is free.',
  )
}
