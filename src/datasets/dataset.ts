import type { LocalizedText } from '../locales/localized.ts'

/** What is known of a gzip file besides its hash. It names what went wrong, and undoes what is harmless. */
export interface GzipFacts {
  /**
   * The upstream file's gzip header (RFC 1952, section 2.3) in hexadecimal. Distributions and archivers strip
   * the name and the date from it; putting it back before the same deflate stream gives the pinned bytes again.
   */
  header: string
  /** Length and CRC-32 of what comes out of it: a decompressed or recompressed copy is recognised by them. */
  contentBytes: number
  contentCrc32: number
}

/** One file of a dataset, pinned by size and SHA-1: any source that gives these bytes is as good as another. */
export interface DatasetFile {
  name: string
  /** Where it can be downloaded, upstream first, then mirrors; tried in this order. */
  urls: readonly string[]
  sizeBytes: number
  /** 40 lower-case hexadecimal digits. */
  sha1: string
  /** Where other software on the machine may already have put it; `~/` is the person's home. */
  systemPaths?: readonly string[]
  /** Where it lies below `resources/`, when the program brings it along. */
  bundled?: string
  compression?: 'gzip'
  gzip?: GzipFacts
}

export interface DatasetLicence {
  name: string
  url: string
  attribution: string
}

export interface DatasetDefinition<T = unknown> {
  id: string
  title: LocalizedText
  description: LocalizedText
  licence: DatasetLicence
  homepage: string
  files: readonly DatasetFile[]
  /**
   * Makes numbers of the files, which come by `DatasetFile.name` and already decompressed.
   * Throws a DatasetFormatError that says where and what it found.
   */
  parse(files: Readonly<Record<string, Uint8Array>>): T
}

/** The bytes are not of the dataset's format; the message says in which file, where, and what was found. */
export class DatasetFormatError extends Error {
  override name = 'DatasetFormatError'
}

/** The bytes of one file handed to a parser. */
export function fileBytes(files: Readonly<Record<string, Uint8Array>>, name: string): Uint8Array {
  const bytes = Object.hasOwn(files, name) ? files[name] : undefined
  if (bytes) return bytes
  const given = Object.keys(files).join(', ') || 'none'
  throw new DatasetFormatError(
    `The file ${name} was not given to the parser; the files given were: ${given}.`,
  )
}
