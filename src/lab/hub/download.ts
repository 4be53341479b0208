import type { DatasetFile } from '../../datasets/dataset.ts'
import { attemptDownload } from './attempt.ts'
import type { AttemptOutcome } from './attempt.ts'
import { backOffMs } from './back-off.ts'
import type { Sleep } from './back-off.ts'
import { bytesText, diskFull } from '../../files/failures.ts'
import { hashMismatch, sha1OfFile } from './hash.ts'
import type { PartialFile } from './partial.ts'
import type { HubTimings } from './types.ts'

export interface DownloadOptions {
  fetch: typeof fetch
  sleep: Sleep
  random: () => number
  now: () => number
  timings: Pick<HubTimings, 'stallMs' | 'backOffMs' | 'maxBackOffMs' | 'maxRetryAfterMs'>
  /** Room on the disk that holds a folder. */
  freeBytes: (folder: string) => Promise<number>
  signal?: AbortSignal
  onProgress?: (receivedBytes: number, source: string, bytesPerSecond?: number) => void
}

/** What one address came to, for the message when none of them served the file. */
export interface MirrorFailure {
  url: string
  reason: string
}

/** Failures in a row that an address is forgiven. */
const maxFailures = 4
/** One request in between that brings this share of the file is progress, and failures count anew. */
const progressShare = 0.01

/**
 * Fills the partial file from the addresses in their order until its bytes have the pinned hash.
 * Returns undefined when they do, else what each address came to.
 */
export async function downloadInto(
  partial: PartialFile,
  folder: string,
  file: DatasetFile,
  options: DownloadOptions,
): Promise<MirrorFailure[] | undefined> {
  await assertRoom(partial, folder, file, options)
  const failures: MirrorFailure[] = []
  for (const url of file.urls) {
    const reason = await downloadFrom(url, file, partial, options)
    if (reason === undefined) return undefined
    failures.push({ url, reason })
  }
  return failures
}

/** Why this address did not serve the file; undefined when it did. */
async function downloadFrom(
  url: string,
  file: DatasetFile,
  partial: PartialFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { timings } = options
  let failures = 0
  for (let requests = 1; ; requests += 1) {
    const from = partial.receivedBytes
    const outcome = await attemptOrVerify(url, file, partial, options)
    if (outcome.kind === 'complete') return undefined
    if (outcome.kind === 'give-up') return outcome.reason
    if (partial.receivedBytes - from >= file.sizeBytes * progressShare) failures = 0
    failures += outcome.weight
    const times = requests === 1 ? '' : ` (asked ${requests} times)`
    if (failures >= maxFailures) return `${outcome.reason}${times}`
    const waitMs = Math.max(
      outcome.retryAfterMs ?? 0,
      backOffMs(failures, timings.backOffMs, timings.maxBackOffMs, options.random),
    )
    if (waitMs > timings.maxRetryAfterMs)
      return `${outcome.reason}; it asks to wait ${Math.round(waitMs / 1000)} s`
    await options.sleep(waitMs, options.signal)
  }
}

async function attemptOrVerify(
  url: string,
  file: DatasetFile,
  partial: PartialFile,
  options: DownloadOptions,
): Promise<AttemptOutcome> {
  const resumedFrom = partial.receivedBytes
  if (resumedFrom < file.sizeBytes) {
    const report = progressReporter(url, file, partial, options)
    report()
    const outcome = await attemptDownload(url, file, partial, {
      fetch: options.fetch,
      now: options.now,
      stallMs: options.timings.stallMs,
      ...(options.signal ? { signal: options.signal } : {}),
      onReceived: report,
    })
    if (outcome.kind !== 'complete') return outcome
  }
  // Read back what the disk holds: what was hashed on its way past says nothing about that.
  await partial.flush()
  const sha1 = await sha1OfFile(partial.path, options.signal ? { signal: options.signal } : {})
  if (sha1 === file.sha1) return { kind: 'complete' }
  await partial.restart()
  const reason = `it sent ${bytesText(file.sizeBytes)}, but ${hashMismatch(sha1, file)}`
  // The first part may have come from elsewhere: then this address deserves to be asked for the whole file.
  return resumedFrom > 0 ? { kind: 'retry', reason, weight: 1 } : { kind: 'give-up', reason }
}

async function assertRoom(
  partial: PartialFile,
  folder: string,
  file: DatasetFile,
  options: DownloadOptions,
): Promise<void> {
  const neededBytes = file.sizeBytes - partial.receivedBytes
  const freeBytes = await options.freeBytes(folder)
  if (freeBytes < neededBytes) throw diskFull(folder, neededBytes, freeBytes)
}

const reportEveryMs = 100

/** Tells how far it is, at most ten times a second and at the end. */
function progressReporter(
  url: string,
  file: DatasetFile,
  partial: PartialFile,
  options: DownloadOptions,
): () => void {
  const startedMs = options.now()
  const startedBytes = partial.receivedBytes
  let reportedMs = Number.NEGATIVE_INFINITY
  return () => {
    const nowMs = options.now()
    if (nowMs - reportedMs < reportEveryMs && partial.receivedBytes < file.sizeBytes) return
    reportedMs = nowMs
    const seconds = (nowMs - startedMs) / 1000
    const received = partial.receivedBytes - startedBytes
    const bytesPerSecond = seconds > 0 && received > 0 ? received / seconds : undefined
    options.onProgress?.(partial.receivedBytes, url, bytesPerSecond)
  }
}
