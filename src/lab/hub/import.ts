import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { DescentError } from '../../contract/errors.ts'
import { ArchiveRefusal, archiveKind } from './archive.ts'
import type { ArchiveKind, ExtractionLimits } from './archive.ts'
import { extractArchive } from './extract.ts'
import { bytesText, cancelled, errorMessage, isMissing, withStorageProblems } from '../../files/failures.ts'
import { filePaths, stagingFolder } from './layout.ts'
import { isGood, placeCopy } from './obtain.ts'
import { isPlausibleSize, recognise, refuseBySize } from './recognise.ts'
import type { Recognition } from './recognise.ts'
import { examineAndStamp } from './stamp.ts'
import type { HubContext, ImportOptions, ImportResult, RefusedFile, RegistryFile } from './types.ts'
import { filesBelow, isUnreadable } from './walk.ts'

/**
 * Takes dataset files from a file, a folder or an archive. A file is what its bytes say, whatever its name; what
 * looks like a dataset's file and is not is refused with the reason, and never touches a good copy in the cache.
 * An
 * archive that is broken or holds anything but plain files is refused whole. The result says what became of it
 * all; only a path at which there is nothing, a full disk and a cancellation are errors.
 */
export async function importFrom(
  context: HubContext,
  registry: readonly RegistryFile[],
  path: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const job = new ImportJob(context, registry, options)
  try {
    const stats = await statGiven(path)
    if (stats.isDirectory()) await job.takeFolder(resolve(path))
    else await job.takeFile({ path: resolve(path), isNamed: true })
  } catch (error) {
    if (!options.signal?.aborted || error instanceof DescentError) throw error
    throw cancelled(
      `The import of ${path}`,
      'Run it again when you are ready: what was imported stays.',
      error,
    )
  }
  const { recognised, refused } = job.result
  if (recognised.length === 0 && refused.length === 0) refused.push(strange(path, registry))
  return job.result
}

function strange(path: string, registry: readonly RegistryFile[]): RefusedFile {
  const known = registry.map(({ file }) => `${file.name} (${bytesText(file.sizeBytes)})`).join(', ')
  const reason = `it holds no file of a known dataset; the known ones are ${known}`
  return { from: path, reason, code: 'data-missing' }
}

interface GivenFile {
  path: string
  /** The person named this very file. */
  isNamed: boolean
}

class ImportJob {
  readonly result: ImportResult = { recognised: [], refused: [], ignored: 0 }
  private readonly context: HubContext
  private readonly registry: readonly RegistryFile[]
  private readonly options: ImportOptions
  private readonly limits: ExtractionLimits

  constructor(context: HubContext, registry: readonly RegistryFile[], options: ImportOptions) {
    this.context = context
    this.registry = registry
    this.options = options
    this.limits = extractionLimits(registry)
  }

  async takeFolder(folder: string): Promise<void> {
    for await (const found of filesBelow(folder, this.options.signal)) {
      if (found.kind === 'link') this.refuseLink(found.path)
      else if (found.kind === 'unreadable') this.refuseUnreadable(found.path, found.error)
      else await this.takeFile({ ...found, isNamed: false })
    }
  }

  /** One file; whatever is wrong with it, others are still worth looking at. */
  async takeFile(given: GivenFile): Promise<void> {
    try {
      await this.judge(given)
    } catch (error) {
      if (!isUnreadable(error)) throw error
      this.refuseUnreadable(given.path, error)
    }
  }

  private async judge({ path, isNamed }: GivenFile): Promise<void> {
    const { size: sizeBytes } = await stat(path)
    const recognition = await this.lookAt(path, sizeBytes)
    if (recognition.kind === 'match') return this.accept(recognition, path)
    const kind = isNamed || sizeBytes <= this.limits.maxTotalBytes ? await archiveKind(path) : undefined
    if (recognition.kind === 'refused') {
      // A file that is refused for itself may still be a dataset file compressed once more; and if it is not,
      // what came out of it may say more than its outside did.
      const inside = kind === 'gzip' ? await this.openArchive(path, kind) : []
      if (inside === 'accepted') return
      const better = inside.find(({ code }) => code === 'data-damaged')
      this.refuse({ from: path, reason: better?.reason ?? recognition.reason, code: 'data-damaged' })
      return
    }
    if (kind === undefined) {
      this.result.ignored += 1
      return
    }
    const inside = await this.openArchive(path, kind)
    if (inside !== 'accepted') inside.forEach((refused) => this.refuse(refused))
  }

