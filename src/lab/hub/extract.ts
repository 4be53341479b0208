import { extractGzip } from './extract-gzip.ts'
import { extractTar } from './extract-tar.ts'
import { extractZip } from './extract-zip.ts'
import { bytesOf } from './hash.ts'
import type { ArchiveKind, Extraction, ExtractionOptions } from './archive.ts'

/**
 * Unpacks the entries of a wanted size into a folder, under names of ours. Throws an ArchiveRefusal for an archive
 * that is broken or holds anything but plain files at innocent paths; what was unpacked until then is not to be used.
 */
export async function extractArchive(
  path: string,
  kind: ArchiveKind,
  options: ExtractionOptions,
): Promise<Extraction> {
  switch (kind) {
    case 'zip':
      return extractZip(path, options)
    case 'tar':
      return extractTar(bytesOf(path, options.signal ? { signal: options.signal } : {}), options)
    case 'gzip':
      return extractGzip(path, options)
  }
}
