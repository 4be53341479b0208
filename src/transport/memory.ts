import type { Channel, ChannelListener } from './channel.ts'

/** Two connected ends in one process, for tests and for a lab in the caller's own process. */
export function memoryChannels(): [Channel, Channel] {
  const listeners: [ChannelListener | undefined, ChannelListener | undefined] = [undefined, undefined]
  const waiting: [Uint8Array[], Uint8Array[]] = [[], []]
  let open = true
  const end = (own: 0 | 1, other: 0 | 1): Channel => ({
    send(message) {
      if (!open) return
      queueMicrotask(() => {
        const listener = listeners[other]
        if (listener) listener.message(message)
        else waiting[other].push(message)
      })
    },
    listen(listener) {
      listeners[own] = listener
      for (const message of waiting[own].splice(0)) listener.message(message)
    },
    close() {
      if (!open) return
      open = false
      // In a microtask as well, so that what was sent before arrives before.
      queueMicrotask(() => listeners.forEach((listener) => listener?.closed()))
    },
  })
  return [end(0, 1), end(1, 0)]
}
