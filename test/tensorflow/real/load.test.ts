import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorFlow, type TensorFlow } from '../../../src/tensorflow/load.ts'
import { readRuntime, type Runtime } from '../../../src/tensorflow/runtime.ts'
import { whereIs } from '../../setup/needs.ts'

async function theRuntime(): Promise<Runtime> {
  const reading = await readRuntime(whereIs('tensorflow'))
  if (reading.state !== 'complete') throw new Error(`it is ${reading.state}`)
  return reading.runtime
}

describe('a TensorFlow that is loaded', () => {
  let tensorflow: TensorFlow
  beforeAll(async () => {
    tensorflow = await loadTensorFlow(await theRuntime(), { gpu: null, threads: { within: 1, between: 1 } })
  })

  it('is the backend of tfjs, with its gradients', () => {
    const { tf, binding, backend, device } = tensorflow
    expect([tf.getBackend(), device, tf.backend()]).toEqual(['tensorflow', 'cpu', backend])
    const before = { tensors: tf.memory().numTensors, held: binding.getNumOfTensors() }
    const gradient = tf.tidy(() => {
      const weights = tf.tensor2d([1, 2, 3, 4], [2, 2])
      const loss = (w: Tensor): Tensor => tf.sum(tf.square(tf.matMul(w, tf.tensor2d([1, 1], [2, 1]))))
      return Array.from(tf.grad(loss)(weights).dataSync())
    })
    // d/dw Σ(w·1)² = 2·(row sum), in both columns.
    expect(gradient).toEqual([6, 6, 14, 14])
    expect(tf.memory().numTensors).toBe(before.tensors)
    expect(binding.getNumOfTensors()).toBe(before.held)
  })

  it('gives the binding to whoever calls TensorFlow itself', () => {
    const { binding } = tensorflow
    const ids = [1, 2].map((value) =>
      binding.createTensor([2], binding.TF_FLOAT, new Float32Array([value, 7])),
    )
    const attributes = [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }]
    const [sum] = binding.executeOp('AddV2', attributes, ids, 1)
    expect(sum).toMatchObject({ shape: [2], dtype: binding.TF_FLOAT })
    expect(binding.tensorDataSync(sum?.id ?? -1)).toEqual(new Float32Array([3, 14]))
    for (const id of [...ids, sum?.id ?? -1]) binding.deleteTensor(id)
  })

  it('is the same one when it is asked for again, and the only one in its process', async () => {
    const runtime = await theRuntime()
    expect(await loadTensorFlow(runtime)).toBe(tensorflow)
    await expect(loadTensorFlow({ folder: '/other', binding: '/other/b.node' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

it('loading prints nothing on standard output', async () => {
  const { folder, binding } = await theRuntime()
  const child = fileURLToPath(new URL('../../../src/tensorflow/trial-child.ts', import.meta.url))
  const printed = execFileSync(process.execPath, [child, 'tensorflow', folder, binding], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  expect(printed.trim().split('\n')).toHaveLength(1)
})
