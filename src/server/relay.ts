import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { DescentError } from '../contract/errors.ts'
import { refusePath } from '../page/path-calls.ts'
import { MessageSplitter } from '../transport/framing.ts'
import { closeCodes } from '../transport/websocket.ts'

/** A page that reads slower than the lab writes makes the lab wait. */
const mostWaitingBytes = 16 * 1024 * 1024
/** A close frame's reason has room for this. */
const longestReasonBytes = 123

/**
 * Carries frames, as they are, between a page's WebSocket and a lab connection of its own, until either is gone. What names a path
 * on this machine is refused: a browser's page has no dialog that it could come from.
 */
export async function relay(page: WebSocket, connect: () => Promise<Socket>): Promise<void> {
  let lab: Socket | undefined
  page.pause()
  // 'error' precedes 'close': a frame that is too large, or not one. The socket is closed with the fitting code.
  page.on('error', () => undefined)
  page.on('close', () => lab?.destroy())
  try {
    lab = await connect()
  } catch (thrown) {
    page.close(closeCodes.labUnavailable, cut(DescentError.from(thrown).message))
    return
  }
  if (page.readyState !== page.OPEN) {
    lab.destroy()
    return
  }
  toPage(lab, page)
  toLab(page, lab)
  page.resume()
}

function toPage(lab: Socket, page: WebSocket): void {
  const splitter = new MessageSplitter()
  lab.on('data', (chunk) => {
    for (const message of splitter.push(chunk))
      page.send(message, () => {
        if (page.bufferedAmount <= mostWaitingBytes) lab.resume()
      })
    if (page.bufferedAmount > mostWaitingBytes) lab.pause()
  })
  const lost = (): void => page.close(closeCodes.labLost, 'The lab has ended.')
  lab.on('error', lost)
  lab.on('close', lost)
}

function toLab(page: WebSocket, lab: Socket): void {
  page.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary) {
      page.close(1003, 'Messages are binary.')
      return
    }
    const refusal = refusePath(data, () => false)
    if (refusal) {
      page.send(refusal)
      return
    }
    const length = Buffer.alloc(4)
    length.writeUInt32LE(data.length)
    lab.cork()
    lab.write(length)
    if (!lab.write(data)) page.pause()
    lab.uncork()
  })
  lab.on('drain', () => page.resume())
}

function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= longestReasonBytes) return text
  // Cutting a character in two leaves a replacement character, which goes as well.
  return bytes.subarray(0, longestReasonBytes).toString().replace(/�$/, '')
}
