/** The direct engine's process. Its only tie to the world is file descriptor 3: the lab's pipe. */
import { Socket } from 'node:net'
import { engineContract } from '../../contract/engine.ts'
import { serve } from '../../transport/server.ts'
import { streamChannel } from '../../transport/stream.ts'
import { DirectEngine } from './engine.ts'

const pipe = new Socket({ fd: 3, readable: true, writable: true })
const { closed } = serve(engineContract, streamChannel(pipe), new DirectEngine().handlers)
// The lab is gone: nobody would hear the results.
void closed.then(() => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the lab decides when an engine ends.
process.on('SIGINT', () => undefined)
