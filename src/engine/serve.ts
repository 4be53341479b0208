import { Socket } from 'node:net'
import { engineContract } from '../contract/engine.ts'
import { serve } from '../transport/server.ts'
import { streamChannel } from '../transport/stream.ts'
import { Engine, type Backend } from './engine.ts'

/** Makes this process an engine: file descriptor 3, the lab's pipe, is its only tie to the world. */
export function serveEngine(backend: Backend): void {
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  const { closed } = serve(engineContract, streamChannel(pipe), new Engine(backend).handlers)
  // The lab is gone: nobody would hear the results.
  void closed.then(() => process.exit(0))
  // Ctrl-C in a terminal reaches the whole group; the lab decides when an engine ends.
  process.on('SIGINT', () => undefined)
}
