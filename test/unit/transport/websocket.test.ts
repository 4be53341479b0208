import { describe, expect, test } from 'vitest'
import { takeToken } from '../../../src/transport/token.ts'
import {
  closeCodes,
  subprotocols,
  tokenIn,
  webSocketChannel,
  type WebSocketLike,
} from '../../../src/transport/websocket.ts'
import { webSocketPair } from '../../support/channels.ts'
import { until } from '../../support/until.ts'

describe('the page’s end of a WebSocket', () => {
  test('keeps what is sent before it is open', async () => {
    const [near, far] = await webSocketPair()
    const received: unknown[] = []
    far.on('message', (data: Buffer) => received.push([...data]))
    const channel = webSocketChannel(near)
    channel.send(new Uint8Array([1, 2]))
    channel.send(new Uint8Array([3]))
    await until(() => received.length === 2)
    expect(received).toEqual([[1, 2], [3]])
    channel.close()
  })

  test('tells the close code, before anyone else hears of the end, once', async () => {
    const [near, far] = await webSocketPair()
    const heard: unknown[] = []
    const channel = webSocketChannel(near, (code, reason) => heard.push([code, reason]))
    channel.listen({ message: () => undefined, closed: () => heard.push('closed') })
    far.close(closeCodes.labLost, 'The lab has ended.')
    await until(() => heard.length >= 2)
    channel.close()
    expect(heard).toEqual([[closeCodes.labLost, 'The lab has ended.'], 'closed'])
  })

  test('closes when the other side sends text, or what the listener refuses', async () => {
    for (const message of ['text', Buffer.from([1])]) {
      const [near, far] = await webSocketPair()
      const refuse = () => {
        throw new Error('not of our protocol')
      }
      const closed = new Promise<void>((resolve) =>
        webSocketChannel(near).listen({ message: refuse, closed: resolve }),
      )
      far.send(message)
      await closed
    }
  })

  test('sends nothing once it is closed', () => {
    const sent: unknown[] = []
    const socket: WebSocketLike = {
      binaryType: '',
      readyState: 3,
      send: (data) => sent.push(data),
      close: () => undefined,
      addEventListener: () => undefined,
    }
    webSocketChannel(socket).send(new Uint8Array(1))
    expect(sent).toEqual([])
    expect(socket.binaryType).toBe('arraybuffer')
  })

  test('carries the token as a subprotocol', () => {
    expect(tokenIn(subprotocols('a-B_9'))).toBe('a-B_9')
    expect(tokenIn(['descent.lab'])).toBe(undefined)
    expect(tokenIn([])).toBe(undefined)
  })
})

describe('the token of the address', () => {
  const pageAt = (hash: string, kept: Record<string, string> = {}) => {
    const addresses: string[] = []
    return {
      addresses,
      kept,
      location: { hash, pathname: '/', search: '?x' },
      history: { replaceState: (_state: unknown, _unused: string, url: string) => void addresses.push(url) },
      sessionStorage: {
        getItem: (key: string) => kept[key] ?? null,
        setItem: (key: string, value: string) => void (kept[key] = value),
      },
    }
  }

  test('is taken out of it, and kept for the tab', () => {
    const page = pageAt('#token=abc-_9')
    expect(takeToken(page)).toBe('abc-_9')
    expect(page.addresses).toEqual(['/?x'])
    expect(takeToken(pageAt('#/runs', page.kept))).toBe('abc-_9')
  })

  test('of a new address wins over the kept one; without any there is none', () => {
    const page = pageAt('#token=old')
    takeToken(page)
    expect(takeToken(pageAt('#token=new', page.kept))).toBe('new')
    const fresh = pageAt('#/runs')
    expect(takeToken(fresh)).toBe('')
    expect(fresh.addresses).toEqual([])
  })
})
