import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetFile } from '../../datasets/dataset.ts'
import { withStorageProblems } from '../../files/failures.ts'
import { bytesOf, hashMismatch } from './hash.ts'
import type { FilePaths } from './layout.ts'
import { renameIntoPlace } from '../../files/place.ts'

/** How a file on this machine becomes the registry's file: as it is, or with its gzip header put back. */
export interface Candidate {
  path: string
  /** The registry file's header in place of the first `skipBytes` of this one. */
  header?: { prefix: Uint8Array; skipBytes: number }
}

export interface InstallOptions {
  staging: string
  signal?: AbortSignal
  onBytes?: (writtenBytes: number) => void
}

/**
 * Copies a file of this machine into the cache. What is written is hashed on its way, so a file that changes
 * under our hands is refused, and is renamed into place only when its hash is right: there is never half a file.
 * Returns undefined when it is in, else why it was refused.
 */
export async function installCopy(
  candidate: Candidate,
  paths: FilePaths,
  file: DatasetFile,
  options: InstallOptions,
): Promise<string | undefined> {
  const temporary = join(options.staging, `copy-${randomUUID()}`)
  return withStorageProblems(
    paths.final,
    async () => {
      await mkdir(options.staging, { recursive: true })
      await mkdir(paths.folder, { recursive: true })
      try {
        const sha1 = await writeHashed(candidate, temporary, file, options)
        if (sha1 !== file.sha1) return hashMismatch(sha1, file)
        await renameIntoPlace(temporary, paths.final)
        return undefined
      } finally {
        await rm(temporary, { force: true })
      }
    },
    file.sizeBytes,
  )
}

async function writeHashed(
  candidate: Candidate,
  target: string,
  file: DatasetFile,
  options: InstallOptions,
): Promise<string> {
  const hash = createHash('sha1')
  const handle = await open(target, 'wx')
  let writtenBytes = 0
  const put = async (bytes: Uint8Array) => {
    hash.update(bytes)
    await handle.writeFile(bytes)
    writtenBytes += bytes.byteLength
    options.onBytes?.(writtenBytes)
  }
  try {
    if (candidate.header) await put(candidate.header.prefix)
    const source = bytesOf(candidate.path, {
      skipBytes: candidate.header?.skipBytes ?? 0,
      ...(options.signal ? { signal: options.signal } : {}),
    })
    for await (const chunk of source) {
      if (writtenBytes + chunk.byteLength > file.sizeBytes) break // It grew since it was measured.
      await put(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return hash.digest('hex')
}
