import { createHash } from 'node:crypto'
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
import { readSafetensors, writeSafetensors, type NamedArray } from '../../../src/models/safetensors.ts'
import { createTensor } from '../../../src/engine/tensor/tensorflow.ts'
import { shape } from '../../../src/models/network.ts'
import type { Features, Inspection } from '../../../src/contract/inspection.ts'
import { leNetOnSubset } from '../../../src/workloads/fashion-mnist.ts'
import type { Examples } from '../../../src/workloads/workload.ts'
import type { LabClient } from '../../../src/lab/connect.ts'
import { openDatabase } from '../../../src/lab/library/database.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { labContract } from '../../../src/contract/lab.ts'
import { createClient } from '../../../src/transport/client.ts'
import { memoryChannels } from '../../../src/transport/memory.ts'
import { resources } from '../../support/airfoil.ts'
import { Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'
import { until } from '../../support/until.ts'
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

test('of a run that is done the library keeps the weights, and not what its rule remembered', () => {
  const db = openDatabase(join(folder, 'home'))
  const row = db
    .prepare<[string], { bytes: number }>('SELECT length(data) AS bytes FROM checkpoints WHERE run_id = ?')
    .get(runId)
  db.close()
  const weights = 4 * shape(network.network).size
  expect(row?.bytes).toBeGreaterThan(weights)
  expect(row?.bytes).toBeLessThan(weights + 2000) // Adam's two moments would be twice as much again
})

test('weights that were exported start another run: what it evaluates is the same to the bit', async () => {
  const { files } = await client.call('runs.export', { runId, format: 'safetensors' })
  const bytes = files[0]?.bytes as Uint8Array<ArrayBuffer>
  const start = await client.call('weights.add', { workload: leNetOnSubset.id, bytes })
  expect(start.weights).toBe(createHash('sha256').update(bytes).digest('hex'))
  // Steps of next to nothing: a float32 weight of any size keeps its last bit.
  const settings = { workload: leNetOnSubset.id, optimizer: 'sgd', set: { lr: 1e-30 }, batch: 32, epochs: 1 }
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [{ ...settings, ...start }])
  await log.status(id, 'done')
  const { run } = await client.call('runs.show', { runId: id })
  const first = (await client.call('runs.show', { runId })).run
  expect(run.name).toBe(`SGD lr 1e-30 · from weights ${start.weights.slice(0, 7)}, seed 0`)
  expect(run.epochs[0]?.testLoss).toBe(first.epochs.at(-1)?.testLoss)
  expect(run.final.testAccuracy).toBe(testAccuracy)
  const again = await client.call('runs.export', { runId: id, format: 'safetensors' })
  expect(readSafetensors(again.files[0]?.bytes as Uint8Array)).toEqual(arrays)
  expect(await client.call('runs.inspect', { runId: id })).toEqual(
    await client.call('runs.inspect', { runId }),
  )
})

