import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { openPromise } from 'yauzl'
import { DescentError } from '../contract/errors.ts'
import { refuseEntryName } from '../files/entry-name.ts'
import { errorMessage, withStorageProblems } from '../files/failures.ts'

interface TarEntry extends AsyncIterable<Uint8Array> {
  /** What tar-stream's types promise, an archive need not keep. */
  header: Pick<Header, 'name'> & Partial<Pick<Header, 'type' | 'linkname' | 'size'>>
  resume(): unknown
}

/**
 * Unpacks a .zip, .tar or .tar.gz that the person names. Nothing is written outside the folder; of links only those
 * are made that lead to a file beside them, which libraries have.
 *
 * @throws DescentError `archive-refused`
 */
export async function unpackArchive(path: string, folder: string, signal?: AbortSignal): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    const kind = await kindOf(path)
    if (kind === 'zip') await unpackZip(path, folder, signal)
    else await unpackTar(path, kind === 'gzip', folder, signal)
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof DescentError) throw cause
    throw new DescentError(
      'archive-refused',
      `${basename(path)} is not used: ${errorMessage(cause)}.`,
      'Name a .whl, .zip, .tar or .tar.gz that is whole, or an unpacked folder.',
      { cause },
    )
  }
}

async function kindOf(path: string): Promise<'zip' | 'gzip' | 'tar'> {
  const handle = await open(path)
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(512), position: 0 })
    if (buffer.toString('latin1', 0, 2) === 'PK') return 'zip'
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip'
    if (buffer.toString('latin1', 257, 262) === 'ustar') return 'tar'
    throw new Error('it is neither a zip nor a tar file')
  } finally {
    await handle.close()
  }
}

async function unpackZip(path: string, folder: string, signal?: AbortSignal): Promise<void> {
  const zip = await openPromise(path, { autoClose: false, validateEntrySizes: true })
  try {
    for await (const entry of zip.eachEntry()) {
      const place = safePlace(entry.fileName, folder)
      if (entry.fileName.endsWith('/')) continue
      await write(await zip.openReadStreamPromise(entry), place, entry.uncompressedSize, signal)
    }
  } finally {
    zip.close()
  }
}

async function unpackTar(path: string, isGzip: boolean, folder: string, signal?: AbortSignal): Promise<void> {
  const entries = extract()
  const source = createReadStream(path)
  const reading = isGzip ? pipeline(source, createGunzip(), entries) : pipeline(source, entries)
  reading.catch((error: unknown) => entries.destroy(error instanceof Error ? error : undefined))
  for await (const entry of entries as AsyncIterable<TarEntry>) {
    const { name, type, linkname, size = 0 } = entry.header
    const place = safePlace(name, folder)
    if (type === 'file' || type === 'contiguous-file') await write(Readable.from(entry), place, size, signal)
    else {
      if (type === 'symlink') await link(linkname ?? '', place)
      else if (type !== 'directory') throw new Error(`its entry ${name} is neither a file nor a folder`)
      entry.resume()
    }
  }
  await reading
}

function safePlace(name: string, folder: string): string {
  const reason = refuseEntryName(name)
  if (reason !== undefined) throw new Error(`its entry ${JSON.stringify(name)} ${reason}`)
  return join(folder, name)
}

async function link(target: string, place: string): Promise<void> {
  if (target === '' || target !== basename(target) || target === '..')
    throw new Error(`its link ${basename(place)} leads elsewhere (${target})`)
  await mkdir(dirname(place), { recursive: true })
  await symlink(target, place)
}

async function write(from: Readable, place: string, bytes: number, signal?: AbortSignal): Promise<void> {
  await withStorageProblems(
    place,
    async () => {
      await mkdir(dirname(place), { recursive: true })
      await pipeline(from, createWriteStream(place, { flags: 'wx' }), signal ? { signal } : {})
    },
    bytes,
  )
}
