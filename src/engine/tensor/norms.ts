import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { layersOf, type Network } from '../../models/network.ts'
import type { Tfjs } from '../../tensorflow/load.ts'

/**
 * How far a step moved each layer and along how long a gradient: Euclidean norms over the layer's weights and biases.
 * @param before parameters the step began with [size]
 * @param after those it left
 * @param gradient at `before`, not clipped
 * @returns the gradient's norm in each layer, then the update's, [2 · layers]
 */
export function layerNorms(
  tf: Tfjs,
  network: Network,
  { before, after, gradient }: { before: Tensor; after: Tensor; gradient: Tensor },
): Tensor1D {
  const layers = layersOf(network)
  const norms = (vector: Tensor): Tensor[] =>
    layers.map(({ offset, size }) => tf.sqrt(tf.sum(tf.square(tf.slice(vector, [offset], [size])))))
  return tf.stack([...norms(gradient), ...norms(tf.sub(after, before))]) as Tensor1D
}
