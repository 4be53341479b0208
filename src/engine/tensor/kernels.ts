import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import type { TensorFlowBackend } from '../../tensorflow/binding.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import { execute } from './tensorflow.ts'

/** The few operations whose gradients tfjs composes of several passes, where TensorFlow has one. */
export interface Kernels {
  /** max(x, 0) */
  relu(x: Tensor): Tensor
  /** x [… , c] + b [c] */
  addBias(x: Tensor, b: Tensor): Tensor
  /** Mean cross-entropy of logits [n, classes] and class numbers int32 [n]. */
  crossEntropy(logits: Tensor2D, labels: Tensor1D): Scalar
}

/** Composed of tfjs's own operations: for any backend. */
export function composed(tf: Tfjs): Kernels {
  return {
    relu: (x) => tf.relu(x),
    addBias: (x, b) => tf.add(x, b),
    crossEntropy(logits, labels) {
      const [n, classes] = logits.shape
      return tf.customGrad((...given) => {
        const [x, save] = given as unknown as [Tensor, (tensors: Tensor[]) => void]
        const chosen = tf.cast(tf.oneHot(labels, classes), 'float32')
        // Shifted by its largest, so that no exponential overflows.
        const shifted = tf.sub(x, tf.max(x, 1, true))
        const exponentials = tf.exp(shifted)
        const sums = tf.sum(exponentials, 1, true)
        save([tf.sub(tf.div(exponentials, sums), chosen)])
        const value = tf.mean(tf.sub(tf.log(tf.reshape(sums, [n])), tf.sum(tf.mul(shifted, chosen), 1)))
        const gradFunc = (dy: Tensor, [each]: Tensor[]): Tensor => tf.mul(each as Tensor, tf.div(dy, n))
        return { value, gradFunc }
      })(logits) as Scalar
    },
  }
}

/** TensorFlow's own kernels for value and gradient. */
export function native(tf: Tfjs, backend: TensorFlowBackend): Kernels {
  const float = { type: 'float' } as const
  return {
    relu: (x) =>
      tf.customGrad((...given) => {
        const [input, save] = given as unknown as [Tensor, (tensors: Tensor[]) => void]
        const [value] = execute(backend, 'Relu', { T: float }, [input]) as [Tensor]
        save([value])
        const gradFunc = (dy: Tensor, [y]: Tensor[]): Tensor =>
          execute(backend, 'ReluGrad', { T: float }, [dy, y as Tensor])[0] as Tensor
        return { value, gradFunc }
      })(x),
    addBias: (x, b) =>
      tf.customGrad((...given) => {
        const [input, bias] = given as unknown as [Tensor, Tensor]
        const [value] = execute(backend, 'BiasAdd', { T: float }, [input, bias]) as [Tensor]
        const gradFunc = (dy: Tensor): Tensor[] => [
          dy,
          ...execute(backend, 'BiasAddGrad', { T: float }, [dy]),
        ]
        return { value, gradFunc }
      })(x, b),
    crossEntropy: (logits, labels) =>
      tf.customGrad((...given) => {
        const [x, save] = given as unknown as [Tensor, (tensors: Tensor[]) => void]
        const types = { T: float, Tlabels: { type: 'int32' } } as const
        const op = 'SparseSoftmaxCrossEntropyWithLogits'
        const [losses, gradients] = execute(backend, op, types, [x, labels], 2) as [Tensor, Tensor]
        save([gradients])
        const n = logits.shape[0]
        const gradFunc = (dy: Tensor, [each]: Tensor[]): Tensor => tf.mul(each as Tensor, tf.div(dy, n))
        return { value: tf.mean(losses), gradFunc }
      })(logits) as Scalar,
  }
}
