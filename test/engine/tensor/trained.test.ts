import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fashionMnist2000 } from '../../../src/datasets/fashion-mnist-2000.ts'
import { namedArrays } from '../../../src/engine/tensor/export.ts'
import { native } from '../../../src/engine/tensor/kernels.ts'
import { Model } from '../../../src/engine/tensor/model.ts'
import { readSafetensors, type NamedArray } from '../../../src/engine/tensor/safetensors.ts'
import { createTensor } from '../../../src/engine/tensor/tensorflow.ts'
import { shape } from '../../../src/models/network.ts'
import type { Inspection } from '../../../src/contract/inspection.ts'
import { leNetOnSubset } from '../../../src/workloads/fashion-mnist.ts'
import type { Examples } from '../../../src/workloads/workload.ts'
import type { LabClient } from '../../../src/lab/connect.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { labContract } from '../../../src/contract/lab.ts'
import { createClient } from '../../../src/transport/client.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { resources } from '../../support/airfoil.ts'
import { Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'
import { tensorFlow } from '../../support/tensor/tensorflow.ts'

const { network } = leNetOnSubset
const folder = mkdtempSync(join(tmpdir(), 'descent-trained-'))
let lab: Lab
let client: LabClient
let runId: string
let testAccuracy: number
let pictures: Examples
let arrays: NamedArray[]

beforeAll(async () => {
  lab = new Lab({ places: { home: join(folder, 'home'), cache: join(folder, 'cache'), resources } })
  const [near, far] = memoryChannels()
  lab.connect(far)
  client = createClient(labContract, near)
  const log = await Log.of(client)
  const settings = { workload: leNetOnSubset.id, optimizer: 'adam', batch: 32, epochs: 3 }
  runId = (await submit(client, [settings]))[0] as string
  const run = await log.status(runId, 'done')
  testAccuracy = run.final.testAccuracy as number
  const files = await Promise.all(
    fashionMnist2000.files.map(async ({ name, bundled = '' }) => [
      name,
      gunzipSync(await readFile(join(resources, bundled))),
    ]),
  )
  pictures = network.build(Object.fromEntries(files) as Record<string, Uint8Array>).test as Examples
  const { files: exported } = await client.call('runs.export', { runId, format: 'safetensors' })
  arrays = readSafetensors(exported[0]?.bytes as Uint8Array)
})
afterAll(async () => {
  await lab.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Classes that arrays of the network give the test pictures. */
async function classes(given: readonly NamedArray[]): Promise<Int32Array> {
  const { tf, backend } = await tensorFlow()
  return tf.tidy(() => {
    const model = new Model(tf, native(tf, backend), network)
    const weights = given.map(({ shape: own, values }) => tf.tensor(values, [...own]))
    const inputs = tf.tensor(Float32Array.from(pictures.inputs), [pictures.count, 28, 28, 1])
    return tf.argMax(model.outputs(weights, tf.div(inputs, 255)), 1).dataSync() as Int32Array
  })
}

const accuracyOf = (predicted: ArrayLike<number>): number =>
  Array.from(predicted).filter((one, i) => one === pictures.targets[i]).length / pictures.count

test('safetensors hold the network that was trained, by name and shape', async () => {
  const named = shape(network.network).parameters
  expect(arrays.map(({ name, shape: own }) => [name, own])).toEqual(
    named.map(({ name, shape: own }) => [name, own]),
  )
  expect(accuracyOf(await classes(arrays))).toBeCloseTo(testAccuracy, 6)
  // And back in: the vector that training goes on from is the same.
  const theta = Float32Array.from(arrays.flatMap(({ values }) => [...values]))
  expect(namedArrays(network, theta)).toEqual(arrays)
})

test('Keras weights are read back as the same arrays', async () => {
  const { files } = await client.call('runs.export', { runId, format: 'keras' })
  const path = join(folder, files[0]?.name as string)
  writeFileSync(path, files[0]?.bytes as Uint8Array)
  const { ready, File } = await import('h5wasm/node')
  await ready
  const file = new File(path, 'r')
  const read = (at: string): unknown => (file.get(at) as { value: unknown }).value
  expect(read('layers/conv2d/vars/0')).toEqual(arrays[0]?.values)
  expect(read('layers/conv2d_1/vars/1')).toEqual(arrays[3]?.values)
  expect(read('layers/dense_2/vars/0')).toEqual(arrays[8]?.values)
  file.close()
})

test('a SavedModel takes any number of pictures and gives what the network gives', async () => {
  const { files } = await client.call('runs.export', { runId, format: 'saved-model' })
  const path = join(folder, 'saved')
  await import('node:fs/promises').then(({ mkdir }) => mkdir(path, { recursive: true }))
  writeFileSync(join(path, files[0]?.name as string), files[0]?.bytes as Uint8Array)
  const { binding } = await tensorFlow()
  const model = binding.loadSavedModel(path, 'serve')
  const expected = await classes(arrays)
  for (const count of [1, 37]) {
    const inputs = Float32Array.from(pictures.inputs.subarray(0, count * 784), (byte) => byte / 255)
    const id = createTensor(binding, 'float', [count, 28, 28, 1], inputs)
    const [output] = binding.runSavedModel(model, [id], 'inputs:0', 'outputs:0')
    const logits = binding.tensorDataSync(output?.id as number) as Float32Array
    expect(output?.shape).toEqual([count, 10])
    for (let i = 0; i < count; i++) {
      const own = [...logits.subarray(10 * i, 10 * i + 10)]
      expect(own.indexOf(Math.max(...own))).toBe(expected[i])
    }
    binding.deleteTensor(id)
    binding.deleteTensor(output?.id as number)
  }
  binding.deleteSavedModel(model)
})

test('an inspection counts what was mistaken for what', async () => {
  const seen: Inspection = await client.call('runs.inspect', { runId })
  const predicted = await classes(arrays)
  const confusion = new Int32Array(100)
  predicted.forEach((one, i) => {
    const at = (pictures.targets[i] as number) * 10 + one
    confusion[at] = (confusion[at] as number) + 1
  })
  expect(seen.confusion).toEqual(confusion)
  const { row, label, predicted: taken, loss, images } = seen.mistakes
  expect(row.length).toBe(36)
  row.forEach((at, i) => {
    expect([label[i], taken[i]]).toEqual([pictures.targets[at], predicted[at]])
    expect(images.subarray(784 * i, 784 * (i + 1))).toEqual(
      pictures.inputs.subarray(784 * at, 784 * (at + 1)),
    )
    if (i > 0) expect(loss[i]).toBeLessThanOrEqual(loss[i - 1] as number)
  })
  expect(seen.filters.map(({ shape: own }) => own)).toEqual([
    [5, 5, 1, 6],
    [5, 5, 6, 16],
  ])
  expect(seen.filters[0]?.values).toEqual(arrays[0]?.values)
  expect(seen.maps.map(({ name, shape: own }) => [name, own])).toEqual([
    ['convolution', [28, 28, 6]],
    ['max-pool', [14, 14, 6]],
    ['convolution', [10, 10, 16]],
    ['max-pool', [5, 5, 16]],
  ])
  // The pool keeps the largest of four.
  const [conv, pool] = seen.maps
  expect(pool?.values[0]).toBe(Math.max(...[0, 6, 28 * 6, 29 * 6].map((at) => conv?.values[at] as number)))
})

test('a run of plain arrays has no network to look at', async () => {
  const [id = ''] = await submit(client, [{ epochs: 1 }])
  await (
    await Log.of(client)
  ).until(async () => (await client.call('runs.show', { runId: id })).run.status === 'done')
  await expect(client.call('runs.inspect', { runId: id })).rejects.toMatchObject({ code: 'unsupported' })
})
