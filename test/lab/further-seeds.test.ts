import { expect, test, vi } from 'vitest'
import type { LabClient } from '../../src/lab/connect.ts'
import type { RunSummary } from '../../src/experiments/run.ts'
import { labInProcess } from '../support/lab.ts'
import { submit as submitRuns } from '../support/submit.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

const plain = `
title: Two
workloads: airfoil
epochs: 1
seeds: 2
optimizers: [sgd, { id: momentum, set: { lr: 0.02 } }]
`
const tuned = `
title: Tuned
workloads: airfoil
epochs: 1
seeds: 2
tuning: { sampler: grid, trials: 3, validation: 0.2 }
optimizers:
  - { id: sgd, search: { lr: { log: [1.0e-3, 0.1] } } }
  - { id: momentum, set: { lr: 0.02 } }
`

async function finished(client: LabClient, experimentId: string): Promise<RunSummary[]> {
  await until(async () => (await client.call('experiments.study', { experimentId })).left === 0)
  const { runs } = await client.call('runs.list', {})
  return runs.filter((run) => run.experimentId === experimentId)
}
const begin = (client: LabClient, text: string) =>
  client.call('experiments.submit', { text, name: 'two.yaml' })
const reportOf = async (client: LabClient, runs: readonly RunSummary[]): Promise<string> => {
  const runIds = runs.map(({ id }) => id)
  const { files } = await client.call('report.make', { runIds, format: 'md', locale: 'en' })
  return new TextDecoder().decode(files[0]?.bytes)
}

test('further seeds join the experiment and say after how many results; its file stays as it was', async () => {
  const client = labInProcess().connect()
  const { experimentId } = await begin(client, plain)
  await finished(client, experimentId)
  const before = (await client.call('experiments.list', {})).experiments
  const { runIds } = await client.call('experiments.extend', { experimentId, seeds: 2 })
  const runs = await finished(client, experimentId)
  expect(runs).toHaveLength(8)
  const added = runs.filter(({ id }) => runIds.includes(id))
  expect(added.map(({ series, settings, added }) => [series, settings.seed, added]).sort()).toEqual(
    [...new Set(runs.map(({ series }) => series))]
      .flatMap((series) => [2, 3].map((seed) => [series, seed, { seen: 4 }]))
      .sort(),
  )
  expect((await client.call('experiments.list', {})).experiments).toEqual(before)
  const report = await reportOf(client, runs)
  expect(report).toContain('# Two')
  expect(report).toContain('Seeds 2, 3 were added after the first results were seen.')
})

test('asked for twice at once they are not there twice', async () => {
  const client = labInProcess().connect()
  const { experimentId } = await begin(client, plain)
  await finished(client, experimentId)
  const twice = [1, 2].map(() => client.call('experiments.extend', { experimentId, seeds: 1 }))
  await Promise.all(twice)
  const seeds = (await finished(client, experimentId)).map(({ series, settings }) => [series, settings.seed])
  expect(new Set(seeds.map(String)).size).toBe(seeds.length)
  expect(seeds).toHaveLength(8)
})

test('of an experiment that tuned they are final runs of what was found', async () => {
  const client = labInProcess().connect()
  const { experimentId } = await begin(client, tuned)
  const before = await finished(client, experimentId)
  const found = before.find(({ study }) => study?.stage === 'final' && study.contestant === 0)
  const { runIds } = await client.call('experiments.extend', {
    experimentId,
    runs: [{ ...found?.settings, workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 1, seed: 9 }],
    detached: true,
  })
  // Not over: left says so although the file's own seeds are.
  const runs = await finished(client, experimentId)
  const own = runs.find(({ id }) => id === runIds[0])
  expect(own).toMatchObject({
    status: 'done',
    study: found?.study,
    series: found?.series,
    added: { seen: 4 },
  })
  expect(await reportOf(client, runs)).toContain('Seeds 9 were added')
  expect(await reportOf(client, runs)).toMatch(/## Tuning/)
})

test('what is no further seed of the experiment is refused, and nothing of the request is run', async () => {
  const client = labInProcess().connect()
  const { experimentId } = await begin(client, plain)
  const runs = await finished(client, experimentId)
  const settings = { ...(runs[0] as RunSummary).settings }
  const ask = (more: { runs: RunSummary['settings'][] }, id = experimentId) =>
    client.call('experiments.extend', { experimentId: id, ...more })
  const further = { ...settings, seed: 7 }
  await expect(ask({ runs: [further] }, 'none')).rejects.toMatchObject({ code: 'not-found' })
  await expect(ask({ runs: [further, { ...further, epochs: 3 }] })).rejects.toMatchObject({
    code: 'invalid-value',
  })
  await expect(ask({ runs: [further, settings] })).rejects.toMatchObject({ code: 'conflict' })
  await expect(ask({ runs: [further, further] })).rejects.toMatchObject({ code: 'conflict' })
  await expect(client.call('experiments.extend', { experimentId })).rejects.toMatchObject({ code: 'usage' })
  expect(await finished(client, experimentId)).toHaveLength(runs.length)
})

test('there are none before the tuning has found what is compared', async () => {
  const client = labInProcess({ workers: 1 }).connect()
  const busy = await submitRuns(client, [{ epochs: 100_000 }], true)
  const text = tuned.replace(/\n {2}- \{ id: momentum.*\n/, '\n')
  const { experimentId } = await client.call('experiments.submit', { text, name: 'tuned.yaml' })
  await expect(client.call('experiments.extend', { experimentId, seeds: 1 })).rejects.toMatchObject({
    code: 'conflict',
  })
  await client.call('runs.cancel', { runIds: busy })
})
