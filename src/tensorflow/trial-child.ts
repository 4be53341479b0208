/** The process that tries an engine (trial.ts): `tensorflow FOLDER BINDING`, `webgpu` or `portable`. */
import { DescentError } from '../contract/errors.ts'
import { loadTensorFlow, type Tfjs } from './load.ts'
import { openPortable } from './portable.ts'
import type { Trial } from './trial.ts'
import { openWebGpu } from './webgpu.ts'

type Answer = Omit<Trial, 'notes'>

async function tensorFlow(folder: string, binding: string): Promise<Answer> {
  const { tf, device, versions } = await loadTensorFlow({ folder, binding })
  await multiply(tf)
  return { versions, device, name: device === 'gpu' ? 'GPU' : 'CPU' }
}

async function webGpu(): Promise<Answer> {
  const { tf, card, isSoftware, version } = await openWebGpu()
  await multiply(tf)
  return {
    versions: { tfjs: tf.version_core, webgpu: version },
    device: isSoftware ? 'cpu' : 'gpu',
    name: card,
  }
}

async function portable(): Promise<Answer> {
  const tf = await openPortable()
  await multiply(tf)
  return { versions: { tfjs: tf.version_core }, device: 'cpu', name: 'JavaScript' }
}

/** What works has computed something. */
async function multiply(tf: Tfjs): Promise<void> {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])),
  )
  const values = await product.data()
  if (values.join() !== '19,22,43,50')
    throw new Error(`[[1,2],[3,4]] times [[5,6],[7,8]] came out as ${values.join()}`)
}

const engines: Record<string, (folder: string, binding: string) => Promise<Answer>> = {
  tensorflow: tensorFlow,
  webgpu: webGpu,
  portable,
}

const [, , engine = '', folder = '', binding = ''] = process.argv
let code = 0
let text: string
try {
  const answer = await engines[engine]?.(folder, binding)
  text = JSON.stringify(answer)
} catch (error) {
  text = JSON.stringify({ error: DescentError.from(error) })
  code = 1
}
// A graphics driver's threads would keep the process, or bring it down, after its work.
process.stdout.write(`\n${text}\n`, () => process.exit(code))
