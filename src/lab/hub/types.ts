import { lockTimings, type LockTimings } from '../../files/lock.ts'
import type { DatasetDefinition, DatasetFile, DatasetLicence } from '../../datasets/dataset.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Sleep } from './back-off.ts'
import type { LocalizedText } from '../../locales/localized.ts'

export type FileState = 'ready' | 'missing' | 'partial' | 'damaged' | 'downloading'

export interface FileStatus {
  name: string
  /** Where it lies, or will lie once it is there. */
  path: string
  sizeBytes: number
  sha1: string
  state: FileState
  /** How much of a download is there; only while it is partial or downloading. */
  receivedBytes?: number
  /** A copy on this machine that `ensure` will take before it asks the network; only while it is not ready. */
  localSource?: string
}

export interface DatasetStatus {
  id: string
  title: LocalizedText
  licence: DatasetLicence
  files: FileStatus[]
}

export interface Progress {
  dataset: string
  file: string
  receivedBytes: number
  sizeBytes: number
  /** The URL or path that the bytes come from, or who is downloading them. */
  source: string
  bytesPerSecond?: number
}

export interface ObtainOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** Use what is on this machine only. */
  offline?: boolean
}

export type ImportOptions = Pick<ObtainOptions, 'signal' | 'onProgress'>

export interface RecognisedFile {
  dataset: string
  file: string
  /** The file that was recognised, or `entry in archive`. */
  from: string
  /** The verified copy in the cache. */
  path: string
  outcome: 'installed' | 'already-there'
}

export interface RefusedFile {
  from: string
  reason: string
  code: ErrorCode
}

export interface ImportResult {
  recognised: RecognisedFile[]
  refused: RefusedFile[]
  /** How many files resembled nothing in the registry. */
  ignored: number
}

/** A registry file together with the dataset it belongs to. */
export interface RegistryFile {
  dataset: DatasetDefinition
  file: DatasetFile
}

/** What the hub works with, settled: where, by which clock, over which network. */
export interface HubContext {
  cacheDir: string
  resourcesDir: string
  searchPaths: readonly string[]
  systemSources: boolean
  fetch: typeof fetch
  sleep: Sleep
  random: () => number
  now: () => number
  freeBytes: (folder: string) => Promise<number>
  timings: HubTimings
}

export interface HubTimings extends LockTimings {
  /** A download that receives nothing for this long is given up and resumed. */
  stallMs: number
  /** First back-off; it doubles with each failure in a row. */
  backOffMs: number
  maxBackOffMs: number
  /** A server that asks for more patience than this is passed over for the next mirror. */
  maxRetryAfterMs: number
}

export const defaultTimings: HubTimings = {
  stallMs: 30_000,
  backOffMs: 500,
  maxBackOffMs: 30_000,
  maxRetryAfterMs: 60_000,
  ...lockTimings,
}
