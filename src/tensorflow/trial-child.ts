/** The process that tries a runtime (trial.ts): `trial-child.ts FOLDER BINDING`. */
import { DescentError } from '../contract/errors.ts'
import { loadTensorFlow } from './load.ts'

const [, , folder = '', binding = ''] = process.argv
try {
  const { tf, device, versions } = await loadTensorFlow({ folder, binding })
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync(),
  )
  if (product.join() !== '19,22,43,50')
    throw new Error(`[[1,2],[3,4]] times [[5,6],[7,8]] came out as ${product.join()}`)
  process.stdout.write(`${JSON.stringify({ ...versions, device })}\n`)
} catch (error) {
  process.stderr.write(`${DescentError.from(error).message}\n`)
  process.exitCode = 1
}
