import { mkdir } from 'node:fs/promises'
import { DescentError } from '../../contract/errors.ts'
import { downloadInto } from './download.ts'
import type { DownloadOptions, MirrorFailure } from './download.ts'
import {
  bytesText,
  cancelled,
  errorMessage,
  throwIfCancelled,
  withStorageProblems,
} from '../../files/failures.ts'
import { examineFile } from './hash.ts'
import type { Examination } from './hash.ts'
import { installCopy } from './install.ts'
import type { Candidate } from './install.ts'
import { filePaths, stagingFolder } from './layout.ts'
import type { FilePaths } from './layout.ts'
import { localSources } from './local-sources.ts'
import { acquireLock, tryAcquireLock } from '../../files/lock.ts'
import { PartialFile, partialBytes, removePartials } from './partial.ts'
import { recognise } from './recognise.ts'
import { examineAndStamp, examineCheaply } from './stamp.ts'
import type { HubContext, ObtainOptions, RegistryFile } from './types.ts'

/**
 * The verified path of a file: already there, else from this machine, else downloaded. `trustStamp` believes the
 * note of an earlier hash where the file looks unchanged: only for a caller that hashes the bytes it reads.
 */
export async function obtain(
  context: HubContext,
  wanted: RegistryFile,
  options: ObtainOptions & { trustStamp?: boolean },
): Promise<string> {
  try {
    return await obtainFrom(context, wanted, options)
  } catch (error) {
    if (!options.signal?.aborted || (error instanceof DescentError && error.code !== 'internal')) throw error
    throw cancelled(
      `Getting ${wanted.file.name} of ${wanted.dataset.id}`,
      `Run \`descent data fetch ${wanted.dataset.id}\` to go on: what has been downloaded is kept.`,
      error,
    )
  }
}

async function obtainFrom(
  context: HubContext,
  wanted: RegistryFile,
  options: ObtainOptions & { trustStamp?: boolean },
): Promise<string> {
  const { dataset, file } = wanted
  const paths = filePaths(context.cacheDir, dataset.id, file.name)
  throwIfCancelled(
    options.signal,
    `Getting ${file.name} of ${dataset.id}`,
    'Start it again when you are ready.',
  )
  const found = options.trustStamp
    ? await examineCheaply(paths, file)
    : await examineAndStamp(paths, file, hashOptions(options))
  if (found.state === 'good') return paths.final

  const notes = found.state === 'bad' ? [`${paths.final} (${found.reason})`] : []
  for (const source of await localSources(wanted, context)) {
    const refusal = await takeLocal(context, wanted, source, options)
    if (refusal === undefined) return paths.final
    notes.push(`${source} (${refusal})`)
  }
  if (options.offline || file.urls.length === 0) throw notHere(wanted, found, notes, options.offline ?? false)
  return download(context, wanted, paths, options, notes)
}

/** Takes a copy from this machine if it is the right one; else says why not. */
async function takeLocal(
  context: HubContext,
  wanted: RegistryFile,
  source: string,
  options: ObtainOptions,
): Promise<string | undefined> {
  let candidate: Candidate
  try {
    const recognition = await recognise(source, [wanted], hashOptions(options))
    if (recognition.kind === 'refused') return recognition.reason
    if (recognition.kind === 'stranger') return 'it is another file'
    candidate = recognition.candidate
  } catch (error) {
    if (options.signal?.aborted) throw error
    return `it cannot be read: ${errorMessage(error)}`
  }
  return placeCopy(context, wanted, candidate, source, options)
}

/** Copies a recognised file into the cache; else says why not. */
export async function placeCopy(
  context: HubContext,
  { dataset, file }: RegistryFile,
  candidate: Candidate,
  label: string,
  options: Pick<ObtainOptions, 'signal' | 'onProgress'>,
): Promise<string | undefined> {
  const paths = filePaths(context.cacheDir, dataset.id, file.name)
  const refusal = await installCopy(candidate, paths, file, {
    staging: stagingFolder(context.cacheDir),
    ...hashOptions(options),
    onBytes: (receivedBytes) =>
      options.onProgress?.({
        dataset: dataset.id,
        file: file.name,
        receivedBytes,
        sizeBytes: file.sizeBytes,
        source: label,
      }),
  })
  if (refusal !== undefined) return refusal
  await examineAndStamp(paths, file)
  await dropPartials(context, paths, file.name)
  return undefined
}

/** An unfinished download of a file that is there now only takes room; unless somebody is at it. */
export async function dropPartials(context: HubContext, paths: FilePaths, fileName: string): Promise<void> {
  if ((await partialBytes(paths.folder, fileName)) === undefined) return
  const lock = await tryAcquireLock(paths.lock, lockOptions(context))
  try {
    if (lock) await removePartials(paths.folder, fileName)
  } finally {
    await lock?.release()
  }
}

