import type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { shape, type Layer, type Network, type Parameter } from '../../models/network.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { Kernels } from './kernels.ts'

/** A network's arithmetic over tensors, whatever backend holds them. */
export class Model {
  readonly #tf: Tfjs
  readonly #kernels: Kernels
  readonly #network: Network
  readonly #loss: NetworkProblem['loss']
  readonly #parameters: readonly Parameter[]

  constructor(tf: Tfjs, kernels: Kernels, { network, loss }: Pick<NetworkProblem, 'network' | 'loss'>) {
    this.#tf = tf
    this.#kernels = kernels
    this.#network = network
    this.#loss = loss
    this.#parameters = shape(network).parameters
  }

  /** @param theta [size], all parameters as one vector. @returns the arrays of the layers */
  split(theta: Tensor): Tensor[] {
    // Slices rather than one split: TensorFlow copies nothing where a slice begins at a multiple of 64 bytes.
    return this.#parameters.map(({ offset, size, shape: own }) =>
      this.#tf.reshape(this.#tf.slice(theta, [offset], [size]), [...own]),
    )
  }

  /** The opposite of `split`. */
  join(arrays: readonly Tensor[]): Tensor {
    return this.#tf.concat(arrays.map((array) => this.#tf.reshape<Rank.R1>(array, [array.size])))
  }

  /**
   * @param inputs [n, …input]
   * @returns what every layer gives, activation included; the last are logits or predictions [n, units]
   */
  layers(parameters: readonly Tensor[], inputs: Tensor): Tensor[] {
    const given = parameters.values()
    const next = (): Tensor => given.next().value as Tensor
    let x = inputs
    return this.#network.layers.map((layer) => (x = this.#apply(layer, x, next)))
  }

  /** @param inputs [n, …input]. @returns logits or predictions [n, units] */
  outputs(parameters: readonly Tensor[], inputs: Tensor): Tensor2D {
    return this.layers(parameters, inputs).at(-1) as Tensor2D
  }

  /** Mean loss over the examples. @param targets int32 [n] of classes, or float32 [n] */
  loss(outputs: Tensor2D, targets: Tensor1D): Scalar {
    if (this.#loss === 'cross-entropy') return this.#kernels.crossEntropy(outputs, targets)
    const tf = this.#tf
    return tf.mul(0.5, tf.mean(tf.square(tf.sub(tf.reshape(outputs, [-1]), targets))))
  }

  /** How many examples have their own class first; 0 where there are no classes. */
  hits(outputs: Tensor2D, targets: Tensor1D): Scalar {
    const tf = this.#tf
    if (this.#loss !== 'cross-entropy') return tf.scalar(0)
    return tf.sum(tf.cast(tf.equal(tf.argMax(outputs, 1), targets), 'float32'))
  }

  /** Loss of each example [n], and the class it is taken for, or the value predicted, [n] float32. */
  judge(outputs: Tensor2D, targets: Tensor1D): { losses: Tensor1D; predicted: Tensor1D } {
    const tf = this.#tf
    if (this.#loss !== 'cross-entropy') {
      const predicted = tf.reshape<Rank.R1>(outputs, [-1])
      return { losses: tf.mul(0.5, tf.square(tf.sub(predicted, targets))), predicted }
    }
    const classes = outputs.shape[1]
    const shifted = tf.sub(outputs, tf.max(outputs, 1, true))
    const own = tf.sum(tf.mul(shifted, tf.cast(tf.oneHot(targets, classes), 'float32')), 1)
    const losses = tf.sub<Tensor1D>(tf.log(tf.sum(tf.exp(shifted), 1)), own)
    return { losses, predicted: tf.cast(tf.argMax(outputs, 1), 'float32') }
  }

  #apply(layer: Layer, x: Tensor, next: () => Tensor): Tensor {
    const tf = this.#tf
    if (layer.kind === 'max-pool') return tf.maxPool(x as Tensor4D, layer.size, layer.size, 'valid')
    let y: Tensor
    if (layer.kind === 'convolution') y = tf.conv2d(x as Tensor4D, next() as Tensor4D, 1, layer.padding)
    else {
      const n = x.shape[0]
      const rows = x.rank === 2 ? x : tf.reshape(x, [n, x.size / n])
      y = tf.matMul(rows, next())
    }
    y = this.#kernels.addBias(y, next())
    return layer.activation === 'relu' ? this.#kernels.relu(y) : y
  }
}
