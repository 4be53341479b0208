import { createHash, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { DescentError } from '../contract/errors.ts'
import { errorMessage, withStorageProblems } from '../files/failures.ts'

export interface UnpackOptions {
  signal?: AbortSignal
  /** Bytes written so far and in all. */
  onBytes?: (doneBytes: number, totalBytes: number) => void
}

/**
 * Takes files out of a wheel. Each one's SHA-256 is compared with the wheel's own list of them (RECORD).
 *
 * @param place where a file of this name goes, as an absolute path; undefined for what is not wanted. It decides
 *   alone, so it must not follow the name out of its folder.
 * @returns the paths written
 * @throws DescentError `data-damaged` where the wheel is broken or differs from its list
 */
export async function unpackWheel(
  wheel: string,
  place: (name: string) => string | undefined,
  options: UnpackOptions = {},
): Promise<string[]> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(wheel, { autoClose: false, validateEntrySizes: true })
    return await unpackEntries(zip, place, options)
  } catch (error) {
    if (error instanceof DescentError || options.signal?.aborted) throw error
    throw damaged(wheel, errorMessage(error), error)
  } finally {
    zip?.close()
  }
}

async function unpackEntries(
  zip: ZipFile,
  place: (name: string) => string | undefined,
  { signal, onBytes }: UnpackOptions,
): Promise<string[]> {
  const wanted: { entry: Entry; path: string }[] = []
  let record: Entry | undefined
  for await (const entry of zip.eachEntry()) {
    const path = place(entry.fileName)
    if (path !== undefined) wanted.push({ entry, path })
    if (/^[^/]+\.dist-info\/RECORD$/.test(entry.fileName)) record = entry
  }
  if (record === undefined) throw new Error('it has no RECORD, which every wheel has')
  const hashes = readRecord(await text(await zip.openReadStreamPromise(record)))
  const totalBytes = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
  let doneBytes = 0
  for (const { entry, path } of wanted) {
    const hash = createHash('sha256')
    const count = (bytes: number): void => onBytes?.((doneBytes += bytes), totalBytes)
    await withStorageProblems(
      path,
      async () => {
        await mkdir(dirname(path), { recursive: true })
        await pipeline(
          await zip.openReadStreamPromise(entry),
          hashing(hash, count),
          createWriteStream(path, { flags: 'wx', flush: true }),
          signal ? { signal } : {},
        )
      },
      entry.uncompressedSize,
    )
    const found = hash.digest('base64url')
    const expected = hashes.get(entry.fileName)
    if (found !== expected)
      throw new Error(
        `the SHA-256 of ${basename(path)} is ${found}; its RECORD says ${expected ?? 'nothing of it'}`,
      )
  }
  return wanted.map(({ path }) => path)
}

function hashing(hash: Hash, count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      count(chunk.byteLength)
      done(null, chunk)
    },
  })
}

/** Lines of `name,sha256=<base64url without padding>,bytes`; names of libraries and headers hold no commas. */
function readRecord(record: string): Map<string, string> {
  const lines = record.split(/\r?\n/).map((line) => /^([^,"]+),sha256=([\w-]+),\d+$/.exec(line))
  return new Map(lines.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : [])))
}

function damaged(wheel: string, reason: string, cause?: unknown): DescentError {
  return new DescentError(
    'data-damaged',
    `${basename(wheel)} is damaged: ${reason}.`,
    'Get the wheel afresh.',
    { cause },
  )
}
