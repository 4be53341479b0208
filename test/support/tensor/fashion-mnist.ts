import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fashionMnist } from '../../../src/datasets/fashion-mnist.ts'
import type { Data } from '../../../src/engine/tensor/stepper.ts'
import { leNet } from '../../../src/workloads/fashion-mnist.ts'

/** The whole of Fashion-MNIST, from where the tests' needs found it. */
export function fashionMnistData(): Data {
  const folder = process.env['DESCENT_TEST_DATASETS']
  if (!folder) throw new Error('DESCENT_TEST_DATASETS is not set: run the tests with `npm test`')
  return leNet.network.build(
    Object.fromEntries(
      fashionMnist.files.map(({ name }) => [name, gunzipSync(readFileSync(join(folder, name)))]),
    ),
  )
}
