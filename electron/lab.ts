import { performance } from 'node:perf_hooks'
import { dialog, type BrowserWindow, type WebContents } from 'electron'
import { refusePath } from '../src/page/path-calls.ts'
import { closeCodes, largestPageMessageBytes } from '../src/transport/websocket.ts'
import { wasChosen } from './dialogs.ts'
import { LabChild, type ChildEnd } from './lab-child-process.ts'
import { onMessage } from './messages.ts'
import { messages } from './names.ts'
import { Supervisor } from './supervisor.ts'
import type { Words } from './words.ts'

export interface LabLink {
  /** Runs that wait or are trained; `pause` keeps them for later first. Null where no lab answers. */
  ask(ask: 'going' | 'pause'): Promise<number | null>
  /** After the person chose to leave the lab stopped. */
  allowAgain(): void
  close(): void
}

interface Connection {
  readonly id: number
  readonly page: WebContents
  /** Undefined while a person is asked whether to start the lab again. */
  child: LabChild | undefined
  /** What the page sends until then. */
  readonly waiting: Uint8Array<ArrayBuffer>[]
}

/** The lab for the page: a child of ours between the two, another one whenever the page connects anew. */
export function setupLab(root: string, window: () => BrowserWindow | undefined, words: Words): LabLink {
  const supervisor = new Supervisor(() => performance.now())
  const left: ChildEnd = { code: closeCodes.labUnavailable, reason: words.labLeft }
  let connection: Connection | undefined
  let lastReason = ''
  let question: Promise<void> | undefined
  // Started before the page asks, so that the lab comes up beside the window.
  let prepared: LabChild | undefined = start()

  function start(): LabChild | undefined {
    try {
      return new LabChild(root)
    } catch (error) {
      dialog.showErrorBox(words.labMissing, error instanceof Error ? error.message : String(error))
      supervisor.leave()
      return undefined
    }
  }

  async function connect(page: WebContents, id: number): Promise<void> {
    drop()
    const own: Connection = { id, page, child: undefined, waiting: [] }
    connection = own
    const gone = (): void => {
      if (connection === own) drop()
    }
    page.on('destroyed', gone)
    page.on('render-process-gone', gone)
    const end = (await mayStart()) ? await carry(own) : left
    page.removeListener('destroyed', gone)
    page.removeListener('render-process-gone', gone)
    // Otherwise it ended because we, or the page, wanted it.
    if (connection === own) drop(end)
  }

  /** Until the child ends. */
  async function carry(own: Connection): Promise<ChildEnd> {
    const child = connection === own ? (prepared ?? start()) : undefined
    if (!child) return left
    prepared = undefined
    own.child = child
    child.channel.listen({
      message(bytes) {
        if (connection === own && !own.page.isDestroyed()) own.page.send(messages.frame, own.id, bytes)
      },
      closed: () => undefined, // the end of the process says why
    })
    for (const bytes of own.waiting.splice(0)) child.channel.send(bytes)
    const end = await child.ended
    if (connection === own) {
      supervisor.crashed()
      lastReason = end.reason
    }
    return end
  }

  /** Ends the connection; the page is told when it did not want that itself. */
  function drop(end?: ChildEnd): void {
    const dropped = connection
    connection = undefined
    dropped?.child?.close()
    if (end && dropped && !dropped.page.isDestroyed())
      dropped.page.send(messages.close, dropped.id, end.code, end.reason)
  }

  /** After too many crashes a person decides, once. */
  async function mayStart(): Promise<boolean> {
    if (supervisor.state === 'ask') {
      question ??= askPerson().finally(() => (question = undefined))
      await question
    }
    return supervisor.state === 'may-start'
  }

  async function askPerson(): Promise<void> {
    const options = {
      type: 'warning' as const,
      message: words.labCrashes,
      detail: lastReason,
      buttons: [words.startAgain, words.leaveStopped],
      defaultId: 0,
      cancelId: 1,
    }
    const parent = window()
    const { response } = await (parent
      ? dialog.showMessageBox(parent, options)
      : dialog.showMessageBox(options))
    if (response === 0) supervisor.forget()
    else supervisor.leave()
  }

  /** By a child of its own where the page's has died: the page waits before it connects again. */
  async function ask(what: 'going' | 'pause'): Promise<number | null> {
    if (supervisor.state !== 'may-start') return null
    const child = connection?.child ?? prepared
    const answer = (await child?.ask(what)) ?? null
    if (answer !== null || child?.isThere === true) return answer
    const own = start()
    const second = (await own?.ask(what)) ?? null
    own?.close()
    return second
  }

  const connectionOf = (page: WebContents, id: unknown): Connection | undefined =>
    connection?.id === id && connection?.page === page ? connection : undefined

  onMessage(messages.connect, ({ sender }, id) => {
    if (typeof id === 'number') void connect(sender, id)
  })
  onMessage(messages.frame, ({ sender }, id, bytes) => {
    const own = connectionOf(sender, id)
    if (!own || !(bytes instanceof Uint8Array)) return
    if (bytes.length > largestPageMessageBytes) {
      drop({ code: 1009, reason: 'The message is too large.' })
      return
    }
    const refusal = refusePath(bytes, (path, use) => use === 'read' || wasChosen(path))
    if (refusal) sender.send(messages.frame, own.id, refusal)
    else if (own.child) own.child.channel.send(new Uint8Array(bytes))
    else own.waiting.push(new Uint8Array(bytes))
  })
  onMessage(messages.close, ({ sender }, id) => {
    if (connectionOf(sender, id)) drop()
  })

  return {
    ask,
    allowAgain: () => supervisor.forget(),
    close() {
      drop()
      prepared?.close()
      prepared = undefined
    },
  }
}
