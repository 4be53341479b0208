import { expect, test } from 'vitest'
import { labInProcess, Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'

test('a network is judged by pictures that were set aside; the test set stays closed', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const one = { workload: 'softmax-fashion-mnist', optimizer: 'sgd', set: { lr: 0.1 }, batch: 50, epochs: 2 }
  const [id = ''] = await submit(client, [{ ...one, workload: 'lenet-fashion-mnist-2000', validation: 0.25 }])
  const run = await log.status(id, 'done', 'failed')
  expect(run.error).toBe(null)
  expect(run.totalSteps).toBe(2 * 24)
  const { validationLoss = NaN, validationAccuracy = NaN } = run.final
  expect(validationLoss).toBeGreaterThan(0)
  // Of the 1,600 that train 400 judge.
  expect(validationAccuracy * 400).toBeCloseTo(Math.round(validationAccuracy * 400), 6)
  expect(run.final).not.toHaveProperty('testAccuracy')
  const shown = await client.call('runs.show', { runId: id })
  for (const epoch of shown.run.epochs) {
    expect(epoch).not.toHaveProperty('testLoss')
    expect(epoch).not.toHaveProperty('testAccuracy')
  }
  const { epochs } = shown.run
  expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1])
  expect(epochs.at(-1)).toMatchObject({ validationLoss, validationAccuracy })
  expect(epochs[0]?.validationLoss).not.toBe(validationLoss)
  const lowest = Math.min(...epochs.map((epoch) => epoch.validationLoss as number))
  expect(run.best).toMatchObject({
    validationLoss: lowest,
    validationLossEpoch: epochs.findIndex((epoch) => epoch.validationLoss === lowest),
    validationAccuracy: Math.max(...epochs.map((epoch) => epoch.validationAccuracy as number)),
  })
})

test('a network that its last step blew up has diverged, though no batch saw it', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const [id = ''] = await submit(client, [
    { workload: 'lenet-fashion-mnist-2000', set: { lr: 1e38 }, batch: 1200, epochs: 1, validation: 0.25 },
  ])
  const run = await log.status(id, 'done', 'failed', 'diverged')
  expect(run).toMatchObject({ status: 'diverged', error: null, divergence: { step: 1 } })
})

test('the regression is judged alike by both engines', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const one = {
    workload: 'airfoil',
    optimizer: 'sgd',
    set: { lr: 0.05 },
    batch: 10,
    epochs: 2,
    validation: 0.2,
  }
  const ids = await submit(client, [
    { ...one, device: 'auto' },
    { ...one, device: 'portable' },
  ])
  const [plain, tensors] = await log.over(ids)
  expect([plain?.error, tensors?.error]).toEqual([null, null])
  expect(tensors?.provenance?.engine).not.toBe(plain?.provenance?.engine)
  // float32 against float64, from starts of their own: both are near the minimum of a convex loss.
  expect(tensors?.final.validationLoss).toBeCloseTo(plain?.final.validationLoss as number, 2)
  for (const run of [plain, tensors]) {
    const { epochs } = (await client.call('runs.show', { runId: run?.id as string })).run
    expect(epochs).toHaveLength(2)
    expect(epochs.at(-1)?.validationLoss).toBe(run?.final.validationLoss)
    for (const epoch of epochs) expect(Object.keys(epoch)).not.toContain('testLoss')
  }
})
