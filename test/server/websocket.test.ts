import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labContract } from '../../src/contract/lab.ts'
import { createClient } from '../../src/transport/client.ts'
import {
  closeCodes,
  labProtocol,
  subprotocols,
  webSocketChannel,
  type WebSocketLike,
} from '../../src/transport/websocket.ts'
import { isAlive } from '../e2e/support/home.ts'
import { until } from '../support/until.ts'
import { runningServer, type Running } from '../support/running-server.ts'

let server: Running
beforeAll(async () => {
  server = await runningServer()
})
afterAll(() => server.stop())

/** A page's client over a WebSocket of its own. */
function page() {
  const { socket, ended } = server.dial()
  return {
    socket,
    ended,
    lab: createClient(labContract, webSocketChannel(socket as unknown as WebSocketLike)),
  }
}

describe('a page with the token', () => {
  test('reaches the lab', async () => {
    const { lab, socket } = page()
    const { pid, home } = await lab.call('lab.info', {})
    expect(isAlive(pid)).toBe(true)
    expect(home).toBe(server.home.env['DESCENT_HOME'])
    expect(socket.protocol).toBe(labProtocol)
    lab.close()
  })

  test('has a connection of its own: what it does not detach is interrupted when it goes', async () => {
    const [leaving, staying] = [page(), page()]
    const settings = { workload: 'airfoil', optimizer: 'sgd', batch: 1, epochs: 10_000 }
    const { runIds } = await leaving.lab.call('runs.submit', { runs: [settings] })
    const [runId = ''] = runIds
    leaving.socket.terminate()
    const status = async () => (await staying.lab.call('runs.show', { runId })).run.status
    await until(async () => (await status()) === 'interrupted')
    staying.lab.close()
  })

  test('is told when the lab dies, and finds another one when it connects again', async () => {
    const first = page()
    const { pid } = await first.lab.call('lab.info', {})
    process.kill(pid, 'SIGKILL')
    expect(await first.ended).toEqual({ code: closeCodes.labLost, reason: 'The lab has ended.' })
    const second = page()
    expect((await second.lab.call('lab.info', {})).pid).not.toBe(pid)
    second.lab.close()
  })

  test('that sends what is not of the protocol loses its connection; the others do not', async () => {
    const [broken, other] = [page(), page()]
    await broken.lab.call('lab.info', {})
    broken.socket.send(Buffer.from('not a message of ours'))
    expect(await broken.ended).toMatchObject({ code: closeCodes.labLost })
    await other.lab.call('lab.info', {})
    other.lab.close()
  })

  test('cannot have anything written or read at a path that it names', async () => {
    const { lab, socket } = page()
    const { runIds } = await lab.call('runs.submit', {
      runs: [{ workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 1 }],
      detached: true,
    })
    const file = join(server.home.folder, 'taken.md')
    const asked = [
      lab.call('report.write', { runIds, file, locale: 'en' }),
      lab.call('export.write', { runIds, format: 'json', file }),
      lab.call('data.import', { path: server.home.folder }),
    ]
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'unsupported' })
    // The name written otherwise, as no client of ours would.
    const header = Buffer.from(
      JSON.stringify({
        kind: 'call',
        id: 99,
        name: 'report.write',
        input: { runIds, file, locale: 'en' },
      }).replace('report', 'r\\u0065port'),
    )
    const message = Buffer.alloc((4 + header.length + 7) & ~7)
    message.writeUInt32LE(header.length)
    header.copy(message, 4)
    const answer = once(socket, 'message') as Promise<[ArrayBuffer]>
    socket.send(message)
    expect(Buffer.from((await answer)[0]).toString()).toContain('unsupported')
    expect(existsSync(file)).toBe(false)
    lab.close()
  })

  test('that sends text loses its connection', async () => {
    const { socket, ended } = server.dial()
    await once(socket, 'open')
    socket.send('text')
    expect(await ended).toMatchObject({ code: 1003 })
  })

  test('that sends more than a message may hold loses its connection', async () => {
    const { socket, ended } = server.dial()
    await once(socket, 'open')
    socket.send(Buffer.alloc(32 * 1024 * 1024 + 1))
    expect(await ended).toMatchObject({ code: 1009 })
  })

  test('is one of 32 at most', async () => {
    const pages = Array.from({ length: 33 }, () => server.dial())
    const refused = await Promise.race(pages.map(({ ended }) => ended))
    expect(refused).toMatchObject({ code: closeCodes.tooMany })
    pages.forEach(({ socket }) => socket.terminate())
    await Promise.all(pages.map(({ ended }) => ended))
  })
})

describe('refused is', () => {
  test.each([
    ['a wrong token', () => server.dial({ key: 'A'.repeat(43) })],
    ['the beginning of the token', () => server.dial({ key: server.token.slice(0, -1) })],
    ['more than the token', () => server.dial({ key: `${server.token}A` })],
    ['no token', () => server.dial({ protocols: [labProtocol] })],
    ['no protocol at all', () => server.dial({ protocols: [] })],
    ['a second guess beside the first', () => server.dial({ protocols: [...subprotocols('guess'), 'x'] })],
  ])('%s, with a code that the page can read', async (_what, dial) => {
    expect(await dial().ended).toMatchObject({ code: closeCodes.badToken })
  })

  test.each([
    ['another Origin', () => server.dial({ origin: 'http://evil.example' })],
    ['another port of this machine', () => server.dial({ origin: 'http://127.0.0.1:1' })],
    ['the other name of this machine', () => server.dial({ origin: `http://localhost:${server.port}` })],
    ['a page without an origin', () => server.dial({ origin: 'null' })],
    ['what says no Origin', () => server.dial({ origin: null })],
    ['another Host', () => server.dial({ headers: { host: 'evil.example' } })],
  ])('%s, token or not, before anything is upgraded', async (_what, dial) => {
    expect(await dial().ended).toEqual({ status: 403 })
  })

  test('another path', async () => {
    expect(await server.dial({ path: '/' }).ended).toEqual({ status: 404 })
    expect(await server.dial({ path: '/lab/x' }).ended).toEqual({ status: 404 })
  })
})
