import { createRequire } from 'node:module'
import type { Tfjs } from './load.ts'

const require = createRequire(import.meta.url)

/** Makes plain JavaScript tfjs's backend in this process: slow, and there on every machine. */
export async function openPortable(): Promise<Tfjs> {
  const tf = require('@tensorflow/tfjs') as Tfjs
  await tf.setBackend('cpu')
  // At its first tensor it would recommend tfjs-node on standard error.
  ;(tf.backend() as { firstUse?: boolean }).firstUse = false
  return tf
}
