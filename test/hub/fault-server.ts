import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** How one request is answered. A path's answers are used in their order, the last one for good. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  /** How many bytes of the file the other side has, where the test can tell. */
  arrived: () => number | undefined,
) => Promise<void> | void

export interface FaultServer {
  url(path: string): string
  /** Every request so far: the path and the headers that matter. */
  requests: { path: string; range: string | undefined; ifRange: string | undefined }[]
  close(): Promise<void>
}

/** A real HTTP server on the loopback address that misbehaves as told. */
export async function startFaultServer(
  answers: Readonly<Record<string, readonly Answer[]>>,
  arrived: () => number | undefined = () => undefined,
): Promise<FaultServer> {
  const requests: FaultServer['requests'] = []
  const used = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const { range, 'if-range': ifRange } = request.headers
    requests.push({ path, range, ifRange: typeof ifRange === 'string' ? ifRange : undefined })
    const turn = used.get(path) ?? 0
    used.set(path, turn + 1)
    const list = answers[path]
    const answer = list?.at(Math.min(turn, list.length - 1)) ?? status(404)
    response.on('error', () => undefined)
    Promise.resolve(answer(request, response, arrived)).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface SendOptions {
  /** Answers range requests (default true). */
  ranges?: boolean
  etag?: string
  lastModified?: string
  /** Sends only so many bytes of the answer, then … */
  stopAfter?: number
  /** … breaks the connection (default), stays silent, or ends as if that was all. */
  then?: 'drop' | 'stall' | 'end'
  /** Sends so much, and then next to nothing until this is done. */
  hold?: { at: number; until: Promise<unknown> }
  /** No Content-Length, so that the length is known at the end only. */
  chunked?: boolean
  /** This much at a time, with this pause after each. */
  pace?: { bytes: number; pauseMs: number }
  headers?: Record<string, string>
  /** The Content-Range of a server that has its own idea of the question. */
  contentRange?: string
}

export function send(content: Uint8Array, options: SendOptions = {}): Answer {
  return async (request, response, arrived) => {
    const from = options.ranges === false ? 0 : rangeStart(request, options)
    if (from >= content.byteLength && from > 0) {
      response.writeHead(416, { 'content-range': `bytes */${content.byteLength}` }).end()
      return
    }
    const body = content.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      ...(options.chunked ? {} : { 'content-length': String(body.byteLength) }),
      ...(from > 0
        ? {
            'content-range':
              options.contentRange ?? `bytes ${from}-${content.byteLength - 1}/${content.byteLength}`,
          }
        : {}),
      ...(options.etag ? { etag: options.etag } : {}),
      ...(options.lastModified ? { 'last-modified': options.lastModified } : {}),
      ...options.headers,
    })
    response.flushHeaders()
    const sent = body.subarray(0, options.stopAfter ?? body.byteLength)
    const step = options.pace?.bytes ?? Math.max(1, sent.byteLength)
    let isHeld = options.hold !== undefined
    void options.hold?.until.then(() => (isHeld = false))
    for (let at = 0; at < sent.byteLength && !response.destroyed;) {
      const isTrickling = isHeld && at >= (options.hold?.at ?? 0)
      const next = at + (isTrickling ? 20 : step)
      await new Promise<void>((resolve) => response.write(sent.subarray(at, next), () => resolve()))
      at = next
      if (isTrickling || options.pace) await wait(isTrickling ? 20 : options.pace?.pauseMs)
    }
    if (options.stopAfter === undefined || options.then === 'end') response.end()
    else if (options.then !== 'stall') {
      // A broken connection takes along what the other side has not read yet: let it read, for an exact test.
      for (let tries = 0; tries < 1000 && (arrived() ?? Infinity) < from + sent.byteLength; tries += 1)
        await wait(5)
      if (arrived() === undefined) await wait(50)
      response.destroy()
    }
  }
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, headers).end('no')
  }
}

export function redirect(to: string): Answer {
  return status(302, { location: to })
}

function rangeStart(request: IncomingMessage, options: SendOptions): number {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
  const condition = request.headers['if-range']
  if (typeof condition === 'string' && condition !== options.etag && condition !== options.lastModified)
    return 0
  return Number(start) || 0
}
