import { createRequire } from 'node:module'
import util from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import { DescentError } from '../contract/errors.ts'
import type { Binding, TensorFlowBackend } from './binding.ts'
import type { Runtime } from './runtime.ts'

export type Tfjs = typeof tfjs

export interface TensorFlow {
  tf: Tfjs
  binding: Binding
  backend: TensorFlowBackend
  versions: { tensorflow: string; tfjs: string }
  /** Where operations run by default: TensorFlow takes the GPU where it can use one. */
  device: 'gpu' | 'cpu'
}

export interface LoadOptions {
  /** The graphics card to use, counted among those that the environment allows; null for none. Default: all of those. */
  gpu?: number | null
  /** Threads within one operation and between operations; by default as many as there are cores. */
  threads?: { within: number; between: number }
}

const require = createRequire(import.meta.url)
let loaded: { folder: string; tensorflow: TensorFlow } | undefined

/**
 * Loads TensorFlow into this process and makes it tfjs's backend. Takes about half a second; once per process.
 * The environment variables that TensorFlow reads are set here, so they must not have been read before.
 *
 * @throws DescentError `engine-unavailable` with the loader's own words
 */
export async function loadTensorFlow(
  runtime: Pick<Runtime, 'folder' | 'binding'>,
  options: LoadOptions = {},
): Promise<TensorFlow> {
  if (loaded) {
    if (loaded.folder === runtime.folder) return loaded.tensorflow
    throw new DescentError(
      'conflict',
      `This process has loaded ${loaded.folder}, and cannot load ${runtime.folder} as well.`,
      'Load one TensorFlow in a process.',
    )
  }
  Object.assign(process.env, environmentFor(options))
  restoreRemovedUtilities()
  const binding = loadBinding(runtime)
  const tf = require('@tensorflow/tfjs') as Tfjs
  // Its index.js would look for a binding of its own inside node_modules.
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js')
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => TensorFlowBackend
  }
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu')
  tf.registerBackend('tensorflow', () => backend, 3)
  await tf.setBackend('tensorflow')
  const tensorflow: TensorFlow = {
    tf,
    binding,
    backend,
    versions: { tensorflow: binding.TF_Version, tfjs: tf.version_core },
    device: binding.isUsingGpuDevice() ? 'gpu' : 'cpu',
  }
  loaded = { folder: runtime.folder, tensorflow }
  return tensorflow
}

/** The variables that TensorFlow reads when it is loaded. What somebody has set on purpose stays. */
export function environmentFor(
  { gpu, threads }: LoadOptions,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const visible = env['CUDA_VISIBLE_DEVICES']?.split(',')
  return {
    // TensorFlow writes its notes to standard error: errors only, unless somebody asks for more.
    TF_CPP_MIN_LOG_LEVEL: env['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
    // Two processes share a card only if neither takes all of its memory at once.
    TF_FORCE_GPU_ALLOW_GROWTH: env['TF_FORCE_GPU_ALLOW_GROWTH'] ?? 'true',
    // As nvidia-smi numbers them.
    CUDA_DEVICE_ORDER: env['CUDA_DEVICE_ORDER'] ?? 'PCI_BUS_ID',
    ...(gpu === undefined
      ? {}
      : {
          CUDA_VISIBLE_DEVICES:
            gpu === null ? '-1' : visible === undefined ? String(gpu) : (visible[gpu] ?? '-1'),
        }),
    ...(threads
      ? { TF_NUM_INTRAOP_THREADS: String(threads.within), TF_NUM_INTEROP_THREADS: String(threads.between) }
      : {}),
  }
}

/** tfjs 4.22 calls these, which Node 23 removed. */
function restoreRemovedUtilities(): void {
  const removed = util as Record<string, unknown>
  removed['isNullOrUndefined'] ??= (value: unknown) => value == null
  removed['isArray'] ??= Array.isArray
}

function loadBinding(runtime: Pick<Runtime, 'folder' | 'binding'>): Binding {
  try {
    return require(runtime.binding) as Binding
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new DescentError(
      'engine-unavailable',
      `TensorFlow cannot be loaded from ${runtime.folder}: ${words}`,
      'Run `descent doctor --fix`, which installs it afresh.',
      { cause },
    )
  }
}
