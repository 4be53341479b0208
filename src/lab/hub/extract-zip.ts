import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { openPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { isDense, isVerdict, notIntact, refuseEntry, tooDense, tooLarge, tooManyEntries } from './archive.ts'
import type { Extraction, ExtractionOptions } from './archive.ts'
import { refuseEntryName } from '../../files/entry-name.ts'
import { withStorageProblems } from '../../files/failures.ts'

const fileTypeMask = 0o170000
const fileTypes: Readonly<Record<number, string>> = {
  0o120000: 'is a symbolic link',
  0o060000: 'is a block device',
  0o020000: 'is a character device',
  0o010000: 'is a pipe',
  0o140000: 'is a socket',
}
const regularFile = 0o100000
const folderType = 0o040000

export async function extractZip(path: string, options: ExtractionOptions): Promise<Extraction> {
  let zip: ZipFile | undefined
  try {
    // Names come as raw bytes: yauzl's own checks would turn backslashes into slashes before we see them.
    zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true })
    return await readEntries(zip, options)
  } catch (error) {
    if (isVerdict(error) || options.signal?.aborted) throw error
    throw notIntact('zip', error)
  } finally {
    zip?.close()
  }
}

async function readEntries(zip: ZipFile, options: ExtractionOptions): Promise<Extraction> {
  const { limits } = options
  const result: Extraction = { entries: [], skipped: [] }
  let count = 0
  let unpackedBytes = 0
  for await (const entry of zip.eachEntry()) {
    options.signal?.throwIfAborted()
    count += 1
    if (count > limits.maxEntries) throw tooManyEntries(limits)
    const name = entry.fileNameRaw.toString('utf8')
    const reason = refuseEntryName(name) ?? refuseType(entry)
    if (reason !== undefined) throw refuseEntry(name, reason)
    if (name.endsWith('/')) continue
    if (isDense(entry.uncompressedSize, entry.compressedSize, limits)) throw tooDense(limits)
    if (!limits.isWanted(entry.uncompressedSize)) {
      result.skipped.push({ name, sizeBytes: entry.uncompressedSize })
      continue
    }
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
      throw refuseEntry(
        name,
        `is compressed by method ${entry.compressionMethod}; only stored and deflated entries are read`,
      )
    }
    unpackedBytes += entry.uncompressedSize
    if (unpackedBytes > limits.maxTotalBytes) throw tooLarge(limits.maxTotalBytes)
    const path = join(options.folder, `entry-${count}`)
    await unpack(zip, entry, path, options)
    result.entries.push({ name, path, sizeBytes: entry.uncompressedSize })
  }
  return result
}

function refuseType(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return 'is encrypted'
  const type = (entry.externalFileAttributes >>> 16) & fileTypeMask
  if (type === 0 || type === regularFile || type === folderType) return undefined
  return fileTypes[type] ?? `has the unknown file type ${type.toString(8)}`
}

/** yauzl ends the stream with an error as soon as more comes out than the entry declares. */
async function unpack(zip: ZipFile, entry: Entry, path: string, options: ExtractionOptions): Promise<void> {
  const handle = await withStorageProblems(path, () => open(path, 'wx'))
  try {
    const stream = await zip.openReadStreamPromise(entry)
    // The loop below throws it; one that comes before the loop listens, or after it has ended, would end the process.
    stream.on('error', () => undefined)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      options.signal?.throwIfAborted()
      await withStorageProblems(path, () => handle.writeFile(chunk), entry.uncompressedSize)
    }
  } finally {
    await handle.close()
  }
}
