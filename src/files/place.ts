import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode } from './failures.ts'

/**
 * Puts a verified file where it belongs, over whatever is there, in one step. The folder is written out too, so
 * that a power cut does not undo it. Windows refuses while someone has the old file open: a few tries then.
 */
export async function renameIntoPlace(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rename(from, to)
      break
    } catch (error) {
      const isBusy =
        process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')
      if (!isBusy || tries === 10) throw error
      await wait(50 * tries)
    }
  }
  await syncFolder(dirname(to))
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // Windows opens no folders.
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
