import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DescentError } from '../../contract/errors.ts'
import { errorCode } from '../../files/failures.ts'

export type FoundFile =
  | { kind: 'file'; path: string }
  | { kind: 'link'; path: string }
  | { kind: 'unreadable'; path: string; error: unknown }

const maxEntries = 100_000

/** Every file below a folder, in the order of their names. Links are reported and never followed. */
export async function* filesBelow(
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<FoundFile, void, undefined> {
  let count = 0
  const pending = [folder]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    let entries: Dirent[]
    try {
      entries = await readdir(next, { withFileTypes: true })
    } catch (error) {
      if (!isUnreadable(error)) throw error
      yield { kind: 'unreadable', path: next, error }
      continue
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      signal?.throwIfAborted()
      count += 1
      if (count > maxEntries) throw tooMany(folder)
      const path = join(next, entry.name)
      if (entry.isSymbolicLink()) yield { kind: 'link', path }
      else if (entry.isDirectory()) pending.push(path)
      else if (entry.isFile()) yield { kind: 'file', path }
    }
  }
}

/** Something about this one file or folder, which says nothing about the others: no right, a bad sector, gone. */
export function isUnreadable(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EIO', 'ENOENT'].includes(errorCode(error) ?? '')
}

function tooMany(folder: string): DescentError {
  return new DescentError(
    'invalid-value',
    `The folder ${folder} holds more than ${maxEntries.toLocaleString('en-GB')} files and folders.`,
    'Name the folder that holds the dataset files, not one far above it.',
  )
}
