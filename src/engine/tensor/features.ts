import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import { DescentError } from '../../contract/errors.ts'
import type { Features } from '../../contract/inspection.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { composed } from './kernels.ts'
import { Model } from './model.ts'
import { exampleSize, judgedAtOnce, type Data } from './stepper.ts'

/**
 * What a trained classifier makes of one test example, layer by layer.
 * @throws DescentError where the test set has no such row
 */
export async function features(
  tf: Tfjs,
  problem: NetworkProblem,
  data: Data,
  theta: Float32Array,
  row: number,
): Promise<Features> {
  const test = data.test ?? data.train
  if (row >= test.count)
    throw new DescentError(
      'invalid-value',
      `row is ${row}, but the test set has ${test.count} examples.`,
      `Give a row from 0 to ${test.count - 1}.`,
    )
  const size = exampleSize(problem)
  const example = (test.inputs as Uint8Array).slice(row * size, (row + 1) * size)
  const model = new Model(tf, composed(tf), problem)
  const { maps, probabilities } = tf.tidy(() => {
    const outputs = model.layers(model.split(tf.tensor1d(theta.slice())), pictures(tf, problem, example))
    return {
      maps: outputs.filter(({ rank }) => rank === 4),
      probabilities: tf.softmax(outputs.at(-1) as Tensor2D),
    }
  })
  const kinds = problem.network.layers.filter(({ kind }) => kind !== 'dense').map(({ kind }) => kind)
  return {
    label: test.targets[row] as number,
    probabilities: await taken(probabilities),
    example,
    maps: await Promise.all(
      maps.map(async (map, i) => {
        const shape = map.shape.slice(1)
        return { name: kinds[i] as string, shape, values: await taken(map) }
      }),
    ),
  }
}

/** Probability of the likeliest class of each of these pictures, [n]. @param images [n, …input] */
export async function confidences(
  tf: Tfjs,
  problem: NetworkProblem,
  theta: Float32Array,
  images: Uint8Array,
): Promise<Float32Array<ArrayBuffer>> {
  const size = exampleSize(problem)
  const count = images.length / size
  const model = new Model(tf, composed(tf), problem)
  const told = new Float32Array(count)
  for (let from = 0; from < count; from += judgedAtOnce) {
    const some = images.subarray(from * size, (from + judgedAtOnce) * size)
    const largest = tf.tidy(() => {
      const outputs = model.outputs(model.split(tf.tensor1d(theta.slice())), pictures(tf, problem, some))
      return tf.max(tf.softmax(outputs), 1)
    })
    told.set(await taken(largest), from)
  }
  return told
}

/** The values, and the tensor is gone. */
async function taken(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  const values = (await tensor.data<'float32'>()).slice()
  tensor.dispose()
  return values
}

/** Bytes as a network sees them, [n, …input]. */
const pictures = (tf: Tfjs, { network }: NetworkProblem, bytes: Uint8Array) =>
  tf.div(
    tf.tensor(Float32Array.from(bytes), [bytes.length / exampleSize({ network }), ...network.input]),
    255,
  )
