import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { engineContract, type EngineEvent } from '../contract/engine.ts'
import { DescentError } from '../contract/errors.ts'
import { createClient, type Client } from '../transport/client.ts'
import { streamChannel } from '../transport/stream.ts'
import type { EngineKind } from './engines.ts'

export interface EngineListener {
  event(event: EngineEvent): void
  /** The process is gone, however that came about. Called once. */
  died(reason: string): void
}

/** One engine process and the connection to it. */
export class EngineProcess {
  readonly #child: ChildProcess
  readonly client: Client<typeof engineContract>
  /** What it says of itself; rejects when it dies before. */
  readonly hello: Promise<{ engine: string; device: string; versions: Record<string, string> }>

  constructor({ entry, arguments: args }: Pick<EngineKind, 'entry' | 'arguments'>, listener: EngineListener) {
    // Only descriptor 3 carries messages: what libraries print goes to the lab's own log.
    this.#child = spawn(process.execPath, [entry, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      windowsHide: true,
    })
    this.client = createClient(engineContract, streamChannel(this.#child.stdio[3] as Duplex))
    this.hello = this.client.call('hello', {})
    this.hello.catch(() => undefined) // awaited by whoever uses the engine
    const exited = new Promise<string>((resolve) => {
      this.#child.once('error', (error) => {
        this.client.close() // it never ran
        resolve(error.message)
      })
      this.#child.once('exit', (code, signal) =>
        resolve(signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`),
      )
    })
    // What it said before its end may be read after its exit.
    void Promise.all([exited, this.#follow(listener)]).then(([reason]) => {
      this.client.close()
      listener.died(reason)
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async #follow(listener: EngineListener): Promise<void> {
    try {
      // From the first event on: nothing may happen between the connection and the subscription.
      for await (const { event } of this.client.stream('events', {}, { after: 0 })) listener.event(event)
    } catch (error) {
      // A lost connection is reported by the process's exit; anything else leaves it unusable.
      if (!(error instanceof DescentError && error.code === 'connection-lost')) {
        console.error('engine events:', error)
        this.kill()
      }
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
