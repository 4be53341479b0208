import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DescentError } from '../contract/errors.ts'
import { lookUp } from '../contract/lookup.ts'
import type { RunSettings } from '../experiments/settings.ts'
import { shape } from '../models/network.ts'
import { workloads } from '../workloads/index.ts'

/** A kind of engine process. */
export interface EngineKind {
  /** `direct`, `tensorflow-cpu`, `tensorflow-gpu:0`, `webgpu`, `portable`. */
  readonly id: string
  /** The process's main module and what it is told. */
  readonly entry: string
  readonly arguments: readonly string[]
  /** How many may run at once. */
  readonly places: number
  /** The process cannot start without an installed TensorFlow. */
  readonly needsTensorFlow: boolean
  /** A process that waits longer than this for a run is ended, because it holds much memory. */
  readonly lingerMs: number
}

const direct = fileURLToPath(new URL('../engine/direct/main.ts', import.meta.url))
const tensor = fileURLToPath(new URL('../engine/tensor/main.ts', import.meta.url))
/** What an engine with TensorFlow in it holds is worth a minute's wait for the next run. */
const tensorLingerMs = 60_000

/**
 * Multiplications of a step's way forward. Below it one thread is faster than two: measured on two cores, a 784-64-10
 * perceptron at batch 10 (half a million) took .08 ms with one and .23 ms with two.
 */
const smallStep = 4e6

/** The engines of a machine. */
export class Engines {
  readonly #direct: EngineKind
  readonly #portable: EngineKind
  readonly #webGpu: EngineKind = tensorKind('webgpu', ['webgpu'])
  /** TensorFlow uses all cores for one run, … */
  readonly #cpu: EngineKind = tensorKind('tensorflow-cpu', ['tensorflow', 'cpu'])
  /** … or one core each for small ones. */
  readonly #cpuSingle: EngineKind
  readonly #gpus: readonly EngineKind[]

  /**
   * @param workers runs of plain arrays at once
   * @param gpus graphics cards that TensorFlow can use
   */
  constructor(workers: number, gpus: number) {
    this.#direct = {
      id: 'direct',
      entry: direct,
      arguments: [],
      needsTensorFlow: false,
      places: workers,
      lingerMs: Infinity,
    }
    this.#portable = tensorKind('portable', ['portable'], workers)
    this.#cpuSingle = tensorKind('tensorflow-cpu-single', ['tensorflow', 'cpu', 'single'], workers)
    this.#gpus = Array.from({ length: gpus }, (_, i) =>
      tensorKind(`tensorflow-gpu:${i}`, ['tensorflow', String(i)]),
    )
  }

  /**
   * Where a run may be trained, any of them; one of each kind's places is enough.
   * @throws DescentError where the machine has no such device
   */
  for({ workload, device, batch }: RunSettings): readonly EngineKind[] {
    if (device === 'webgpu') return [this.#webGpu]
    if (device === 'portable') return [this.#portable]
    if (device === 'gpu' || device.startsWith('gpu:')) return this.#onGpu(device)
    const { direct: onArrays, network } = lookUp(workloads, workload, 'workload')
    if (onArrays) return [this.#direct]
    if (device === 'auto' && this.#gpus.length > 0) return this.#gpus
    const isSmall = batch * shape(network.network).multiplications < smallStep
    return [isSmall ? this.#cpuSingle : this.#cpu]
  }

  #onGpu(device: string): readonly EngineKind[] {
    const [, number] = device.split(':')
    const wanted = number === undefined ? this.#gpus : this.#gpus.slice(Number(number), Number(number) + 1)
    if (wanted.length > 0) return wanted
    throw new DescentError(
      'engine-unavailable',
      this.#gpus.length === 0
        ? 'TensorFlow finds no graphics card here.'
        : `There is no graphics card ${number}; the last is ${this.#gpus.length - 1}.`,
      'Run `descent doctor`, which says why; `--device webgpu` or `--device cpu` may train it.',
    )
  }
}

const tensorKind = (id: string, args: readonly string[], places = 1): EngineKind => ({
  id,
  entry: tensor,
  arguments: args,
  needsTensorFlow: args[0] === 'tensorflow',
  places,
  lingerMs: tensorLingerMs,
})

/** How many graphics cards the NVIDIA driver shows; where it shows none, TensorFlow cannot use any. */
export function graphicsCards(): number {
  try {
    return readdirSync('/proc/driver/nvidia/gpus').length
  } catch {
    return 0
  }
}
