import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../../files/failures.ts'

/**
 * Where the hub keeps things:
 *
 *     <cacheDir>/datasets/<id>/<file>                    verified bytes, only ever renamed into place
 *     <cacheDir>/datasets/<id>/<file>.verified.json      what was seen when it was last hashed
 *     <cacheDir>/datasets/<id>/<file>.lock/              who is downloading it
 *     <cacheDir>/datasets/<id>/<file>.<nonce>.partial    what its downloader has so far
 *     <cacheDir>/datasets/.staging/                      copies on their way in
 */
export interface FilePaths {
  folder: string
  final: string
  stamp: string
  lock: string
}

export function datasetsFolder(cacheDir: string): string {
  return join(cacheDir, 'datasets')
}

export function stagingFolder(cacheDir: string): string {
  return join(datasetsFolder(cacheDir), '.staging')
}

export function filePaths(cacheDir: string, dataset: string, name: string): FilePaths {
  const folder = join(datasetsFolder(cacheDir), dataset)
  const final = join(folder, name)
  return { folder, final, stamp: `${final}.verified.json`, lock: `${final}.lock` }
}

const leftoverAgeMs = 24 * 60 * 60 * 1000

/** Removes what crashed processes left in staging: whatever has not been touched for a day. */
export async function sweepStaging(folder: string, nowMs: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name)
    try {
      const { mtimeMs } = await stat(path)
      if (nowMs - mtimeMs > leftoverAgeMs) await rm(path, { recursive: true, force: true })
    } catch {
      // Gone meanwhile, or not ours to remove: either way no reason to fail.
    }
  }
}

/** The names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
