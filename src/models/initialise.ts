import type { Random } from '../math/random.ts'
import { shape, type Network, type Parameter } from './network.ts'

/**
 * How a network's parameters start.
 * - `pytorch`: PyTorch 2's default for linear and convolution layers: weights and biases uniform in ±1/√fan_in.
 * - `xavier`: weights uniform in ±√(6/(fan_in + fan_out)), biases 0 (Glorot & Bengio 2010).
 * - `deepobs`: weights normal with deviation .05, those beyond 2 deviations drawn again, biases .05 (Schneider et al.
 *   2019, arXiv:1903.05499).
 * - `small-normal`: weights normal with deviation .01, biases 0 (Zhang et al., Dive into Deep Learning).
 */
export const initialisers = ['pytorch', 'xavier', 'deepobs', 'small-normal'] as const
export type Initialiser = (typeof initialisers)[number]

type Draw = (random: Random, parameter: Parameter) => number

const uniform = (random: Random, bound: number): number => (2 * random.uniform() - 1) * bound

const draws: Record<Initialiser, { weight: Draw; bias: Draw }> = {
  pytorch: {
    weight: (random, { fanIn }) => uniform(random, 1 / Math.sqrt(fanIn)),
    bias: (random, { fanIn }) => uniform(random, 1 / Math.sqrt(fanIn)),
  },
  xavier: {
    weight: (random, { fanIn, fanOut }) => uniform(random, Math.sqrt(6 / (fanIn + fanOut))),
    bias: () => 0,
  },
  deepobs: {
    weight(random) {
      let value = random.normal()
      while (Math.abs(value) > 2) value = random.normal()
      return 0.05 * value
    },
    bias: () => 0.05,
  },
  'small-normal': { weight: (random) => 0.01 * random.normal(), bias: () => 0 },
}

/** The network's parameters as one vector [size]. */
export function initialise(network: Network, initialiser: Initialiser, random: Random): Float32Array {
  const { parameters, size } = shape(network)
  const theta = new Float32Array(size)
  for (const parameter of parameters) {
    const draw = draws[initialiser][parameter.role]
    for (let i = 0; i < parameter.size; i++) theta[parameter.offset + i] = draw(random, parameter)
  }
  return theta
}
