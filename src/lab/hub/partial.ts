import { constants } from 'node:fs'
import { copyFile, lstat, open, readFile, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, withStorageProblems } from '../../files/failures.ts'
import { namesIn } from './layout.ts'
import type { FilePaths } from './layout.ts'
import { renameIntoPlace } from '../../files/place.ts'

/** What the server said about the bytes so far, to ask it later whether they are still the same file's. */
export interface PartialOrigin {
  url: string
  /** A strong validator: an ETag, or a Last-Modified date. */
  validator?: string
}

/**
 * The bytes of an unfinished download. Its name carries the nonce of the lock under which it is written, and its
 * next owner goes on with a copy: a process that lost the lock without noticing can only write to its own, dead
 * file. (Sharing one partial file is how huggingface_hub corrupted downloads.)
 */
export class PartialFile {
  readonly path: string
  receivedBytes: number
  origin: PartialOrigin | undefined
  private readonly handle: FileHandle
  private readonly sizeBytes: number

  private constructor(
    path: string,
    handle: FileHandle,
    receivedBytes: number,
    sizeBytes: number,
    origin?: PartialOrigin,
  ) {
    this.path = path
    this.handle = handle
    this.receivedBytes = receivedBytes
    this.sizeBytes = sizeBytes
    this.origin = origin
  }

  /** Goes on where the last owner stopped, or starts empty. Call it under the lock only. */
  static async adopt(
    paths: FilePaths,
    fileName: string,
    nonce: string,
    sizeBytes: number,
  ): Promise<PartialFile> {
    const own = join(paths.folder, partialName(fileName, nonce))
    return withStorageProblems(
      own,
      async () => {
        const found = await findPartials(paths.folder, fileName)
        const best = found
          .filter((one) => one.receivedBytes <= sizeBytes)
          .sort((a, b) => b.receivedBytes - a.receivedBytes)
          .at(0)
        if (best) await copyFile(best.path, own, constants.COPYFILE_FICLONE)
        const origin = best && (await readOrigin(best.path))
        if (origin) await writeOrigin(own, origin)
        for (const one of found) await removePartial(one.path)
        const handle = await open(own, best ? 'r+' : 'w')
        const { size } = await handle.stat()
        return new PartialFile(own, handle, size, sizeBytes, origin)
      },
      sizeBytes,
    )
  }

  async append(bytes: Uint8Array): Promise<void> {
    await withStorageProblems(
      this.path,
      async () => {
        let written = 0
        while (written < bytes.byteLength) {
          const { bytesWritten } = await this.handle.write(
            bytes,
            written,
            bytes.byteLength - written,
            this.receivedBytes,
          )
          written += bytesWritten
          this.receivedBytes += bytesWritten
        }
      },
      this.sizeBytes - this.receivedBytes,
    )
  }

  /** Throws away what is there, and notes where the next bytes come from. */
  async restart(origin?: PartialOrigin): Promise<void> {
    await withStorageProblems(this.path, async () => {
      await this.handle.truncate(0)
      this.receivedBytes = 0
      this.origin = origin
      if (origin) await writeOrigin(this.path, origin)
      else await rm(originPath(this.path), { force: true })
    })
  }

  /** All bytes on the disk, not only in the system's memory. */
  async flush(): Promise<void> {
    await withStorageProblems(this.path, () => this.handle.sync(), 0)
  }

  /** The verified file goes where it belongs. */
  async moveInto(final: string): Promise<void> {
    await this.handle.close()
    await withStorageProblems(final, () => renameIntoPlace(this.path, final))
    await rm(originPath(this.path), { force: true })
  }

  /** What has arrived stays for the next try. Harmless when it has been moved. */
  async close(): Promise<void> {
    await this.handle.close()
    if (this.receivedBytes === 0) await removePartial(this.path)
  }
}

/** How much the furthest download of the file holds; undefined when there is none. */
export async function partialBytes(folder: string, fileName: string): Promise<number | undefined> {
  const sizes = (await findPartials(folder, fileName)).map((one) => one.receivedBytes)
  return sizes.length === 0 ? undefined : Math.max(...sizes)
}

export async function removePartials(folder: string, fileName: string): Promise<void> {
  for (const one of await findPartials(folder, fileName)) await removePartial(one.path)
}

const partialSuffix = '.partial'

function partialName(fileName: string, nonce: string): string {
  return `${fileName}.${nonce}${partialSuffix}`
}

/** `a.b.<nonce>.partial` is of the file `a.b` and not of `a`. */
function isPartialOf(fileName: string, name: string): boolean {
  const nonce = name.slice(fileName.length + 1, -partialSuffix.length)
  return /^[0-9a-f-]{36}$/.test(nonce) && name === partialName(fileName, nonce)
}

async function findPartials(
  folder: string,
  fileName: string,
): Promise<{ path: string; receivedBytes: number }[]> {
  const found = []
  for (const name of await namesIn(folder)) {
    if (!isPartialOf(fileName, name)) continue
    const path = join(folder, name)
    try {
      const stats = await lstat(path)
      if (stats.isFile()) found.push({ path, receivedBytes: stats.size })
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return found
}

async function removePartial(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(originPath(path), { force: true })
}

function originPath(path: string): string {
  return `${path}.json`
}

async function writeOrigin(path: string, origin: PartialOrigin): Promise<void> {
  await writeFile(originPath(path), JSON.stringify(origin))
}

async function readOrigin(path: string): Promise<PartialOrigin | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(originPath(path), 'utf8'))
    if (typeof value !== 'object' || value === null) return undefined
    const { url, validator } = value as Partial<Record<keyof PartialOrigin, unknown>>
    if (typeof url !== 'string') return undefined
    return typeof validator === 'string' ? { url, validator } : { url }
  } catch {
    return undefined // Without it the bytes are asked for without a condition; the hash decides in the end.
  }
}
