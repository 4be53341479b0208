import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { bytesText } from '../../files/failures.ts'
import { crc32OfFile, hashMismatch, sha1OfFile, sizeMismatch } from './hash.ts'
import type { Candidate } from './install.ts'
import type { RegistryFile } from './types.ts'

export type Recognition =
  | { kind: 'match'; matches: RegistryFile[]; candidate: Candidate }
  /** It looks like a registry file and is not. */
  | { kind: 'refused'; reason: string }
  /** It has nothing to do with the registry. */
  | { kind: 'stranger' }

/** The shortest gzip header, and the longest that anything sensible writes: a name and a comment. */
const gzipHeaderBytes = { least: 10, most: 2048 }

/** Whether a file of this size can be worth reading at all. */
export function isPlausibleSize(sizeBytes: number, registry: readonly RegistryFile[]): boolean {
  return registry.some(
    ({ file }) =>
      sizeBytes === file.sizeBytes ||
      sizeBytes === file.gzip?.contentBytes ||
      headerRoom(sizeBytes, file.gzip, file.sizeBytes),
  )
}

/**
 * Which registry file this is, by its bytes; the name only helps to say what is wrong with it.
 * `name` is what the person calls it, where `path` is a temporary copy.
 */
export async function recognise(
  path: string,
  registry: readonly RegistryFile[],
  options: { name?: string; signal?: AbortSignal } = {},
): Promise<Recognition> {
  const name = basename(options.name ?? path)
  const { size: sizeBytes } = await stat(path)
  const hashOptions = options.signal ? { signal: options.signal } : {}
  const reasons: string[] = []

  const sameSize = registry.filter(({ file }) => file.sizeBytes === sizeBytes)
  if (sameSize.length > 0) {
    const sha1 = await sha1OfFile(path, hashOptions)
    const matches = registry.filter(({ file }) => file.sha1 === sha1 && file.sizeBytes === sizeBytes)
    if (matches.length > 0) return { kind: 'match', matches, candidate: { path } }
    for (const { file } of sameSize)
      reasons.push(`it has the size of ${file.name}, but ${hashMismatch(sha1, file)}`)
  }

  const header = await readGzipHeader(path)
  for (const { file } of registry) {
    const { gzip } = file
    if (!gzip) continue
    const prefix = hexBytes(gzip.header)
    if (header !== undefined && sizeBytes - header.bytes === file.sizeBytes - prefix.byteLength) {
      const restored = { prefix, skipBytes: header.bytes }
      if ((await sha1OfFile(path, { ...hashOptions, ...restored })) === file.sha1) {
        const matches = registry.filter((one) => one.file.sha1 === file.sha1)
        return { kind: 'match', matches, candidate: { path, header: restored } }
      }
    }
    if (sizeBytes === gzip.contentBytes && (await crc32OfFile(path, hashOptions)) === gzip.contentCrc32) {
      return {
        kind: 'refused',
        reason: `it is ${file.name} decompressed, or compressed anew; only the original .gz file has the pinned SHA-1 ${file.sha1}: import that one`,
      }
    }
  }

  for (const { file } of registry) {
    const isNamesake = name === file.name || (file.compression === 'gzip' && `${name}.gz` === file.name)
    if (isNamesake && sizeBytes !== file.sizeBytes)
      reasons.push(`it is named like ${file.name}, but ${sizeMismatch(sizeBytes, file)}`)
  }
  return reasons.length > 0 ? { kind: 'refused', reason: reasons.join('; ') } : { kind: 'stranger' }
}

/** Why an archive's entry was not even unpacked, when its name promised something. */
export function refuseBySize(
  name: string,
  sizeBytes: number,
  registry: readonly RegistryFile[],
): string | undefined {
  const namesake = registry.find(({ file }) => file.name === basename(name))
  if (!namesake) return undefined
  return `it is named like ${namesake.file.name}, but has ${bytesText(sizeBytes)}; expected ${bytesText(namesake.file.sizeBytes)}`
}

function headerRoom(sizeBytes: number, gzip: RegistryFile['file']['gzip'], fullBytes: number): boolean {
  if (!gzip) return false
  const found = sizeBytes - (fullBytes - gzip.header.length / 2)
  return found >= gzipHeaderBytes.least && found <= gzipHeaderBytes.most
}

/** How long a file's gzip header is (RFC 1952, section 2.3); undefined when it has none. */
async function readGzipHeader(path: string): Promise<{ bytes: number } | undefined> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(gzipHeaderBytes.most),
      position: 0,
    })
    const length = gzipHeaderLength(buffer.subarray(0, bytesRead))
    return length === undefined ? undefined : { bytes: length }
  } finally {
    await handle.close()
  }
}

function gzipHeaderLength(bytes: Buffer): number | undefined {
  if (bytes.length < gzipHeaderBytes.least || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8)
    return undefined
  const flags = bytes.readUInt8(3)
  let at = gzipHeaderBytes.least
  if (flags & 4) at += at + 2 <= bytes.length ? 2 + bytes.readUInt16LE(at) : 2
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) return undefined
    at = end + 1
  }
  if (flags & 2) at += 2
  return at <= bytes.length ? at : undefined
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
