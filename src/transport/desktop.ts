import type { DesktopBridge } from '../contract/desktop.ts'
import type { Channel } from './channel.ts'

/**
 * Messages over the desktop's preload.
 * @param ended told the close code once, before the listener's `closed`, as by `webSocketChannel`
 */
export function desktopChannel(
  bridge: Pick<DesktopBridge, 'connect'>,
  ended?: (code: number, reason: string) => void,
): Channel {
  let connection: ReturnType<DesktopBridge['connect']> | undefined
  return {
    send: (message) => connection?.send(message),
    listen(listener) {
      connection = bridge.connect({
        message(bytes) {
          try {
            listener.message(bytes)
          } catch {
            connection?.close()
          }
        },
        closed(code, reason) {
          ended?.(code, reason)
          listener.closed()
        },
      })
    },
    close: () => connection?.close(),
  }
}
