import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { DescentError } from '../../contract/errors.ts'
import { archiveKind } from './archive.ts'
import type { ArchiveKind, ExtractionLimits } from './archive.ts'
import { extractArchive } from './extract.ts'
import { bytesText, cancelled, errorCode, errorMessage, isMissing, withStorageProblems } from './failures.ts'
import { filePaths, stagingFolder } from './layout.ts'
import { isGood, placeCopy } from './obtain.ts'
import { isPlausibleSize, recognise, refuseBySize } from './recognise.ts'
import type { Recognition } from './recognise.ts'
import { examineAndStamp } from './stamp.ts'
import type { HubContext, ImportOptions, ImportResult, RefusedFile, RegistryFile } from './types.ts'
import { filesBelow } from './walk.ts'

/**
 * Takes dataset files from a file, a folder or an archive. A file is what its bytes say, whatever its name; what
 * looks like a dataset's file and is not is refused with the reason, and never touches a good copy in the cache.
 * Throws when nothing was recognised at all.
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
    else await job.takeFile(resolve(path), stats.size, true)
  } catch (error) {
    if (!options.signal?.aborted || error instanceof DescentError) throw error
    throw cancelled(
      `The import of ${path}`,
      'Run it again when you are ready: what was imported stays.',
      error,
    )
  }
  if (job.result.recognised.length === 0) throw nothingRecognised(path, job.result, registry)
  return job.result
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
      else await this.takeFoundFile(found.path, found.sizeBytes)
    }
  }

  /** One file that the person did not name: whatever is wrong with it, the others are still worth looking at. */
  private async takeFoundFile(path: string, sizeBytes: number): Promise<void> {
    try {
      await this.takeFile(path, sizeBytes, false)
    } catch (error) {
      if (error instanceof DescentError && error.code === 'archive-refused') {
        this.refuse({ from: path, reason: error.message, code: error.code })
      } else if (['EACCES', 'EPERM', 'EIO', 'ENOENT'].includes(errorCode(error) ?? '')) {
        this.refuse({
          from: path,
          reason: `it cannot be read: ${errorMessage(error)}`,
          code: 'invalid-value',
        })
      } else throw error
    }
  }

  async takeFile(path: string, sizeBytes: number, isNamed: boolean): Promise<void> {
    const recognition = await this.lookAt(path, sizeBytes)
    if (recognition.kind === 'match') return this.accept(recognition, path)
    const kind = isNamed || sizeBytes <= this.limits.maxTotalBytes ? await archiveKind(path) : undefined
    if (recognition.kind === 'refused') {
      const inside = kind === 'gzip' ? await this.openQuietly(path, kind) : []
      if (inside === 'accepted') return
      // What came out of it says more than its outside did.
      const reason = inside.at(0)?.reason ?? recognition.reason
      this.refuse({ from: path, reason, code: 'data-damaged' })
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

  /** A file that is already refused for itself may still be a compressed dataset file; if not, so be it. */
  private async openQuietly(path: string, kind: ArchiveKind): Promise<RefusedFile[] | 'accepted'> {
    try {
      return await this.openArchive(path, kind)
    } catch (error) {
      if (error instanceof DescentError && error.code === 'archive-refused') return []
      throw error
    }
  }

  /** All of the archive is unpacked and judged before anything of it is used. */
  private async openArchive(path: string, kind: ArchiveKind): Promise<RefusedFile[] | 'accepted'> {
    const folder = join(stagingFolder(this.context.cacheDir), `import-${randomUUID()}`)
    await withStorageProblems(folder, () => mkdir(folder, { recursive: true }))
    try {
      const { signal } = this.options
      const extraction = await extractArchive(path, kind, {
        label: path,
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

function nothingRecognised(
  path: string,
  result: ImportResult,
  registry: readonly RegistryFile[],
): DescentError {
  const expected = registry.map(({ file }) => `${file.name} (${bytesText(file.sizeBytes)})`).join(', ')
  const remedy = `The files that are known: ${expected}. Download one of them again from where \`descent data list\` says, and import that.`
  if (result.refused.length === 0) {
    return new DescentError('not-found', `Nothing at ${path} is a file of a known dataset.`, remedy)
  }
  const shown = result.refused.slice(0, 5).map(({ from, reason }) => `${from}: ${reason}`)
  const more = result.refused.length > 5 ? `; and ${result.refused.length - 5} more` : ''
  return new DescentError(
    result.refused[0]?.code ?? 'data-damaged',
    `Nothing was imported from ${path}. Refused: ${shown.join('; ')}${more}.`,
    remedy,
  )
}
