import { findRuntime } from '../../../src/tensorflow/find.ts'
import { loadTensorFlow, type TensorFlow } from '../../../src/tensorflow/load.ts'

/** TensorFlow on the processor, with a fixed number of threads: sums come out in one order. */
export async function tensorFlow(): Promise<TensorFlow> {
  const runtime = await findRuntime()
  if (!runtime) throw new Error('TensorFlow is not installed: run the tests with `npm test`')
  return loadTensorFlow(runtime, { gpu: null, threads: { within: 2, between: 1 } })
}
