import { basename } from 'node:path'
import { BrowserWindow, dialog, type FileFilter, type WebContents } from 'electron'
import type { OpenFilesOptions, SaveFileOptions, WrittenFile } from '../src/contract/desktop.ts'
import { DescentError } from '../src/contract/errors.ts'
import { writeWhole } from '../src/lab/write-whole.ts'
import { onRequest } from './messages.ts'
import { messages } from './names.ts'

const longestText = 200

/** Where a person said that something may be written. */
const chosen = new Set<string>()
export const wasChosen = (path: string): boolean => chosen.has(path)

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
  onRequest(messages.saveFile, ({ sender }, given) => askWhere(sender, given))
  onRequest(messages.writeFile, async ({ sender }, given, bytes): Promise<WrittenFile> => {
    if (!(bytes instanceof Uint8Array)) throw new Error('Bytes are wanted.')
    const file = await askWhere(sender, given)
    if (file === null) return { file, problem: null }
    try {
      await writeWhole(file, [bytes])
      return { file, problem: null }
    } catch (error) {
      return { file: null, problem: DescentError.from(error).toJSON() }
    }
  })
}

async function askWhere(sender: WebContents, given: unknown): Promise<string | null> {
  const { title, defaultName, filters } = given as Partial<SaveFileOptions>
  const { canceled, filePath } = await dialog.showSaveDialog(windowOf(sender), {
    title: text(title),
    defaultPath: basename(text(defaultName)),
    filters: filtersOf(filters),
    // Elsewhere the system asks by itself before a file is replaced.
    properties: ['showOverwriteConfirmation'],
  })
  if (canceled || !filePath) return null
  chosen.add(filePath)
  return filePath
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
