import type { Data } from '../../../src/engine/tensor/stepper.ts'
import { Random } from '../../../src/math/random.ts'
import { initialise } from '../../../src/models/initialise.ts'
import type { NetworkProblem } from '../../../src/workloads/workload.ts'

const text = (en: string) => ({ en, 'zh-CN': en })

/** A network with every kind of layer, small enough for hundreds of runs. Pictures of 8 × 8 noise in three classes. */
export const small: NetworkProblem = {
  network: {
    input: [8, 8, 1],
    layers: [
      { kind: 'convolution', filters: 3, kernel: 3, padding: 'same', activation: 'relu' },
      { kind: 'max-pool', size: 2 },
      { kind: 'convolution', filters: 4, kernel: 3, padding: 'valid', activation: 'relu' },
      { kind: 'dense', units: 5, activation: 'relu' },
      { kind: 'dense', units: 3 },
    ],
  },
  initialiser: 'pytorch',
  loss: 'cross-entropy',
  classes: [text('a'), text('b'), text('c')],
  build: () => smallData(),
}

/** Regression with one dense layer. */
export const regression: NetworkProblem = {
  network: { input: [4], layers: [{ kind: 'dense', units: 1 }] },
  initialiser: 'small-normal',
  loss: 'half-squared-error',
  classes: null,
  build: () => ({ train: rows(50), test: null }),
}

export function smallData(): Data {
  return { train: pictures(50, 1), test: pictures(23, 2) }
}

function pictures(count: number, seed: number) {
  const random = Random.from(seed, 'pictures')
  return {
    count,
    inputs: Uint8Array.from({ length: count * 64 }, () => random.integer(256)),
    targets: Uint8Array.from({ length: count }, () => random.integer(3)),
  }
}

function rows(count: number) {
  const random = Random.from(3, 'rows')
  return {
    count,
    inputs: Float32Array.from({ length: count * 4 }, () => random.normal()),
    targets: Float32Array.from({ length: count }, () => random.normal()),
  }
}

export const startOf = (problem: NetworkProblem): Float32Array =>
  initialise(problem.network, problem.initialiser, Random.from(1, 'parameters'))
