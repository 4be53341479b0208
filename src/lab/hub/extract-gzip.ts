import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { archiveKindOf, isDense, isVerdict, notIntact, tarBlockBytes, tooDense, tooLarge } from './archive.ts'
import type { Extraction, ExtractionOptions } from './archive.ts'
import { extractTar } from './extract-tar.ts'
import { withStorageProblems } from '../../files/failures.ts'

/** A compressed tar file, or one compressed file: what comes out of it tells. */
export async function extractGzip(path: string, options: ExtractionOptions): Promise<Extraction> {
  const { start, all } = await peek(gunzip(path, options), tarBlockBytes)
  if (archiveKindOf(start) === 'tar') return extractTar(all, options)
  return extractSingle(all, basename(path).replace(/\.gz$/i, ''), options)
}

/** Decompresses as it is read; ends with a refusal where the content outgrows every dataset. */
async function* gunzip(path: string, options: ExtractionOptions): AsyncGenerator<Buffer, void, undefined> {
  const { limits, signal } = options
  const packed = createReadStream(path, signal ? { signal } : {})
  const unpacker = createGunzip()
  packed.on('error', (error) => unpacker.destroy(error))
  let unpackedBytes = 0
  try {
    for await (const chunk of packed.pipe(unpacker) as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.byteLength
      if (unpackedBytes > limits.maxTotalBytes) throw tooLarge(limits.maxTotalBytes)
      if (isDense(unpackedBytes, unpacker.bytesWritten, limits)) throw tooDense(limits)
      yield chunk
    }
  } catch (error) {
    if (isVerdict(error) || signal?.aborted) throw error
    throw notIntact('gzip', error)
  } finally {
    packed.destroy()
    unpacker.destroy()
  }
}

/** The first bytes of a stream, and the stream with them still in it. */
async function peek(
  source: AsyncGenerator<Buffer, void, undefined>,
  count: number,
): Promise<{ start: Buffer; all: AsyncGenerator<Buffer, void, undefined> }> {
  let start: Buffer = Buffer.alloc(0)
  while (start.byteLength < count) {
    const { done, value } = await source.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    if (start.byteLength > 0) yield start
    yield* source
  }
  return { start: start.subarray(0, count), all: all() }
}

/** One file; its size is only known at its end, so it is written until it is larger than anything wanted. */
async function extractSingle(
  content: AsyncIterable<Buffer>,
  name: string,
  options: ExtractionOptions,
): Promise<Extraction> {
  const { limits, folder } = options
  const path = join(folder, 'content')
  let sizeBytes = 0
  const handle = await withStorageProblems(path, () => open(path, 'wx'))
  try {
    for await (const chunk of content) {
      sizeBytes += chunk.byteLength
      if (sizeBytes > limits.maxFileBytes) throw tooLarge(limits.maxFileBytes)
      await withStorageProblems(path, () => handle.writeFile(chunk), limits.maxFileBytes)
    }
  } finally {
    await handle.close()
  }
  const entry = { name, sizeBytes }
  return limits.isWanted(sizeBytes)
    ? { entries: [{ ...entry, path }], skipped: [] }
    : { entries: [], skipped: [entry] }
}
