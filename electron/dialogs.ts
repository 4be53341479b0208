import { basename } from 'node:path'
import { BrowserWindow, dialog, type FileFilter, type WebContents } from 'electron'
import type { OpenFilesOptions, SaveFileOptions } from '../src/contract/desktop.ts'
import { onRequest } from './messages.ts'
import { messages } from './names.ts'

const longestText = 200

/** The system's dialogs for files to read and to write, for the page. */
export function setupDialogs(): void {
  onRequest(messages.openFiles, async ({ sender }, given): Promise<string[]> => {
    const { title, filters, multiple } = given as Partial<OpenFilesOptions>
    const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(sender), {
      title: text(title),
      filters: filtersOf(filters),
      properties: multiple === true ? ['openFile', 'multiSelections'] : ['openFile'],
    })
    return canceled ? [] : filePaths
  })
  onRequest(messages.saveFile, async ({ sender }, given): Promise<string | null> => {
    const { title, defaultName, filters } = given as Partial<SaveFileOptions>
    const { canceled, filePath } = await dialog.showSaveDialog(windowOf(sender), {
      title: text(title),
      defaultPath: basename(text(defaultName)),
      filters: filtersOf(filters),
    })
    return canceled || !filePath ? null : filePath
  })
}

function windowOf(sender: WebContents): Electron.BrowserWindow {
  const window = BrowserWindow.fromWebContents(sender)
  if (!window) throw new Error('The window is gone.')
  return window
}

function text(given: unknown): string {
  if (typeof given !== 'string' || given.length > longestText)
    throw new Error(`A text of at most ${longestText} characters is wanted.`)
  return given
}

function filtersOf(given: unknown): FileFilter[] {
  if (!Array.isArray(given) || given.length > longestText) throw new Error('A list of filters is wanted.')
  return given.map((filter: { name?: unknown; extensions?: unknown }) => {
    if (!Array.isArray(filter.extensions)) throw new Error('A filter lists extensions.')
    return { name: text(filter.name), extensions: filter.extensions.map(text) }
  })
}
