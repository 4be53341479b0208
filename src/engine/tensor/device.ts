import { createRequire } from 'node:module'
import type * as webgpu from 'webgpu'
import { DescentError } from '../../contract/errors.ts'
import type { StagedRule } from '../../rules/staged.ts'
import { loadTensorFlow, type Tfjs } from '../../tensorflow/load.ts'
import type { Runtime } from '../../tensorflow/runtime.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { CapturedStepper } from './captured.ts'
import { EagerStepper } from './eager.ts'
import { composed } from './kernels.ts'
import type { Data, Stepper } from './stepper.ts'

/** All that a stepper is made from. */
export interface Assembly {
  readonly problem: NetworkProblem
  readonly data: Data
  readonly rule: StagedRule
  /** How many slots the rule has. */
  readonly slots: number
  /** Sizes of batches there will be. */
  readonly batches: readonly number[]
}

/** Where tensors live and are computed with. */
export interface Device {
  readonly engine: 'tensorflow' | 'webgpu' | 'portable'
  /** As reports name it. */
  readonly name: string
  readonly versions: Readonly<Record<string, string>>
  stepper(assembly: Assembly): Stepper
}

/** TensorFlow on a graphics card, or on the processor where `gpu` is null. */
export async function tensorFlowDevice(runtime: Runtime, gpu: number | null): Promise<Device> {
  const tensorflow = await loadTensorFlow(runtime, { gpu })
  const onGpu = tensorflow.device === 'gpu'
  return {
    engine: 'tensorflow',
    name: onGpu ? `GPU ${gpu ?? 0}, float32` : 'CPU, float32',
    versions: tensorflow.versions,
    stepper: ({ problem, data, rule, slots, batches }) =>
      new CapturedStepper(tensorflow, problem, data, rule, slots, batches),
  }
}

const require = createRequire(import.meta.url)

/** Plain JavaScript or WebAssembly: slow, and there on every machine. */
export async function portableDevice(): Promise<Device> {
  const tf = require('@tensorflow/tfjs') as Tfjs
  await tf.setBackend('cpu')
  await tf.ready()
  return eagerDevice(tf, 'portable', 'CPU, JavaScript, float32')
}

function eagerDevice(tf: Tfjs, engine: Device['engine'], name: string): Device {
  return {
    engine,
    name,
    versions: { tfjs: tf.version_core },
    stepper: ({ problem, data, rule }) => new EagerStepper(tf, composed(tf), problem, data, rule),
  }
}

/** Any graphics card through WebGPU (Dawn inside Node): AMD, Intel, Apple, and NVIDIA without CUDA. */
export async function webGpuDevice(): Promise<Device> {
  const { create, globals } = require('webgpu') as typeof webgpu
  Object.assign(globalThis, globals)
  const gpu = create([])
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu, userAgent: 'node' },
    configurable: true,
  })
  const adapter = await gpu.requestAdapter()
  if (!adapter)
    throw new DescentError(
      'engine-unavailable',
      'No graphics card answers through WebGPU.',
      'Install the card’s Vulkan, Metal or Direct3D 12 driver; `descent doctor` says what was found.',
    )
  const tf = require('@tensorflow/tfjs') as Tfjs
  require('@tensorflow/tfjs-backend-webgpu')
  await tf.setBackend('webgpu')
  await tf.ready()
  const { description, device, vendor } = adapter.info
  return eagerDevice(tf, 'webgpu', `GPU ${description || device || vendor} through WebGPU, float32`)
}
