import type { Tensor } from '@tensorflow/tfjs'
import type { Inspection } from '../../contract/inspection.ts'
import { shape } from '../../models/network.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { composed } from './kernels.ts'
import { Model } from './model.ts'
import { exampleSize, type Data, type Judgement } from './stepper.ts'

const mistakesShown = 36

/** What a trained classifier does on the test set, and what its convolutions have learnt. */
export async function inspect(
  tf: Tfjs,
  problem: NetworkProblem,
  data: Data,
  theta: Float32Array,
  judgement: Judgement,
): Promise<Inspection> {
  const test = data.test ?? data.train
  const classes = problem.classes?.length ?? 0
  const confusion = new Int32Array(classes * classes)
  judgement.predicted.forEach((predicted, row) => {
    const at = (test.targets[row] as number) * classes + predicted
    confusion[at] = (confusion[at] as number) + 1
  })
  const wrong = [...judgement.predicted.keys()]
    .filter((row) => judgement.predicted[row] !== test.targets[row])
    .sort((a, b) => (judgement.losses[b] as number) - (judgement.losses[a] as number))
    .slice(0, mistakesShown)
  const size = exampleSize(problem)
  const images = new Uint8Array(wrong.length * size)
  wrong.forEach((row, i) =>
    images.set((test.inputs as Uint8Array).subarray(row * size, (row + 1) * size), i * size),
  )
  return {
    classes,
    confusion,
    mistakes: {
      row: Int32Array.from(wrong),
      label: Int32Array.from(wrong, (row) => test.targets[row] as number),
      predicted: Int32Array.from(wrong, (row) => judgement.predicted[row] as number),
      loss: Float32Array.from(wrong, (row) => judgement.losses[row] as number),
      images,
    },
    filters: filters(problem, theta),
    maps: await maps(tf, problem, theta, (test.inputs as Uint8Array).subarray(0, size)),
    example: (test.inputs as Uint8Array).slice(0, size),
  }
}

/** Kernels of every convolution, [side, side, in, out]. */
function filters({ network }: NetworkProblem, theta: Float32Array): Inspection['filters'] {
  return shape(network)
    .parameters.filter((parameter) => parameter.shape.length === 4)
    .map(({ name, shape: own, offset, size }) => ({
      name,
      shape: [...own],
      values: theta.slice(offset, offset + size),
    }))
}

/** What every layer of pictures makes of one example, [height, width, channels]. */
async function maps(
  tf: Tfjs,
  problem: NetworkProblem,
  theta: Float32Array,
  example: Uint8Array,
): Promise<Inspection['maps']> {
  const model = new Model(tf, composed(tf), problem)
  const outputs = tf.tidy(() => {
    const input = tf.div(tf.tensor(Float32Array.from(example), [1, ...problem.network.input]), 255)
    return model.layers(model.split(tf.tensor1d(theta.slice())), input).filter(({ rank }) => rank === 4)
  })
  const kinds = problem.network.layers.filter(({ kind }) => kind !== 'dense').map(({ kind }) => kind)
  return Promise.all(
    outputs.map(async (output: Tensor, i) => {
      const values = (await output.data()) as Float32Array
      const own = output.shape.slice(1)
      output.dispose()
      return { name: kinds[i] as string, shape: own, values: values.slice() }
    }),
  )
}
