/**
 * All that differs in the old Electron of the tests (9.4.1: Chromium 83, Node 12). `LEGACY` is a constant of the build
 * (electron.vite.config.ts), so that nothing of it is left in what we ship.
 */
import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { protocol, webUtils, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'

declare const LEGACY: boolean

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** Answers every request for a scheme. */
export function handleScheme(scheme: string, answer: (method: string, url: string) => Answer): void {
  if (LEGACY) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way there was
    protocol.registerBufferProtocol(scheme, (request, respond) => {
      const { status, headers, bytes } = answer(request.method, request.url)
      respond({
        statusCode: status,
        headers: { ...headers },
        mimeType: (headers['Content-Type'] ?? '').replace(/;.*/, ''),
        data: bytes,
      })
    })
  } else
    protocol.handle(scheme, ({ method, url }) => {
      const { status, headers, bytes } = answer(method, url)
      return new Response(new Uint8Array(bytes), { status, headers: { ...headers } })
    })
}

/** No page opens a window; `asked` hears what it wanted to show. */
export function denyWindows(contents: WebContents, asked: (url: string) => void): void {
  if (LEGACY) {
    const old = contents as unknown as NodeJS.EventEmitter
    old.on('new-window', (event: { preventDefault(): void }, url: string) => {
      event.preventDefault()
      asked(url)
    })
  } else
    contents.setWindowOpenHandler(({ url }) => {
      asked(url)
      return { action: 'deny' }
    })
}

/** Address of the page that sent a message; undefined unless it is a window's own page, not a frame inside it. */
export function senderAddress(event: IpcMainEvent | IpcMainInvokeEvent): string | undefined {
  // There a preload runs in the main frame only, so no frame inside a page can send.
  if (LEGACY) return event.sender.getURL()
  return event.senderFrame !== null && event.senderFrame === event.sender.mainFrame
    ? event.senderFrame.url
    : undefined
}

/** Where a file that was dropped on the page lies. */
export function pathOfFile(file: unknown): string {
  // Nothing of a File crosses the bridge there: the page hands over bytes instead.
  if (LEGACY) return ''
  // Only the page's own File objects have one; anything else throws.
  return webUtils.getPathForFile(file as File)
}

/** A child's pipe beside its usual three. */
export function pipeOf(child: ChildProcess, descriptor: number): Duplex {
  const pipe = child.stdio[descriptor] as Duplex
  // There it says that it is only for reading, and carries both ways all the same.
  return LEGACY ? Object.assign(pipe, { writable: true }) : pipe
}
