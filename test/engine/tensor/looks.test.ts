import { expect, test } from 'vitest'
import { labInProcess, Log } from '../../support/lab.ts'
import { submit } from '../../support/submit.ts'

const workload = 'lenet-fashion-mnist-2000'

test('what a run measures on the test set is a look, also when the run is gone; examples set aside are none', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const log = await Log.of(client)
  const looksNow = async () => (await client.call('data.looks', {})).looks
  const one = { workload, batch: 400, epochs: 1 }
  const judged = await submit(client, [{ ...one, validation: 0.25 }])
  for (const run of await log.over(judged)) expect([run.status, run.error]).toEqual(['done', null])
  expect(await looksNow()).toEqual([])

  const seen = await submit(client, [
    { ...one, set: { lr: 0.1 }, seed: 0 },
    { ...one, set: { lr: 0.1 }, seed: 1 },
    { ...one, set: { lr: 0.2 }, seed: 0 },
  ])
  for (const run of await log.over(seen)) expect(run.final.testAccuracy).toBeGreaterThan(0)
  await client.call('runs.delete', { runIds: seen })
  expect(await looksNow()).toMatchObject([
    { dataset: 'fashion-mnist-2000', workload, settings: 2, runs: 3, experiments: 0 },
  ])

  // Whoever now compares one of the two with a third may have chosen it by what the other two said.
  const compared = await submit(client, [
    { ...one, set: { lr: 0.1 }, seed: 5 },
    { ...one, set: { lr: 0.3 }, seed: 5 },
  ])
  await log.over(compared)
  const { looks } = await client.call('runs.looks', { runIds: compared })
  expect(looks).toEqual([{ workload, settings: 3, before: 1 }])
  const { files } = await client.call('report.make', { runIds: compared, format: 'md', locale: 'en' })
  expect(new TextDecoder().decode(files[0]?.bytes)).toContain('1 other setting of LeNet on a subset')
})
