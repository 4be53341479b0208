import { computed, shallowRef } from 'vue'
import { desktopChannel } from '../../../src/transport/desktop.ts'
import { takeToken } from '../../../src/transport/token.ts'
import { labPath, subprotocols, webSocketChannel } from '../../../src/transport/websocket.ts'
import { createConnection } from './connection.ts'

const desktop = window.descentDesktop
const token = desktop ? '' : takeToken(window)

/** The page's one line to the lab: over the desktop's preload, or a WebSocket beside the page. */
export const connection = createConnection((ended) =>
  desktop
    ? desktopChannel(desktop, ended)
    : webSocketChannel(
        new WebSocket(
          `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${labPath}`,
          subprotocols(token),
        ),
        ended,
      ),
)

/** Calls of the lab's contract. Fail with a DescentError. */
export const lab = { call: connection.call }

const status = shallowRef(connection.status)
connection.onStatus((next) => (status.value = next))

/** For the page: what to show of the connection. */
export const connectionStatus = computed(() => status.value)
export const labInfo = computed(() => status.value.info)
export const isOpen = computed(() => status.value.state === 'open')
