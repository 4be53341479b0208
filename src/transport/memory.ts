import type { Channel, ChannelListener } from './channel.ts'

/** Two connected ends in one process, for tests and for a lab in the caller's own process. */
export function memoryChannels(): [Channel, Channel] {
  const listeners: [ChannelListener | undefined, ChannelListener | undefined] = [undefined, undefined]
  const waiting: [Uint8Array[], Uint8Array[]] = [[], []]
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    // In a microtask as messages are, so that what was sent before arrives before.
    queueMicrotask(() => listeners.forEach((listener) => listener?.closed()))
  }
  const deliver = (listener: ChannelListener, message: Uint8Array): void => {
    try {
      listener.message(message)
    } catch {
      close()
    }
  }
  const end = (own: 0 | 1, other: 0 | 1): Channel => ({
    send(message) {
      if (!open) return
      queueMicrotask(() => {
        const listener = listeners[other]
        if (listener) deliver(listener, message)
        else waiting[other].push(message)
      })
    },
    listen(listener) {
      listeners[own] = listener
      for (const message of waiting[own].splice(0)) deliver(listener, message)
    },
    close,
  })
  return [end(0, 1), end(1, 0)]
}
