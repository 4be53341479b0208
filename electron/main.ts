/** The desktop: puts its parts together. What trains and stores is the lab, in processes of its own. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { places } from '../src/lab/places.ts'
import { setupClosing } from './closing.ts'
import { setupDialogs } from './dialogs.ts'
import { setupLab } from './lab.ts'
import { setupLockdown } from './lockdown.ts'
import { setupMenu } from './menu.ts'
import { registerScheme, setupPage } from './page.ts'
import { setupRecovery } from './recovery.ts'
import { setupWindow } from './window.ts'
import { wordsFor } from './words.ts'

const root = resolve(import.meta.dirname, '../..')
let window: BrowserWindow | undefined
let open = (): void => undefined

function start(): void {
  const words = wordsFor(app.getLocale())
  setupPage()
  setupLockdown()
  setupDialogs()
  const lab = setupLab(root, () => window, words)
  setupMenu(words, () => lab.allowAgain())
  open = () => {
    window = setupWindow()
    setupClosing(window, lab, words)
    setupRecovery(window, words)
    window.on('closed', () => (window = undefined))
  }
  open()
  app.on('activate', show)
  app.on('will-quit', () => lab.close())
}

/** One window for each library: a second start with another one must not end up in front of this one. */
function keepBesideLibrary(): void {
  const folder = join(places().home, 'window')
  try {
    mkdirSync(folder, { recursive: true })
    app.setPath('userData', folder)
  } catch {
    // The lab says in the window why the library cannot be used.
  }
}

function show(): void {
  if (!window) open()
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
}

keepBesideLibrary()
// A second start shows the window that is there.
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', show)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  registerScheme()
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      // Nothing is there that could say it otherwise.
      dialog.showErrorBox('Descent Lab', error instanceof Error ? error.message : String(error))
      app.exit(1)
    })
} else app.quit()
