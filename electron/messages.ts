import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { senderAddress } from './compat.ts'
import { isOurs } from './origin.ts'

const isTrusted = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => isOurs(senderAddress(event) ?? '')

/** Hears our own page; what any other sends is dropped. */
export function onMessage(name: string, hear: (event: IpcMainEvent, ...args: unknown[]) => void): void {
  ipcMain.on(name, (event, ...args: unknown[]) => {
    if (isTrusted(event)) hear(event, ...args)
  })
}

/** Answers our own page; any other gets an error. */
export function onRequest(
  name: string,
  answer: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown,
): void {
  ipcMain.handle(name, (event, ...args: unknown[]) => {
    if (!isTrusted(event)) throw new Error('Only the page of Descent Lab is answered.')
    return answer(event, ...args)
  })
}
