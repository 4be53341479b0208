import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { isMissing } from '../../files/failures.ts'

export interface HashOptions {
  signal?: AbortSignal
  onBytes?: (hashedBytes: number) => void
  /** Hash these bytes first, then the file from `skipBytes` on. */
  prefix?: Uint8Array
  skipBytes?: number
}

/** SHA-1 of a file, streamed: 40 lower-case hexadecimal digits. */
export async function sha1OfFile(path: string, options: HashOptions = {}): Promise<string> {
  const hash = createHash('sha1')
  let hashedBytes = 0
  if (options.prefix) {
    hash.update(options.prefix)
    hashedBytes += options.prefix.byteLength
  }
  for await (const chunk of bytesOf(path, options)) {
    hash.update(chunk)
    hashedBytes += chunk.byteLength
    options.onBytes?.(hashedBytes)
  }
  return hash.digest('hex')
}

export function sha1OfBytes(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex')
}

export async function crc32OfFile(path: string, options: HashOptions = {}): Promise<number> {
  let value = 0
  for await (const chunk of bytesOf(path, options)) value = crc32(chunk, value)
  return value
}

/** The file's bytes in chunks, from `skipBytes` on. */
export function bytesOf(path: string, options: HashOptions = {}): AsyncIterable<Buffer> {
  return createReadStream(path, {
    highWaterMark: 1 << 20,
    start: options.skipBytes ?? 0,
    ...(options.signal ? { signal: options.signal } : {}),
  })
}

export interface Expected {
  sizeBytes: number
  sha1: string
}

export type Examination =
  { state: 'good' } | { state: 'missing' } | { state: 'bad'; reason: string; sha1?: string }

/** Reads a whole file and says whether its bytes are the pinned ones. A wrong size is not worth a hash. */
export async function examineFile(
  path: string,
  expected: Expected,
  options: HashOptions = {},
): Promise<Examination> {
  let sizeBytes: number
  try {
    const stats = await stat(path)
    if (!stats.isFile()) return { state: 'bad', reason: 'it is not a regular file' }
    sizeBytes = stats.size
  } catch (error) {
    if (isMissing(error)) return { state: 'missing' }
    throw error
  }
  if (sizeBytes !== expected.sizeBytes) return { state: 'bad', reason: sizeMismatch(sizeBytes, expected) }
  const sha1 = await sha1OfFile(path, options)
  return sha1 === expected.sha1
    ? { state: 'good' }
    : { state: 'bad', reason: hashMismatch(sha1, expected), sha1 }
}

export function sizeMismatch(foundBytes: number, expected: Expected): string {
  return `it has ${foundBytes.toLocaleString('en-GB')} bytes; expected ${expected.sizeBytes.toLocaleString('en-GB')}`
}

export function hashMismatch(foundSha1: string, expected: Expected): string {
  return `its SHA-1 is ${foundSha1}; expected ${expected.sha1}`
}
