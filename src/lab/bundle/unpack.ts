import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePaths, readManifest, refusedBundle, type BundleManifest } from '../../bundle/manifest.ts'
import { readSums } from '../../bundle/sums.ts'
import { DescentError } from '../../contract/errors.ts'
import { bytesText, errorMessage, isMissing, withStorageProblems } from '../../files/failures.ts'
import { ArchiveRefusal, archiveKind, type ExtractedEntry, type ExtractionLimits } from '../hub/archive.ts'
import { extractZip } from '../hub/extract-zip.ts'
import { stagingFolder } from '../hub/layout.ts'

/** A bundle whose every byte is what its hashes say. */
export interface UnpackedBundle {
  readonly manifest: BundleManifest
  /** Of the archive. */
  readonly sha256: string
  /** Where a file's bytes are, by its path in the bundle. */
  readonly at: ReadonlyMap<string, string>
}

const gigabyte = 2 ** 30
const limits: ExtractionLimits = {
  maxEntries: 250_000,
  maxTotalBytes: 16 * gigabyte,
  // Text of many runs that are alike packs well, and so does a curve that is flat; nothing of a bundle packs better.
  maxRatio: 200,
  ratioFloorBytes: 16 * 2 ** 20,
  maxFileBytes: gigabyte,
  isWanted: (sizeBytes) => sizeBytes <= gigabyte,
}
/** Of a manifest and a list of hashes: they are read into memory before anything of them is known. */
const mostTextBytes = 96 * 2 ** 20

/**
 * Unpacks a bundle below the cache, checks every hash, and hands it over until `use` has ended.
 * @param signal ends it before that; nothing is left behind
 * @throws DescentError `archive-refused` where it is no bundle or not a whole one, `unsupported` where it is of a later
 * version, `not-found`, `disk-full`
 */
export async function withBundle<T>(
  file: string,
  cacheDir: string,
  use: (bundle: UnpackedBundle) => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const folder = join(stagingFolder(cacheDir), `bundle-${randomUUID()}`)
  await refuseOthers(file)
  await withStorageProblems(folder, () => mkdir(folder, { recursive: true }))
  try {
    return await use(await unpack(file, folder, signal))
  } catch (error) {
    throw error instanceof ArchiveRefusal ? refusedBundle(error.message) : error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function refuseOthers(file: string): Promise<void> {
  try {
    if ((await stat(file)).isFile()) {
      if ((await archiveKind(file)) !== 'zip') throw refusedBundle(`${file} is no zip archive`)
      return
    }
  } catch (error) {
    if (error instanceof DescentError) throw error
    if (!isMissing(error))
      throw new DescentError(
        'not-found',
        `${file} cannot be read (${errorMessage(error)}).`,
        'Give the path of a .descent.zip file that you may read.',
        { cause: error },
      )
  }
  throw new DescentError('not-found', `There is no file ${file}.`, 'Give the path of a .descent.zip file.')
}

async function unpack(file: string, folder: string, signal?: AbortSignal): Promise<UnpackedBundle> {
  const sha256 = await sha256OfFile(file)
  const { entries, skipped } = await extractZip(file, { folder, limits, ...(signal && { signal }) })
  const [tooLarge] = skipped
  if (tooLarge)
    throw refusedBundle(
      `${JSON.stringify(tooLarge.name)} has ${bytesText(tooLarge.sizeBytes)}, more than any file of a bundle`,
    )
  const byPath = new Map(entries.map((entry) => [entry.name, entry]))
  const twice = entries.find((entry) => byPath.get(entry.name) !== entry)
  if (twice) throw refusedBundle(`it has two entries ${JSON.stringify(twice.name)}`)
  const manifest = readManifest(await textOf(byPath, bundlePaths.manifest))
  const sums = readSums(await textOf(byPath, bundlePaths.sums))
  const listed = new Map(manifest.files.map((one) => [one.path, one]))
  for (const { name } of entries)
    if (!listed.has(name) && name !== bundlePaths.manifest && name !== bundlePaths.sums)
      throw refusedBundle(`it has ${JSON.stringify(name)}, of which its manifest says nothing`)
  for (const { path, sizeBytes } of manifest.files) {
    const entry = byPath.get(path)
    if (!entry) throw refusedBundle(`${path} is missing`)
    if (entry.sizeBytes !== sizeBytes)
      throw refusedBundle(
        `${path} has ${bytesText(entry.sizeBytes)}; its manifest says ${bytesText(sizeBytes)}`,
      )
  }
  // The manifest itself is in the list of hashes only.
  const wanted = [bundlePaths.manifest, ...listed.keys()]
  if (sums.size !== wanted.length)
    throw refusedBundle(`${bundlePaths.sums} is not of the files that are here`)
  for (const path of wanted) {
    signal?.throwIfAborted()
    const found = await sha256OfFile(byPath.get(path)?.path as string) // an entry, as checked above
    if (found !== (listed.get(path)?.sha256 ?? found) || found !== sums.get(path))
      throw refusedBundle(`${path} is not what it was: its SHA-256 is ${found}`)
  }
  return { manifest, sha256, at: new Map(entries.map(({ name, path }) => [name, path])) }
}

async function textOf(entries: ReadonlyMap<string, ExtractedEntry>, path: string): Promise<string> {
  const entry = entries.get(path)
  if (!entry) throw refusedBundle(`it has no ${path}, as every bundle has`)
  if (entry.sizeBytes > mostTextBytes) throw refusedBundle(`its ${path} has ${bytesText(entry.sizeBytes)}`)
  return utf8(await readFile(entry.path), path)
}

/** @throws DescentError `archive-refused` where the bytes are no text */
export function utf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw refusedBundle(`${path} is no UTF-8 (${errorMessage(error)})`)
  }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
