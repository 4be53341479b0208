import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { shape, type Network } from '../../../src/models/network.ts'

const folder = fileURLToPath(new URL('../../fixtures/lenet/', import.meta.url))

/** What the parameters are at the end of a fixture's steps, each in PyTorch's layout. */
export interface ParameterDigest {
  norm: number
  mean: number
  /** Euclidean distance from the start. */
  moved: number
  first: number[]
  /** The eight elements ⌊i·(n−1)/7⌋. */
  spread: number[]
}

export interface StepsCase {
  name: string
  optimizer: string
  set: Record<string, number | string | boolean>
  orderSeed: number
  orderSha1: string
  float64: {
    losses: number[]
    correct: number[]
    /** Over all parameters, before clipping, each step; and of each parameter at the first. */
    gradientNorms: number[]
    firstGradientNorms: number[]
    parameters: ParameterDigest[]
  }
  /** The largest differences from float64 that float32 rounding alone makes. */
  rounding: { losses: number[]; correct: number[]; values: number[]; moved: number[] }
}

export interface StepsFixture {
  parameters: { name: string; shape: number[]; startSha1?: string }[]
  batch: number
  steps: number
  cases: StepsCase[]
}

export const readFixture = (name: string): unknown => JSON.parse(readFileSync(folder + name, 'utf8'))

/** The fixtures' orders: a linear congruential generator and Fisher–Yates, as test/oracle/lenet/README.md says. */
export function shuffled(seed: number, n = 60_000): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  let s = seed >>> 0
  for (let i = n - 1; i > 0; i--) {
    s = (Math.imul(1_664_525, s) + 1_013_904_223) >>> 0
    const j = Math.floor((s * (i + 1)) / 2 ** 32)
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
  return order
}

function hashed(k: number, j: number): number {
  let h = (k + Math.imul(j, 0x9e3779b9)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32 - 0.5
}

/** Start weights in PyTorch's layout, one array a parameter. */
export function startWeights(model: 'lenet' | 'softmax' | 'mlp' | '2c2d', network: Network): Float32Array[] {
  const { parameters } = shape(network)
  if (model === 'lenet') {
    const bytes = gunzipSync(readFileSync(`${folder}lenet-weights.f32.gz`))
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    return parameters.map(({ offset, size }) => all.slice(offset, offset + size))
  }
  return parameters.map(({ size, fanIn, role }, j) =>
    Float32Array.from({ length: size }, (_, k) => {
      if (model === '2c2d') return role === 'bias' ? 0.05 : 0.1 * hashed(k, j)
      return (2 / Math.sqrt(fanIn)) * hashed(k, j)
    }),
  )
}

/**
 * For each of our parameters, which element of PyTorch's array each of our elements is: kernels are [out, in, height,
 * width] there and [height, width, in, out] here, dense weights [out, in] and [in, out], and pictures are flattened
 * channel by channel there, pixel by pixel here.
 */
function places(network: Network): Int32Array[] {
  const { parameters, outputs } = shape(network)
  let weights = -1
  const weighted = network.layers.flatMap((layer, i) => (layer.kind === 'max-pool' ? [] : [i]))
  return parameters.map(({ role, shape: own, size }) => {
    if (role === 'bias') return Int32Array.from({ length: size }, (_, i) => i)
    const layer = weighted[++weights] as number
    if (own.length === 4) {
      const [h = 0, w = 0, channels = 0, filters = 0] = own
      return Int32Array.from({ length: size }, (_, i) => {
        const filter = i % filters
        const channel = Math.floor(i / filters) % channels
        const x = Math.floor(i / (filters * channels)) % w
        const y = Math.floor(i / (filters * channels * w))
        return ((filter * channels + channel) * h + y) * w + x
      })
    }
    const [inputs = 0, units = 0] = own
    const before = layer === 0 ? network.input : (outputs[layer - 1] as readonly number[])
    const [height = 1, width = 1, channels = 1] = before.length === 3 ? before : [1, 1, inputs]
    return Int32Array.from({ length: size }, (_, i) => {
      const unit = i % units
      const input = Math.floor(i / units)
      const channel = input % channels
      const pixel = Math.floor(input / channels)
      return unit * inputs + channel * height * width + pixel
    })
  })
}

export function fromPyTorch(network: Network, arrays: readonly Float32Array[]): Float32Array {
  const { parameters, size } = shape(network)
  const theta = new Float32Array(size)
  places(network).forEach((place, j) => {
    const { offset } = parameters[j] as { offset: number }
    place.forEach((from, i) => (theta[offset + i] = arrays[j]?.[from] as number))
  })
  return theta
}

export function toPyTorch(network: Network, theta: Float32Array): Float32Array[] {
  const { parameters } = shape(network)
  return places(network).map((place, j) => {
    const { offset, size } = parameters[j] as { offset: number; size: number }
    const array = new Float32Array(size)
    place.forEach((to, i) => (array[to] = theta[offset + i] as number))
    return array
  })
}
