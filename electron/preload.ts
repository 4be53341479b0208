import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { DesktopBridge, WrittenFile } from '../src/contract/desktop.ts'
import { pathOfFile } from './compat.ts'
import { messages } from './names.ts'

type Listener = Parameters<DesktopBridge['connect']>[0]

/** Goes on where the page that was shown before has stopped: what is late for that one must not reach this one. */
let connections = Date.now()
let current: { id: number; listener: Listener } | undefined

ipcRenderer.on(messages.frame, (_event: IpcRendererEvent, id: number, bytes: Uint8Array) => {
  if (current?.id === id) current.listener.message(bytes)
})
ipcRenderer.on(messages.close, (_event: IpcRendererEvent, id: number, code: number, reason: string) => {
  if (current?.id === id) end(code, reason)
})

function end(code: number, reason: string): void {
  const ended = current
  current = undefined
  ended?.listener.closed(code, reason)
}

const bridge: DesktopBridge = {
  platform: {
    os: process.platform,
    electron: process.versions.electron,
    chrome: process.versions.chrome,
  },
  connect(listener) {
    end(1000, 'Another connection takes its place.')
    const id = ++connections
    current = { id, listener }
    ipcRenderer.send(messages.connect, id)
    return {
      send(bytes) {
        if (current?.id === id) ipcRenderer.send(messages.frame, id, bytes)
      },
      close() {
        if (current?.id !== id) return
        ipcRenderer.send(messages.close, id)
        end(1000, '')
      },
    }
  },
  openFiles: (options) => ipcRenderer.invoke(messages.openFiles, options) as Promise<string[]>,
  saveFile: (options) => ipcRenderer.invoke(messages.saveFile, options) as Promise<string | null>,
  writeFile: (options, bytes) =>
    ipcRenderer.invoke(messages.writeFile, options, bytes) as Promise<WrittenFile>,
  pathOf: pathOfFile,
}
contextBridge.exposeInMainWorld('descentDesktop', bridge)
