import type { Inspection } from '../../contract/inspection.ts'
import { shape } from '../../models/network.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { NetworkProblem } from '../../workloads/workload.ts'
import { confidences } from './features.ts'
import { exampleSize, type Data, type Judgement } from './stepper.ts'

/** Enough of each pair of classes to see what they have in common, few enough to travel at once. */
const shownOfPair = 24

/** What a trained classifier does on the test set, and what its first layers have learnt. */
export async function inspect(
  tf: Tfjs,
  problem: NetworkProblem,
  data: Data,
  theta: Float32Array,
  { losses, predicted }: Judgement,
): Promise<Inspection> {
  const test = data.test ?? data.train
  const classes = problem.classes?.length ?? 0
  const pairOf = (row: number): number => (test.targets[row] as number) * classes + (predicted[row] as number)
  const confusion = new Int32Array(classes * classes)
  for (const row of predicted.keys()) count(confusion, pairOf(row))

  const shown = new Int32Array(classes * classes)
  const wrong = [...predicted.keys()]
    .filter((row) => predicted[row] !== test.targets[row])
    .sort((a, b) => (losses[b] as number) - (losses[a] as number))
    .filter((row) => count(shown, pairOf(row)) <= shownOfPair)
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
      predicted: Int32Array.from(wrong, (row) => predicted[row] as number),
      loss: Float32Array.from(wrong, (row) => losses[row] as number),
      confidence: await confidences(tf, problem, theta, images),
      images,
    },
    filters: filters(problem, theta),
  }
}

/** @returns how often it was counted, this time included */
function count(counts: Int32Array, at: number): number {
  return (counts[at] = (counts[at] as number) + 1)
}

/** Kernels of every convolution, [side, side, in, out]; of a dense layer right after the pictures, [height, width, in, out]. */
function filters({ network }: NetworkProblem, theta: Float32Array): Inspection['filters'] {
  return shape(network)
    .parameters.filter((own) => own.shape.length === 4 || (own.offset === 0 && network.input.length === 3))
    .map(({ name, shape: own, offset, size }) => ({
      name,
      shape: own.length === 4 ? [...own] : [...network.input, own.at(-1) as number],
      values: theta.slice(offset, offset + size),
    }))
}
