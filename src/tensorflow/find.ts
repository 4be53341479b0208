import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { cacheFolder } from '../files/cache-folder.ts'
import { readRuntime, type Runtime } from './runtime.ts'

export interface FindOptions {
  /** Default: `DESCENT_CACHE` or the platform's folder. */
  cache?: string
  env?: NodeJS.ProcessEnv
  /** Folders that a package of this program may bring a whole runtime in. */
  packaged?: readonly string[]
}

export interface Survey {
  /** The one to load. */
  runtime?: Runtime
  /** Folders that look like a runtime and are none, with the reason as a sentence's end. */
  damaged: { folder: string; reason: string }[]
}

export function runtimesFolder(cache: string): string {
  return join(cache, 'tensorflow')
}

/** The TensorFlow to load, or undefined where there is none. @throws DescentError as `surveyRuntimes` */
export async function findRuntime(options: FindOptions = {}): Promise<Runtime | undefined> {
  return (await surveyRuntimes(options)).runtime
}

/**
 * Looks at the folder that `DESCENT_TENSORFLOW` names; else at what the program was packaged with and in the cache.
 * The CUDA build goes before the CPU build (it serves without a card too) and a new version before an old one; but once
 * the person has named one, what was installed last counts.
 *
 * @throws DescentError `not-found` where `DESCENT_TENSORFLOW` names no usable runtime: another one in its place
 *   would be a surprise
 */
export async function surveyRuntimes(options: FindOptions = {}): Promise<Survey> {
  const { env = process.env, cache = cacheFolder(env), packaged = packagedFolders() } = options
  const named = env['DESCENT_TENSORFLOW']
  if (named) return { runtime: await readNamed(resolve(named)), damaged: [] }
  const names = await readdir(runtimesFolder(cache)).catch(() => [])
  const inCache = names
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(runtimesFolder(cache), name))
  const found: Runtime[] = []
  const damaged: Survey['damaged'] = []
  for (const folder of [...packaged, ...inCache]) {
    const reading = await readRuntime(folder)
    if (reading.state === 'complete') found.push(reading.runtime)
    if (reading.state === 'damaged') damaged.push({ folder, reason: reading.reason })
  }
  const isChosen = found.some(({ manifest }) => manifest.chosen)
  const runtime = found.sort(isChosen ? lastFirst : preference)[0]
  return { ...(runtime ? { runtime } : {}), damaged }
}

async function readNamed(folder: string): Promise<Runtime> {
  const reading = await readRuntime(folder)
  if (reading.state === 'complete') return reading.runtime
  const reason = reading.state === 'missing' ? 'it has no manifest.json' : reading.reason
  throw new DescentError(
    'not-found',
    `DESCENT_TENSORFLOW names ${folder}, which is no TensorFlow of ours: ${reason}.`,
    'Correct the variable, or unset it and run `descent doctor --fix`.',
  )
}

function preference(a: Runtime, b: Runtime): number {
  if (a.manifest.variant !== b.manifest.variant) return a.manifest.variant === 'cuda' ? -1 : 1
  const versions = b.manifest.tensorflow.localeCompare(a.manifest.tensorflow, 'en', { numeric: true })
  return versions || lastFirst(a, b)
}

function lastFirst({ manifest: a }: Runtime, { manifest: b }: Runtime): number {
  return a.installedAt < b.installedAt ? 1 : -1
}

function packagedFolders(): string[] {
  return [resolve(import.meta.dirname, '../../resources/tensorflow/runtime')]
}
