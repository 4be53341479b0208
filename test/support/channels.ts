import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DesktopBridge } from '../../src/contract/desktop.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { WebSocketServer, type WebSocket as ServedWebSocket } from 'ws'
import { desktopChannel } from '../../src/transport/desktop.ts'
import { memoryChannels } from '../../src/transport/memory.ts'
import { streamChannel } from '../../src/transport/stream.ts'
import { webSocketChannel } from '../../src/transport/websocket.ts'

/** Two connected sockets: the one that was dialled, and the one that was accepted. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-socket-'))
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replaceAll('\\', '-')}` : join(folder, 's')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const dialled = connect(path)
  const pair: [Socket, Socket] = [dialled, await accepted]
  server.close()
  rmSync(folder, { recursive: true, force: true })
  return pair
}

/** A page's WebSocket, as browsers and Node have it, and the server's end of it. */
export async function webSocketPair(): Promise<[WebSocket, ServedWebSocket]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const dialled = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [accepted] = (await once(server, 'connection')) as [ServedWebSocket]
  server.close()
  return [dialled, accepted]
}

/** Ways to carry a contract, each as two connected ends. */
export const carriers: Record<string, () => Promise<[Channel, Channel]>> = {
  memory: async () => memoryChannels(),
  socket: async () => {
    const [near, far] = await socketPair()
    return [streamChannel(near), streamChannel(far)]
  },
  'web socket': async () => {
    const [near, far] = await webSocketPair()
    return [webSocketChannel(near), webSocketChannel(far)]
  },
  'desktop bridge': async () => {
    const [near, far] = memoryChannels()
    const connect: DesktopBridge['connect'] = (listener) => {
      near.listen({
        message: (bytes) => listener.message(bytes),
        closed: () => listener.closed(1000, ''),
      })
      return { send: (bytes) => near.send(new Uint8Array(bytes)), close: () => near.close() }
    }
    return [desktopChannel({ connect }), far]
  },
}
