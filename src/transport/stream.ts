import type { Duplex } from 'node:stream'
import type { Channel } from './channel.ts'
import { largestMessageBytes, MessageSplitter } from './framing.ts'

/**
 * Messages over a byte stream: a socket, or a pipe to a child process.
 * @param mostUnsentBytes a peer that leaves this much unread is cut off, before what waits for it fills the memory
 */
export function streamChannel(stream: Duplex, mostUnsentBytes = largestMessageBytes): Channel {
  const splitter = new MessageSplitter()
  return {
    send(message) {
      if (!stream.writable) return
      if (stream.writableLength > mostUnsentBytes) {
        stream.destroy()
        return
      }
      const length = Buffer.alloc(4)
      length.writeUInt32LE(message.length)
      stream.cork()
      stream.write(length)
      stream.write(message)
      stream.uncork()
    },
    listen(listener) {
      let open = true
      const closed = (): void => {
        if (!open) return
        open = false
        listener.closed()
      }
      stream.on('data', (chunk: Buffer) => {
        try {
          for (const message of splitter.push(chunk)) listener.message(message)
        } catch {
          stream.destroy() // not our framing: a foreign or broken peer
        }
      })
      // A peer that was killed shows as an error or as an end; both mean the same here.
      stream.on('error', closed)
      stream.on('end', closed)
      stream.on('close', closed)
    },
    close() {
      stream.end()
    },
  }
}
