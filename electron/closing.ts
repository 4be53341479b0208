import { app, dialog, type BrowserWindow } from 'electron'
import type { LabLink } from './lab.ts'
import type { Words } from './words.ts'

const [keep, pause] = [0, 1]

/** A window with runs going asks what becomes of them before it closes. */
export function setupClosing(window: BrowserWindow, lab: LabLink, words: Words): void {
  let quitting = false
  let asking = false
  const beforeQuit = (): void => void (quitting = true)
  app.on('before-quit', beforeQuit)
  window.on('closed', () => app.removeListener('before-quit', beforeQuit))
  window.on('close', (event) => {
    event.preventDefault()
    if (asking) return
    asking = true
    void mayClose(window, lab, words).then((may) => {
      asking = false
      const quit = quitting
      quitting = false
      if (!may) return
      window.destroy()
      if (quit) app.quit()
    })
  })
}

async function mayClose(window: BrowserWindow, lab: LabLink, words: Words): Promise<boolean> {
  const going = await lab.ask('going')
  // Without a lab nothing is lost: what it was doing goes on when there is one again.
  if (going === null || going === 0) return true
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: words.goingTitle(going),
    detail: words.goingDetail,
    buttons: [words.keepRunning, words.pauseAndClose, words.cancel],
    defaultId: keep,
    cancelId: 2,
  })
  if (response !== pause) return response === keep
  if ((await lab.ask('pause')) !== null) return true
  await dialog.showMessageBox(window, {
    type: 'error',
    message: words.labSilent,
    detail: words.labSilentDetail,
    buttons: [words.back],
  })
  return false
}
