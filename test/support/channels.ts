import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel } from '../../src/transport/channel.ts'
import { memoryChannels } from '../../src/transport/memory.ts'
import { streamChannel } from '../../src/transport/stream.ts'

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

/** Ways to carry a contract, each as two connected ends. */
export const carriers: Record<string, () => Promise<[Channel, Channel]>> = {
  memory: async () => memoryChannels(),
  socket: async () => {
    const [near, far] = await socketPair()
    return [streamChannel(near), streamChannel(far)]
  },
}
