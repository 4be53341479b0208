import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import type { Header } from 'tar-stream'
import { isVerdict, notIntact, refuseEntry, tooManyEntries } from './archive.ts'
import type { Extraction, ExtractionOptions } from './archive.ts'
import { refuseEntryName } from '../../files/entry-name.ts'
import { withStorageProblems } from '../../files/failures.ts'

interface TarEntry extends AsyncIterable<unknown> {
  /** `type` is null for a type flag that tar-stream does not know, whatever its declaration says. */
  header: Omit<Header, 'type'> & { type: Header['type'] | null }
  resume(): unknown
}

/** Reads a tar file's bytes as they come. */
export async function extractTar(
  bytes: AsyncIterable<Uint8Array>,
  options: ExtractionOptions,
): Promise<Extraction> {
  const unpacking = extract()
  const feeding = pipeline(Readable.from(bytes, { objectMode: false }), unpacking)
  let failure: unknown
  feeding.catch((error: unknown) => {
    failure = error
  })
  try {
    const result = await readEntries(unpacking, options)
    await feeding
    return result
  } catch (error) {
    const cause = failure ?? error
    if (isVerdict(cause) || options.signal?.aborted) throw cause
    throw notIntact('tar', cause)
  } finally {
    unpacking.destroy()
  }
}

async function readEntries(
  entries: AsyncIterable<TarEntry>,
  options: ExtractionOptions,
): Promise<Extraction> {
  const { limits } = options
  const result: Extraction = { entries: [], skipped: [] }
  let count = 0
  for await (const entry of entries) {
    options.signal?.throwIfAborted()
    count += 1
    if (count > limits.maxEntries) throw tooManyEntries(limits)
    const { name, type, size: sizeBytes } = entry.header
    const reason = refuseEntryName(name) ?? refuseType(entry)
    if (reason !== undefined) throw refuseEntry(name, reason)
    if (type === 'directory' || !limits.isWanted(sizeBytes)) {
      if (type !== 'directory') result.skipped.push({ name, sizeBytes })
      entry.resume()
      continue
    }
    const path = join(options.folder, `entry-${count}`)
    await unpack(entry, path, sizeBytes)
    result.entries.push({ name, path, sizeBytes })
  }
  return result
}

function refuseType({ header: { type, linkname } }: TarEntry): string | undefined {
  switch (type) {
    case 'file':
    case 'contiguous-file':
    case 'directory':
      return undefined
    case 'symlink':
      return `is a symbolic link to ${JSON.stringify(linkname)}`
    case 'link':
      return `is a hard link to ${JSON.stringify(linkname)}`
    case 'character-device':
    case 'block-device':
      return 'is a device'
    case 'fifo':
      return 'is a pipe'
    default:
      return `is of an unknown type`
  }
}

async function unpack(entry: TarEntry, path: string, sizeBytes: number): Promise<void> {
  const handle = await withStorageProblems(path, () => open(path, 'wx'))
  try {
    for await (const chunk of entry as AsyncIterable<Uint8Array>)
      await withStorageProblems(path, () => handle.writeFile(chunk), sizeBytes)
  } finally {
    await handle.close()
  }
}
