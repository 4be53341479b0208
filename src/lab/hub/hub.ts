import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { DescentError } from '../../contract/errors.ts'
import { DatasetFormatError } from '../../datasets/dataset.ts'
import type { DatasetDefinition } from '../../datasets/dataset.ts'
import { datasets as allDatasets } from '../../datasets/index.ts'
import { sleepFor } from './back-off.ts'
import type { Sleep } from './back-off.ts'
import { freeBytesOf } from '../../files/free-bytes.ts'
import { errorMessage } from '../../files/failures.ts'
import { hashMismatch, sha1OfBytes } from './hash.ts'
import { importFrom } from './import.ts'
import { filePaths, stagingFolder, sweepStaging } from './layout.ts'
import { dropPartials, obtain } from './obtain.ts'
import { examineAndStamp } from './stamp.ts'
import { fileStatus } from './status.ts'
import { defaultTimings } from './types.ts'
import type {
  DatasetStatus,
  HubContext,
  HubTimings,
  ImportOptions,
  ImportResult,
  ObtainOptions,
  RegistryFile,
} from './types.ts'

export type {
  DatasetStatus,
  HubTimings,
  ImportOptions,
  ImportResult,
  ObtainOptions,
  Progress,
} from './types.ts'

export interface HubOptions {
  cacheDir: string
  /** Where the program's own `resources/` lies. */
  resourcesDir: string
  /** Defaults to every dataset of the registry. */
  datasets?: readonly DatasetDefinition[]
  fetch?: typeof fetch
  sleep?: Sleep
  /** For the jitter of back-off only, in [0, 1). */
  random?: () => number
  now?: () => number
  /** More folders that the person says hold dataset files. */
  searchPaths?: readonly string[]
  /** Whether files that other software put on the machine are used (default true). */
  systemSources?: boolean
  freeBytes?: (folder: string) => Promise<number>
  timings?: Partial<HubTimings>
}

/**
 * Gets the datasets' files and keeps them: checked by size and SHA-1 before they are used, whatever they come from.
 * Several hubs, in one process or many, may share a cache folder.
 */
export class DataHub {
  private readonly datasets: readonly DatasetDefinition[]
  private readonly context: HubContext
  private swept = false

  constructor(options: HubOptions) {
    this.datasets = options.datasets ?? allDatasets
    this.context = {
      cacheDir: options.cacheDir,
      resourcesDir: options.resourcesDir,
      searchPaths: options.searchPaths ?? [],
      systemSources: options.systemSources ?? true,
      fetch: options.fetch ?? fetch,
      sleep: options.sleep ?? sleepFor,
      random: options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      now: options.now ?? Date.now,
      freeBytes: options.freeBytes ?? freeBytesOf,
      timings: { ...defaultTimings, ...options.timings },
    }
  }

  /** What is there. Cheap: a file is hashed only when it changed since it was hashed last. */
  async list(): Promise<DatasetStatus[]> {
    return Promise.all(this.datasets.map((dataset) => this.statusOf(dataset)))
  }

  async status(id: string): Promise<DatasetStatus> {
    return this.statusOf(this.definition(id))
  }

  /**
   * The verified path of each file, by its name, having hashed it just now. Takes what is missing or damaged from
   * this machine, else from the network; throws `data-missing`, `data-damaged`, `download-failed`, `disk-full` or
   * `cancelled`.
   */
  async ensure(id: string, options: ObtainOptions = {}): Promise<Record<string, string>> {
    const dataset = this.definition(id)
    await this.sweep()
    const paths: Record<string, string> = {}
    const missing: DescentError[] = []
    for (const file of dataset.files) {
      try {
        paths[file.name] = await obtain(this.context, { dataset, file }, options)
      } catch (error) {
        // Offline, all that is missing is named at once: someone will go and fetch it by hand.
        if (!options.offline || !(error instanceof DescentError) || !isAbsence(error)) throw error
        missing.push(error)
      }
    }
    if (missing.length > 0) throw joined(missing)
    return paths
  }

  /** As `ensure`, for someone who wants to see what is there afterwards. */
  async fetch(id: string, options: ObtainOptions = {}): Promise<DatasetStatus> {
    await this.ensure(id, options)
    return this.status(id)
  }

  /** Removes what unfinished downloads of a dataset left, but nothing that somebody is downloading. */
  async discard(id: string): Promise<void> {
    const dataset = this.definition(id)
    for (const file of dataset.files)
      await dropPartials(this.context, filePaths(this.context.cacheDir, id, file.name), file.name)
  }

  /** Every dataset; one that fails does not keep the others from being fetched, and is named in the end. */
  async fetchAll(options: ObtainOptions = {}): Promise<DatasetStatus[]> {
    const failures: DescentError[] = []
    for (const { id } of this.datasets) {
      try {
        await this.ensure(id, options)
      } catch (error) {
        if (!(error instanceof DescentError) || error.code === 'cancelled') throw error
        failures.push(error)
      }
    }
    if (failures.length > 0) throw joined(failures)
    return this.list()
  }

