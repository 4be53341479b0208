import type { StagedRule } from '../../rules/staged.ts'
import { loadTensorFlow, type Tfjs } from '../../tensorflow/load.ts'
import { openPortable } from '../../tensorflow/portable.ts'
import type { Runtime } from '../../tensorflow/runtime.ts'
import { openWebGpu } from '../../tensorflow/webgpu.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { CapturedStepper } from './captured.ts'
import { EagerStepper } from './eager.ts'
import { composed } from './kernels.ts'
import type { NamedArray } from '../../models/safetensors.ts'
import { savedModel } from './saved-model.ts'
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
  readonly tf: Tfjs
  /** The network as a TensorFlow graph, where there is TensorFlow. */
  savedModel?(problem: NetworkProblem, arrays: readonly NamedArray[]): Uint8Array
}

/**
 * TensorFlow on a graphics card, or on the processor where `gpu` is null.
 * @param singleThread for networks so small that handing work to a second thread takes longer than the work
 */
export async function tensorFlowDevice(
  runtime: Runtime,
  gpu: number | null,
  singleThread = false,
): Promise<Device> {
  const threads = singleThread ? { threads: { within: 1, between: 1 } } : {}
  const tensorflow = await loadTensorFlow(runtime, { gpu, ...threads })
  const onGpu = tensorflow.device === 'gpu'
  return {
    engine: 'tensorflow',
    tf: tensorflow.tf,
    savedModel: (problem, arrays) => savedModel(tensorflow, problem, arrays),
    name: onGpu ? `GPU ${gpu ?? 0}, float32` : 'CPU, float32',
    versions: tensorflow.versions,
    stepper: ({ problem, data, rule, slots, batches }) =>
      new CapturedStepper(tensorflow, problem, data, rule, slots, batches),
  }
}

/** Plain JavaScript: slow, and there on every machine. */
export async function portableDevice(): Promise<Device> {
  const tf = await openPortable()
  return eagerDevice(tf, 'portable', 'CPU, JavaScript, float32')
}

/** Any graphics card through WebGPU: AMD, Intel, Apple, and NVIDIA without CUDA. */
export async function webGpuDevice(): Promise<Device> {
  const { tf, card, isSoftware, version } = await openWebGpu()
  const place = isSoftware ? `CPU, ${card} through WebGPU` : `GPU ${card} through WebGPU`
  return eagerDevice(tf, 'webgpu', `${place}, float32`, { webgpu: version })
}

function eagerDevice(
  tf: Tfjs,
  engine: Device['engine'],
  name: string,
  versions: Readonly<Record<string, string>> = {},
): Device {
  return {
    engine,
    tf,
    name,
    versions: { tfjs: tf.version_core, ...versions },
    stepper: ({ problem, data, rule }) => new EagerStepper(tf, composed(tf), problem, data, rule),
  }
}
