import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DescentError } from '../../contract/errors.ts'

export type FoundFile = { kind: 'file'; path: string; sizeBytes: number } | { kind: 'link'; path: string }

const maxEntries = 100_000

/** Every file below a folder, in the order of their names. Links are reported and never followed. */
export async function* filesBelow(
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<FoundFile, void, undefined> {
  let count = 0
  const pending = [folder]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const entries = await readdir(next, { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      signal?.throwIfAborted()
      count += 1
      if (count > maxEntries) throw tooMany(folder)
      const path = join(next, entry.name)
      if (entry.isSymbolicLink()) yield { kind: 'link', path }
      else if (entry.isDirectory()) pending.push(path)
      else if (entry.isFile()) yield { kind: 'file', path, sizeBytes: (await stat(path)).size }
    }
  }
}

function tooMany(folder: string): DescentError {
  return new DescentError(
    'invalid-value',
    `The folder ${folder} holds more than ${maxEntries.toLocaleString('en-GB')} files and folders.`,
    'Name the folder that holds the dataset files, not one far above it.',
  )
}
