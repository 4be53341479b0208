import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { DescentError } from '../contract/errors.ts'
import { cacheFolder } from '../files/cache-folder.ts'
import { runtimesFolder, surveyRuntimes, type Survey } from './find.ts'
import { findNvidia, type Card, type Nvidia } from './nvidia.ts'
import { runtimeHash, type Runtime } from './runtime.ts'
import { parseTrial, tryPortable, tryRuntime, tryWebGpu, type Trial } from './trial.ts'
import { notOnTheCard, type Reason } from './why-not.ts'

/** What an engine that uses tfjs can do here. */
export interface Probe {
  id: 'tensorflow' | 'webgpu' | 'portable'
  available: boolean
  device: string
  /** Why it is not available, or available and not on the graphics card; what to do about it. */
  reason?: string
  remedy?: string
  versions: Record<string, string>
}

export interface ProbeOptions {
  env?: NodeJS.ProcessEnv
  cache?: string
  packaged?: readonly string[]
  signal?: AbortSignal
}

/** All of them at once: about a second. */
export function probeEngines(options: ProbeOptions = {}): Promise<Probe[]> {
  return Promise.all([probeTensorFlow(options), probeWebGpu(options), probePortable(options)])
}

/**
 * Whether TensorFlow runs here, on what, and if that is not the graphics card, why. Computes something in a process of
 * its own; what came out well is remembered for this runtime, driver and Node.
 */
export async function probeTensorFlow(options: ProbeOptions = {}): Promise<Probe> {
  const { env = process.env, cache = cacheFolder(env), packaged, signal } = options
  const nvidia = await findNvidia(env)
  const versions: Record<string, string> = nvidia ? { driver: nvidia.driver } : {}
  const unavailable = ({ reason, remedy }: Reason): Probe => ({
    id: 'tensorflow',
    available: false,
    device: nvidia?.cards[0] ? cardText(nvidia.cards[0]) : processor(),
    reason,
    remedy,
    versions,
  })
  try {
    const survey = await surveyRuntimes({ env, cache, ...(packaged ? { packaged } : {}) })
    const { runtime } = survey
    if (runtime === undefined) return unavailable(notInstalled(survey))
    const { manifest } = runtime
    Object.assign(versions, { tensorflow: manifest.tensorflow, tfjs: manifest.tfjs })
    if (manifest.cuda !== undefined) versions['cuda'] = manifest.cuda
    const trial = await rememberedTrial(runtime, nvidia, { env, cache, ...(signal ? { signal } : {}) })
    Object.assign(versions, trial.versions)
    const why = trial.device === 'cpu' ? notOnTheCard(manifest, nvidia, trial.notes, env) : {}
    const device = trial.device === 'cpu' ? processor() : cardsText(nvidia)
    return { id: 'tensorflow', available: true, device, ...why, versions }
  } catch (error) {
    signal?.throwIfAborted()
    const { message, remedy } = DescentError.from(error)
    return unavailable({ reason: message, remedy })
  }
}

/** Which card answers through WebGPU; Vulkan drivers that are programs are named as such. */
export async function probeWebGpu(options: ProbeOptions = {}): Promise<Probe> {
  try {
    const { device, name, versions } = await tryWebGpu(options)
    if (device === 'gpu') return { id: 'webgpu', available: true, device: name, versions }
    return {
      id: 'webgpu',
      available: true,
      device: `${name}, on the processor`,
      reason:
        'No graphics card answers through WebGPU, only a program that stands in for one: right, and very slow.',
      remedy: 'Install the driver of your graphics card, or use another engine.',
      versions,
    }
  } catch (error) {
    return broken('webgpu', error, options.signal)
  }
}

export async function probePortable(options: ProbeOptions = {}): Promise<Probe> {
  try {
    const { name, versions } = await tryPortable(options)
    return { id: 'portable', available: true, device: `${name}, ${processor()}`, versions }
  } catch (error) {
    return broken('portable', error, options.signal)
  }
}

function broken(id: Probe['id'], error: unknown, signal: AbortSignal | undefined): Probe {
  signal?.throwIfAborted()
  const { message, remedy } = DescentError.from(error)
  return { id, available: false, device: 'none', reason: message, remedy, versions: {} }
}

function notInstalled({ damaged: [damage] }: Survey): Reason {
  return {
    reason: damage
      ? `TensorFlow in ${damage.folder} is damaged: ${damage.reason}.`
      : 'TensorFlow is not installed.',
    remedy: 'Run `descent doctor --fix`, which installs it.',
  }
}

/** A trial of the same bytes with the same driver comes out the same; only what came out well is remembered. */
async function rememberedTrial(
  runtime: Runtime,
  nvidia: Nvidia | undefined,
  { env, cache, signal }: { env: NodeJS.ProcessEnv; cache: string; signal?: AbortSignal },
): Promise<Trial> {
  const conditions = [
    runtimeHash(runtime.manifest.files),
    runtime.folder,
    process.versions.node,
    JSON.stringify(nvidia ?? null),
    ...['CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH'].map((name) => env[name] ?? ''),
  ]
  const key = createHash('sha256').update(conditions.join('\n')).digest('hex').slice(0, 24)
  const file = join(runtimesFolder(cache), '.trials', `${key}.json`)
  const remembered = await readFile(file, 'utf8').catch(() => undefined)
  if (remembered !== undefined) {
    const trial = parseTrial(remembered)
    if (trial) return trial
  }
  const trial = await tryRuntime(runtime, { env, ...(signal ? { signal } : {}) })
  // A cache that cannot be written only costs the next look another second.
  await mkdir(dirname(file), { recursive: true }).catch(() => undefined)
  await writeFile(file, JSON.stringify(trial)).catch(() => undefined)
  return trial
}

function processor(): string {
  return `CPU (${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores)`
}

function cardsText(nvidia: Nvidia | undefined): string {
  return nvidia === undefined || nvidia.cards.length === 0 ? 'GPU' : nvidia.cards.map(cardText).join('; ')
}

/** `GPU 0: NVIDIA H200 (compute capability 9.0, 139.8 GiB)`. */
function cardText({ index, name, computeCapability, memoryBytes }: Card): string {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`
  return `GPU ${index}: ${name} (${computeCapability === null ? '' : `compute capability ${computeCapability}, `}${memory})`
}