  /** Hashes everything again, of one dataset or all. A damaged file is a state in the answer, not an error. */
  async verify(id?: string, options: Pick<ObtainOptions, 'signal'> = {}): Promise<DatasetStatus[]> {
    const chosen = id === undefined ? this.datasets : [this.definition(id)]
    for (const { dataset, file } of filesOf(chosen)) {
      if (options.signal?.aborted) {
        throw new DescentError(
          'cancelled',
          'The verification was cancelled.',
          'Run `descent data verify` again.',
        )
      }
      await examineAndStamp(filePaths(this.context.cacheDir, dataset.id, file.name), file)
    }
    return Promise.all(chosen.map((dataset) => this.statusOf(dataset)))
  }

  /** Takes files from a file, a folder or an archive of this machine; the result says what was refused, and why. */
  async import(path: string, options: ImportOptions = {}): Promise<ImportResult> {
    await this.sweep()
    return importFrom(this.context, filesOf(this.datasets), path, options)
  }

  /** The dataset as numbers. The bytes that are parsed are hashed themselves, not the file they came from. */
  async load<T>(dataset: DatasetDefinition<T>, options: ObtainOptions = {}): Promise<T> {
    await this.sweep()
    const files: Record<string, Uint8Array> = {}
    for (const file of dataset.files) files[file.name] = await this.verifiedBytes({ dataset, file }, options)
    try {
      return dataset.parse(files)
    } catch (error) {
      if (!(error instanceof DatasetFormatError)) throw error
      throw new DescentError(
        'data-damaged',
        `The dataset ${dataset.id} cannot be read: ${error.message}`,
        'Its bytes are the pinned ones, so the definition does not fit them: please report it.',
        { cause: error },
      )
    }
  }

  private async verifiedBytes(wanted: RegistryFile, options: ObtainOptions): Promise<Uint8Array> {
    const { file } = wanted
    let bytes = await readFile(await obtain(this.context, wanted, { ...options, trustStamp: true }))
    if (sha1OfBytes(bytes) !== file.sha1) {
      // It changed since it was hashed last, without looking different: now it is hashed, and replaced.
      bytes = await readFile(await obtain(this.context, wanted, options))
    }
    const sha1 = sha1OfBytes(bytes)
    if (sha1 !== file.sha1) {
      throw new DescentError(
        'data-damaged',
        `${file.name} of ${wanted.dataset.id} changed while it was read: ${hashMismatch(sha1, file)}.`,
        'Something is writing to the cache; stop it, run `descent data verify` and try again.',
      )
    }
    return file.compression === 'gzip' ? decompress(bytes, wanted) : bytes
  }

  private async statusOf(dataset: DatasetDefinition): Promise<DatasetStatus> {
    const files = await Promise.all(dataset.files.map((file) => fileStatus(this.context, { dataset, file })))
    return { id: dataset.id, title: dataset.title, licence: dataset.licence, files }
  }

  private definition(id: string): DatasetDefinition {
    const found = this.datasets.find((dataset) => dataset.id === id)
    if (found) return found
    const known = this.datasets.map((dataset) => dataset.id).join(', ')
    throw new DescentError(
      'not-found',
      `There is no dataset "${id}"; the known ones are ${known}.`,
      'Run `descent data list` to see them.',
    )
  }

  private async sweep(): Promise<void> {
    if (this.swept) return
    this.swept = true
    await sweepStaging(stagingFolder(this.context.cacheDir), this.context.now())
  }
}

function filesOf(datasets: readonly DatasetDefinition[]): RegistryFile[] {
  return datasets.flatMap((dataset) => dataset.files.map((file) => ({ dataset, file })))
}

const gunzipBytes = promisify<Buffer, { maxOutputLength?: number }, Buffer>(gunzip)

async function decompress(bytes: Buffer, { dataset, file }: RegistryFile): Promise<Uint8Array> {
  try {
    return await gunzipBytes(bytes, file.gzip ? { maxOutputLength: file.gzip.contentBytes } : {})
  } catch (error) {
    throw new DescentError(
      'data-damaged',
      `${file.name} of ${dataset.id} cannot be decompressed: ${errorMessage(error)}.`,
      'Its bytes are the pinned ones, so the registry is wrong: please report it.',
      { cause: error },
    )
  }
}

function isAbsence(error: DescentError): boolean {
  return error.code === 'data-missing' || error.code === 'data-damaged'
}

/** Several failures as one: the first one's code, every message, each remedy once. */
function joined(failures: readonly DescentError[]): DescentError {
  const first = failures.at(0)
  if (first === undefined) throw new Error('no failures to join')
  if (failures.length === 1) return first
  return new DescentError(
    first.code,
    failures.map(({ message }) => message).join(' '),
    [...new Set(failures.map(({ remedy }) => remedy))].join(' '),
    { cause: new AggregateError(failures) },
  )
}