test('weights of another network are refused, array by array', async () => {
  const wrong = arrays.map((array) =>
    array.name === 'conv1.weight' ? { ...array, shape: [6, 1, 5, 5] } : array,
  )
  const bytes = writeSafetensors(
    [...wrong.slice(0, -1), { name: 'extra', shape: [1], values: new Float32Array(1) }],
    {},
  )
  const add = (workload: string) => client.call('weights.add', { workload, bytes })
  await expect(add(leNetOnSubset.id)).rejects.toMatchObject({
    code: 'invalid-value',
    message:
      'The weights are not those of this network: conv1.weight is [6, 1, 5, 5], not [5, 5, 1, 6]; dense3.bias [10] is missing; extra [1] is of no layer.',
  })
  await expect(add('airfoil')).rejects.toMatchObject({ code: 'unsupported' })
  const settings = { workload: leNetOnSubset.id, optimizer: 'sgd', batch: 32, epochs: 1 }
  await expect(submit(client, [{ ...settings, weights: 'ab'.repeat(32) }])).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('another initialiser is another start, which a resumed run keeps', async () => {
  const settings = { workload: leNetOnSubset.id, optimizer: 'sgd', set: { lr: 0.05 }, batch: 32, epochs: 6 }
  const log = await Log.of(client)
  const [halted = ''] = await submit(client, [{ ...settings, initialiser: 'xavier' }])
  await until(async () => (await client.call('runs.show', { runId: halted })).run.steps > 0)
  await client.call('runs.pause', { runIds: [halted] })
  await client.call('runs.resume', { runIds: [halted] })
  const others = await submit(client, [{ ...settings, initialiser: 'xavier' }, settings])
  for (const id of [halted, ...others]) await log.status(id, 'done')
  const shown = await Promise.all([halted, ...others].map((id) => client.call('runs.show', { runId: id })))
  const [resumed, whole, plain] = shown.map(({ run }) => run)
  expect(resumed?.name).toBe('SGD lr 0.05 · xavier start, seed 0')
  expect(resumed?.settings.initialiser).toBe('xavier')
  expect(resumed?.final).toEqual(whole?.final)
  expect(plain?.final).not.toEqual(whole?.final)
  await expect(submit(client, [{ initialiser: 'xavier' }])).rejects.toMatchObject({ code: 'invalid-value' })
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
  const { row, label, predicted: taken, loss, confidence, images } = seen.mistakes
  const expected = confusion.reduce((sum, n, at) => sum + (at % 11 === 0 ? 0 : Math.min(n, 24)), 0)
  expect(row.length).toBe(expected)
  expect(expected).toBeGreaterThan(36)
  row.forEach((at, i) => {
    expect([label[i], taken[i]]).toEqual([pictures.targets[at], predicted[at]])
    expect(images.subarray(784 * i, 784 * (i + 1))).toEqual(
      pictures.inputs.subarray(784 * at, 784 * (at + 1)),
    )
    if (i > 0) expect(loss[i]).toBeLessThanOrEqual(loss[i - 1] as number)
    // What it gives the class itself is exp(-loss): less than what the one it took it for has.
    expect(confidence[i]).toBeGreaterThanOrEqual(Math.exp(-(loss[i] as number)))
    expect((confidence[i] as number) + Math.exp(-(loss[i] as number))).toBeLessThanOrEqual(1 + 1e-5)
  })
  expect(seen.filters.map(({ shape: own }) => own)).toEqual([
    [5, 5, 1, 6],
    [5, 5, 6, 16],
  ])
  expect(seen.filters[0]?.values).toEqual(arrays[0]?.values)
})

test('norms of gradient and update are kept for each point of the curve, layer by layer', async () => {
  const { layers, step, gradient, update } = await client.call('runs.norms', { runId })
  expect(layers).toEqual(['conv1', 'conv2', 'dense1', 'dense2', 'dense3'])
  const { metrics } = await client.call('runs.show', { runId })
  expect(step).toEqual(metrics.step)
  expect([gradient.length, update.length]).toEqual([5, 5])
  for (const column of [...gradient, ...update]) {
    expect(column).toHaveLength(step.length)
    for (const norm of column) expect(norm > 0 && norm < 100).toBe(true)
  }
})

test('layer by layer, what the network makes of a picture', async () => {
  const row = 7
  const seen: Features = await client.call('runs.features', { runId, row })
  expect(seen.example).toEqual(pictures.inputs.slice(784 * row, 784 * (row + 1)))
  expect(seen.label).toBe(pictures.targets[row])
  expect(seen.probabilities.indexOf(Math.max(...seen.probabilities))).toBe((await classes(arrays))[row])
  expect(seen.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  expect(seen.maps.map(({ name, shape: own }) => [name, own])).toEqual([
    ['convolution', [28, 28, 6]],
    ['max-pool', [14, 14, 6]],
    ['convolution', [10, 10, 16]],
    ['max-pool', [5, 5, 16]],
  ])
  // The pool keeps the largest of four.
  const [conv, pool] = seen.maps
  expect(pool?.values[0]).toBe(Math.max(...[0, 6, 28 * 6, 29 * 6].map((at) => conv?.values[at] as number)))

  await expect(client.call('runs.features', { runId, row: 400 })).rejects.toMatchObject({
    code: 'invalid-value',
    remedy: 'Give a row from 0 to 399.',
  })
})

test('a run of plain arrays has no network to look at', async () => {
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [{ epochs: 1 }])
  await log.status(id, 'done')
  await expect(client.call('runs.inspect', { runId: id })).rejects.toMatchObject({ code: 'unsupported' })
  expect(await client.call('runs.norms', { runId: id })).toMatchObject({ layers: [], gradient: [] })
})
