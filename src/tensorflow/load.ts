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
  /** The graphics card to use, as the driver numbers them; null for none. Default: what the environment allows. */
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
  prepareEnvironment(options)
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

function prepareEnvironment({ gpu, threads }: LoadOptions): void {
  const env = process.env
  // TensorFlow writes its notes to standard error: errors only, unless somebody asks for more.
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  // Two processes share a card only if neither takes all of its memory at once.
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  if (gpu !== undefined) {
    env['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID'
    env['CUDA_VISIBLE_DEVICES'] = gpu === null ? '-1' : String(gpu)
  }
  if (threads) {
    env['TF_NUM_INTRAOP_THREADS'] = String(threads.within)
    env['TF_NUM_INTEROP_THREADS'] = String(threads.between)
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
