import { expect, test } from 'vitest'
import { labInProcess, Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'

test('a network stopped by the examples set aside is the whole run up to there', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const one = {
    workload: 'lenet-fashion-mnist-2000',
    optimizer: 'sgd',
    set: { lr: 0.1 },
    batch: 200,
    validation: 0.25,
  }
  const [whole = ''] = await submit(client, [{ ...one, epochs: 6 }])
  await log.status(whole, 'done', 'failed')
  const { run: full } = await client.call('runs.show', { runId: whole })
  const target = full.epochs[2]?.validationLoss ?? expect.fail(JSON.stringify(full.error))
  const epoch = full.epochs.findIndex(({ validationLoss = NaN }) => validationLoss <= target)

  const stop = { metric: 'validationLoss', target } as const
  const [id = ''] = await submit(client, [{ ...one, epochs: 6, stop }])
  const run = await log.status(id, 'done', 'failed')
  expect(run.stopped).toEqual({ epoch, reason: 'target', value: full.epochs[epoch]?.validationLoss })
  expect(run.steps).toBe(((epoch + 1) * full.steps) / 6)
  const shown = await client.call('runs.show', { runId: id })
  const measured = (epochs: typeof full.epochs) => epochs.map(({ seconds: _, ...rest }) => rest)
  expect(measured(shown.run.epochs)).toEqual(measured(full.epochs.slice(0, epoch + 1)))

  // What was kept of it is a network that has learnt so much: the same as one of so many epochs.
  const [short = ''] = await submit(client, [{ ...one, epochs: epoch + 1 }])
  await log.status(short, 'done')
  const weights = async (runId: string) =>
    (await client.call('runs.export', { runId, format: 'safetensors' })).files[0]?.bytes
  expect(await weights(id)).toEqual(await weights(short))
})
