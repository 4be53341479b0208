import { findRuntime } from '../../../src/tensorflow/find.ts'
import { loadTensorFlow, type TensorFlow } from '../../../src/tensorflow/load.ts'

/** TensorFlow on the processor with one thread: sums come out in one order, and tests beside it have a core. */
export async function tensorFlow(): Promise<TensorFlow> {
  const runtime = await findRuntime()
  if (!runtime) throw new Error('TensorFlow is not installed: run the tests with `npm test`')
  return loadTensorFlow(runtime, { gpu: null, threads: { within: 1, between: 1 } })
}