  private async lookAt(path: string, sizeBytes: number): Promise<Recognition> {
    const name = basename(path)
    const isNamesake = this.registry.some(({ file }) => file.name === name || file.name === `${name}.gz`)
    if (!isNamesake && !isPlausibleSize(sizeBytes, this.registry)) return { kind: 'stranger' }
    return recognise(path, this.registry, this.options.signal ? { signal: this.options.signal } : {})
  }

  /** All of the archive is unpacked and judged before anything of it is used. */
  private async openArchive(path: string, kind: ArchiveKind): Promise<RefusedFile[] | 'accepted'> {
    const folder = join(stagingFolder(this.context.cacheDir), `import-${randomUUID()}`)
    await withStorageProblems(folder, () => mkdir(folder, { recursive: true }))
    try {
      const { signal } = this.options
      const extraction = await extractArchive(path, kind, {
        folder,
        limits: this.limits,
        ...(signal ? { signal } : {}),
      })
      const refused: RefusedFile[] = []
      let accepted = false
      for (const entry of extraction.entries) {
        const from = `${entry.name} in ${path}`
        const recognition = await recognise(entry.path, this.registry, {
          name: entry.name,
          ...(signal ? { signal } : {}),
        })
        if (recognition.kind === 'match') {
          await this.accept(recognition, from)
          accepted = true
        } else if (recognition.kind === 'refused')
          refused.push({ from, reason: recognition.reason, code: 'data-damaged' })
        else this.result.ignored += 1
      }
      for (const { name, sizeBytes } of extraction.skipped) {
        const reason = refuseBySize(name, sizeBytes, this.registry)
        if (reason === undefined) this.result.ignored += 1
        else refused.push({ from: `${name} in ${path}`, reason, code: 'data-damaged' })
      }
      if (!accepted) return refused
      refused.forEach((one) => this.refuse(one))
      return 'accepted'
    } catch (error) {
      if (!(error instanceof ArchiveRefusal)) throw error
      const reason = `${error.message}; nothing in the archive was used`
      return [{ from: path, reason, code: 'archive-refused' }]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  private async accept(recognition: Recognition & { kind: 'match' }, from: string): Promise<void> {
    for (const match of recognition.matches) {
      const { dataset, file } = match
      const paths = filePaths(this.context.cacheDir, dataset.id, file.name)
      const isThere = await isGood(this.context, match)
      if (isThere) await examineAndStamp(paths, file)
      const refusal = isThere
        ? undefined
        : await placeCopy(this.context, match, recognition.candidate, from, this.options)
      if (refusal !== undefined) {
        this.refuse({ from, reason: `it changed while it was read: ${refusal}`, code: 'data-damaged' })
        continue
      }
      const outcome = isThere ? 'already-there' : 'installed'
      this.result.recognised.push({ dataset: dataset.id, file: file.name, from, path: paths.final, outcome })
    }
  }

  private refuse(refused: RefusedFile): void {
    this.result.refused.push(refused)
  }

  private refuseUnreadable(from: string, error: unknown): void {
    this.refuse({ from, reason: `it cannot be read: ${errorMessage(error)}`, code: 'invalid-value' })
  }

  private refuseLink(path: string): void {
    const name = basename(path)
    if (this.registry.some(({ file }) => file.name === name)) {
      this.refuse({
        from: path,
        reason: 'it is a link, and links in a folder are not followed',
        code: 'invalid-value',
      })
    } else this.result.ignored += 1
  }
}

async function statGiven(path: string): Promise<Stats> {
  let stats: Stats
  try {
    stats = await stat(path)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new DescentError(
      'not-found',
      `There is nothing at ${path}.`,
      'Check the path and run `descent data import PATH` again.',
    )
  }
  if (stats.isDirectory() || stats.isFile()) return stats
  throw new DescentError(
    'invalid-value',
    `${path} is neither a file nor a folder.`,
    'Name a file, a folder or an archive (zip, tar, tar.gz, gz) that holds dataset files.',
  )
}

/** Only as much as the registry can need, with room for an archive of all of it beside other things. */
function extractionLimits(registry: readonly RegistryFile[]): ExtractionLimits {
  const sizes = registry.flatMap(({ file }) => [file.sizeBytes, file.gzip?.contentBytes ?? 0])
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0)
  return {
    maxEntries: 10_000,
    maxTotalBytes: 4 * totalBytes + 64 * 2 ** 20,
    maxRatio: 200,
    ratioFloorBytes: 16 * 2 ** 20,
    maxFileBytes: Math.max(0, ...sizes) + 4096,
    isWanted: (sizeBytes) => isPlausibleSize(sizeBytes, registry),
  }
}
