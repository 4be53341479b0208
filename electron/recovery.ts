import { performance } from 'node:perf_hooks'
import { dialog, type BrowserWindow } from 'electron'
import { Supervisor } from './supervisor.ts'
import type { Words } from './words.ts'

const [again] = [0]

/** A page that crashed is loaded again, with what the lab has kept; after too many times a person decides. */
export function setupRecovery(window: BrowserWindow, words: Words): void {
  const supervisor = new Supervisor(() => performance.now())
  window.webContents.on('render-process-gone', () => {
    supervisor.crashed()
    void recover()
  })

  async function recover(): Promise<void> {
    if (supervisor.state === 'ask') {
      const { response } = await dialog.showMessageBox(window, {
        type: 'error',
        message: words.pageCrashes,
        detail: words.pageCrashesDetail,
        buttons: [words.showAgain, words.close],
        defaultId: again,
        cancelId: again,
      })
      if (response !== again) {
        window.close()
        return
      }
      supervisor.forget()
    }
    // Not within the event, whose process is still being put away.
    setImmediate(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    })
  }
}
