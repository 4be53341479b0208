import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { WebSocket } from 'ws'
import { startServer } from '../../src/server/server.ts'
import { labPath, subprotocols } from '../../src/transport/websocket.ts'
import { testHome } from '../e2e/support/home.ts'

interface DialOptions {
  path?: string
  key?: string
  protocols?: string[]
  /** null: the header is not sent. */
  origin?: string | null
  headers?: Record<string, string>
}

/** A server in this process, with a small page and a lab of its own. */
export async function runningServer() {
  const home = testHome()
  const page = mkdtempSync(join(tmpdir(), 'descent-page-'))
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>')
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'assets/code-1a2b.js'), 'export {}')
  writeFileSync(join(page, 'notes.secret'), 'not of a kind that pages have')
  const server = await startServer({
    places: { home: home.env['DESCENT_HOME'] ?? '', cache: home.env['DESCENT_CACHE'] ?? '' },
    page,
    port: 0,
  })
  const { host, port, hash } = new URL(server.url)
  const token = hash.replace('#token=', '')
  const sockets: WebSocket[] = []
  return {
    ...server,
    home,
    host,
    port: Number(port),
    token,
    origin: `http://${host}`,

    /** A request exactly as given: nothing is resolved, decoded or added but `Host`. */
    ask: (
      path: string,
      { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
    ) =>
      new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
        const asked = request(
          { host: '127.0.0.1', port, path, method, headers: { host, ...headers } },
          (response) => {
            let body = ''
            response.on('data', (chunk: Buffer) => (body += chunk.toString()))
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
            )
          },
        )
        asked.on('error', reject)
        asked.end()
      }),

    /** Bytes as they are; what comes back until the server closes. */
    raw: (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        let answer = ''
        socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
        socket.on('close', () => resolve(answer))
        socket.on('error', reject)
        setTimeout(() => socket.destroy(), 2000).unref()
      }),

    /** A WebSocket as a page would open it. */
    dial({
      path = labPath,
      key = token,
      protocols = subprotocols(key),
      origin = `http://${host}`,
      headers = {},
    }: DialOptions = {}) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
        headers: { ...(origin === null ? {} : { origin }), ...headers },
      })
      sockets.push(socket)
      return {
        socket,
        /** How it ended: a close code, or the status of a refused upgrade. */
        ended: new Promise<{ code?: number; reason?: string; status?: number }>((resolve) => {
          socket.on('error', () => undefined)
          socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
          socket.on('unexpected-response', (_request, response) => {
            response.resume()
            resolve({ status: response.statusCode ?? 0 })
          })
        }),
      }
    },

    async stop() {
      sockets.forEach((socket) => socket.terminate())
      await server.close()
      await home.remove()
    },
  }
}
export type Running = Awaited<ReturnType<typeof runningServer>>