async function download(
  context: HubContext,
  wanted: RegistryFile,
  paths: FilePaths,
  options: ObtainOptions,
  notes: readonly string[],
): Promise<string> {
  const { dataset, file } = wanted
  const report = (receivedBytes: number, source: string, bytesPerSecond?: number) =>
    options.onProgress?.({
      dataset: dataset.id,
      file: file.name,
      receivedBytes,
      sizeBytes: file.sizeBytes,
      source,
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    })
  await withStorageProblems(paths.folder, () => mkdir(paths.folder, { recursive: true }), file.sizeBytes)
  const lock = await acquireLock(paths.lock, {
    ...lockOptions(context),
    ...(options.signal ? { signal: options.signal } : {}),
    onWait: async (holder) => {
      const receivedBytes = (await partialBytes(paths.folder, file.name)) ?? 0
      report(receivedBytes, `another process (${holder.pid} on ${holder.host})`)
    },
  })
  try {
    // While we waited, the one before us may have finished.
    if ((await examineAndStamp(paths, file, hashOptions(options))).state === 'good') return paths.final
    const partial = await PartialFile.adopt(paths, file.name, lock.nonce, file.sizeBytes)
    try {
      const failures = await downloadInto(
        partial,
        paths.folder,
        file,
        downloadOptions(context, options, report),
      )
      await lock.assertHeld()
      if (failures) throw downloadFailed(wanted, failures, notes)
      await partial.moveInto(paths.final)
    } finally {
      await partial.close()
    }
    await examineAndStamp(paths, file)
    return paths.final
  } finally {
    await lock.release()
  }
}

function downloadOptions(
  context: HubContext,
  options: ObtainOptions,
  onProgress: NonNullable<DownloadOptions['onProgress']>,
): DownloadOptions {
  const { fetch, sleep, random, now, timings, freeBytes } = context
  return {
    fetch,
    sleep,
    random,
    now,
    timings,
    freeBytes,
    onProgress,
    ...(options.signal ? { signal: options.signal } : {}),
  }
}

function lockOptions(context: HubContext) {
  return { stagingFolder: stagingFolder(context.cacheDir), timings: context.timings }
}

function hashOptions(options: Pick<ObtainOptions, 'signal'>) {
  return options.signal ? { signal: options.signal } : {}
}

function describe({ dataset, file }: RegistryFile): string {
  return `${file.name} of ${dataset.id} (${bytesText(file.sizeBytes)}, SHA-1 ${file.sha1})`
}

function importRemedy({ dataset, file }: RegistryFile): string {
  const url = file.urls.at(0)
  const elsewhere =
    url === undefined ? `get ${file.name} from ${dataset.homepage}` : `download ${url} on another machine`
  return `${elsewhere} and run \`descent data import PATH\` on the file.`
}

function notHere(
  wanted: RegistryFile,
  found: Examination,
  notes: readonly string[],
  offline: boolean,
): DescentError {
  const looked = notes.length > 0 ? ` Found and refused: ${notes.join('; ')}.` : ''
  const why = offline ? 'downloads are switched off' : 'there is no address to download it from'
  const damaged = found.state === 'bad'
  return new DescentError(
    damaged ? 'data-damaged' : 'data-missing',
    `${describe(wanted)} is ${damaged ? 'damaged' : 'not on this machine'}, and ${why}.${looked}`,
    `${offline ? `Go online and run \`descent data fetch ${wanted.dataset.id}\`, or ` : 'Please '}${importRemedy(wanted)}`,
  )
}

function downloadFailed(
  wanted: RegistryFile,
  failures: readonly MirrorFailure[],
  notes: readonly string[],
): DescentError {
  const tried = failures.map(({ url, reason }) => `${url} (${reason})`).join('; ')
  const looked = notes.length > 0 ? ` Found on this machine and refused: ${notes.join('; ')}.` : ''
  return new DescentError(
    'download-failed',
    `${describe(wanted)} could not be downloaded. Tried: ${tried}.${looked}`,
    `Check the connection (behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1) and run \`descent data fetch ${wanted.dataset.id}\` again; what has arrived is kept. Or ${importRemedy(wanted)}`,
  )
}

/** Hashes without looking at notes or leaving one. */
export async function isGood(context: HubContext, { dataset, file }: RegistryFile): Promise<boolean> {
  const paths = filePaths(context.cacheDir, dataset.id, file.name)
  return (await examineFile(paths.final, file)).state === 'good'
}
