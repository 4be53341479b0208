import { open } from 'node:fs/promises'
import { DescentError } from '../../contract/errors.ts'
import { bytesText, errorMessage } from '../../files/failures.ts'

export type ArchiveKind = 'zip' | 'tar' | 'gzip'

export interface ExtractedEntry {
  name: string
  /** Where its bytes are now, under a name of ours. */
  path: string
  sizeBytes: number
}

export interface Extraction {
  entries: ExtractedEntry[]
  /** Entries whose size fits no file that is wanted; they were not written. */
  skipped: { name: string; sizeBytes: number }[]
}

export interface ExtractionLimits {
  maxEntries: number
  /** Of everything that comes out of a compressed stream. */
  maxTotalBytes: number
  /** How many times larger than the archive its content may be, once it is larger than `ratioFloorBytes`. */
  maxRatio: number
  ratioFloorBytes: number
  /** The largest file that is wanted. */
  maxFileBytes: number
  /** Entries of other sizes are passed over. */
  isWanted: (sizeBytes: number) => boolean
}

export interface ExtractionOptions {
  folder: string
  limits: ExtractionLimits
  signal?: AbortSignal
}

/** What kind of archive a file is, by its first bytes, whatever its name. */
export async function archiveKind(path: string): Promise<ArchiveKind | undefined> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(tarBlockBytes), position: 0 })
    return archiveKindOf(buffer.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

export const tarBlockBytes = 512

export function archiveKindOf(start: Buffer): ArchiveKind | undefined {
  const [a, b, c, d] = start
  // A local header, an empty archive, a spanned one; they are told apart later.
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6) || (c === 7 && d === 8)))
    return 'zip'
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (start.length === tarBlockBytes && start.toString('latin1', 257, 262) === 'ustar') return 'tar'
  return undefined
}

/** The archive is broken, or holds what no dataset needs. The message is the end of a sentence about it. */
export class ArchiveRefusal extends Error {
  override name = 'ArchiveRefusal'
}

/** An error that already says what is to be said: about the archive, or about our own disk. */
export function isVerdict(error: unknown): boolean {
  return error instanceof ArchiveRefusal || error instanceof DescentError
}

export function refuseEntry(name: string, reason: string): ArchiveRefusal {
  return new ArchiveRefusal(`its entry ${JSON.stringify(name)} ${reason}`)
}

export function notIntact(kind: ArchiveKind, cause: unknown): ArchiveRefusal {
  const found = errorMessage(cause).replace(/\.$/, '')
  return new ArchiveRefusal(`it is not an intact ${kind} file (${found})`, { cause })
}

export function tooLarge(limitBytes: number): ArchiveRefusal {
  return new ArchiveRefusal(
    `it unpacks to more than ${bytesText(limitBytes)}, which is beyond what any known dataset needs`,
  )
}

export function tooManyEntries(limits: ExtractionLimits): ArchiveRefusal {
  return new ArchiveRefusal(`it has more than ${limits.maxEntries.toLocaleString('en-GB')} entries`)
}

export function tooDense(limits: ExtractionLimits): ArchiveRefusal {
  return new ArchiveRefusal(
    `it unpacks to more than ${limits.maxRatio} times its size, like a decompression bomb`,
  )
}

export function isDense(unpackedBytes: number, packedBytes: number, limits: ExtractionLimits): boolean {
  return unpackedBytes > limits.ratioFloorBytes && unpackedBytes > limits.maxRatio * packedBytes
}
