/** The desktop: puts its parts together. What trains and stores is the lab, in processes of its own. */
import { resolve } from 'node:path'
import { app, type BrowserWindow } from 'electron'
import { setupClosing } from './closing.ts'
import { setupDialogs } from './dialogs.ts'
import { setupLab } from './lab.ts'
import { setupLockdown } from './lockdown.ts'
import { setupMenu } from './menu.ts'
import { registerScheme, setupPage } from './page.ts'
import { setupWindow } from './window.ts'
import { wordsFor } from './words.ts'

const root = resolve(import.meta.dirname, '../..')
let window: BrowserWindow | undefined

function start(): void {
  const words = wordsFor(app.getLocale())
  setupPage()
  setupLockdown()
  setupDialogs()
  const lab = setupLab(root, () => window, words)
  setupMenu(words, () => lab.allowAgain())
  const open = (): void => {
    window = setupWindow()
    setupClosing(window, lab, words)
    window.on('closed', () => (window = undefined))
  }
  open()
  app.on('activate', () => {
    if (!window) open()
  })
  app.on('will-quit', () => lab.close())
}

// A second start shows the window that is there.
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  registerScheme()
  void app.whenReady().then(start)
} else app.quit()
