import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Channel } from '../src/transport/channel.ts'
import { streamChannel } from '../src/transport/stream.ts'
import { closeCodes } from '../src/transport/websocket.ts'
import { pipeOf } from './compat.ts'
import type { FromChild, ToChild } from './lab-child-messages.ts'
import { findNode } from './node.ts'

/** How a child ended: a close code and reason for the page, and whether that was a failure. */
export interface ChildEnd {
  readonly code: number
  readonly reason: string
}

/** Engines stop between two steps, and the slowest steps take seconds. */
const answerMs = 15_000

/** One child and, through it, one connection to the lab. What is sent before the lab answers waits in the pipe. */
export class LabChild {
  readonly channel: Channel
  readonly ended: Promise<ChildEnd>
  readonly #child: ChildProcess
  readonly #answers = new Map<number, (going: number | null) => void>()
  #asked = 0
  #hasEnded = false
  #end: ChildEnd = { code: closeCodes.labLost, reason: 'The process between window and lab has ended.' }

  constructor(root: string) {
    const { program, env } = findNode(root)
    this.#child = spawn(program, [join(root, 'electron/lab-child.ts')], {
      // A pipe of its own: what anything prints must not end up between frames.
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
      // Or Windows opens a console beside the window.
      windowsHide: true,
    })
    this.channel = streamChannel(pipeOf(this.#child, 3))
    this.#child.on('message', (message: FromChild) => this.#heard(message))
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true
        for (const settle of this.#answers.values()) settle(null)
        resolve(this.#end)
      }
      // More than one may come: of a start that failed, and of every message that could not be sent.
      this.#child.on('error', (error) => {
        this.#end = { code: closeCodes.labUnavailable, reason: error.message }
        end()
      })
      this.#child.once('exit', end)
    })
  }

  /** Runs that wait or are trained; null where nobody answers. `pause` keeps them for later first. */
  ask(ask: ToChild['ask']): Promise<number | null> {
    const id = ++this.#asked
    return new Promise((resolve) => {
      const settle = (going: number | null): void => {
        clearTimeout(timer)
        this.#answers.delete(id)
        resolve(going)
      }
      const timer = setTimeout(() => settle(null), answerMs)
      this.#answers.set(id, settle)
      if (this.#child.connected) this.#child.send({ id, ask } satisfies ToChild)
      else settle(null)
    })
  }

  /** Whether an answer can come. */
  get isThere(): boolean {
    return !this.#hasEnded && this.#child.connected
  }

  close(): void {
    this.#child.kill()
  }

  #heard(message: FromChild): void {
    if (message.type === 'answer') this.#answers.get(message.id)?.(message.going)
    else if (message.type === 'ended')
      this.#end = {
        code: message.reason === 'lost' ? closeCodes.labLost : closeCodes.labUnavailable,
        reason: message.message,
      }
  }
}
