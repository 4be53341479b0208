import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { expand } from '../../../src/experiments/expand.ts'
import { protocols } from '../../../src/experiments/protocols.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { costOf, tuningEpochs } from '../../../src/experiments/study.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { workloads } from '../../../src/workloads/index.ts'

const all = optimizers.map(({ id }) => id)

describe.each(protocols.map((protocol) => [protocol.id, protocol] as const))('%s', (_, { decide }) => {
  test.each(workloads.map((workload) => [workload.id, workload] as const))(
    'is an experiment on %s',
    (id, workload) => {
      const { epochs, batch } = workload.defaults
      const compared = { optimizers: all, epochs, stepsAnEpoch: Math.ceil(workload.examples / batch) }
      const experiment = readExperiment(stringify({ title: 'T', workloads: id, ...decide(compared) }), 'x')
      const series = expand(experiment)
      expect(new Set(series.map(({ settings }) => settings.optimizer))).toEqual(new Set(all))
      // As much for one as for another.
      const costs = new Set(series.map((one) => JSON.stringify(costOf(experiment, one, workload.examples))))
      expect(costs.size).toBe(1)
    },
  )
})

test('DeepOBS: 36 rates and ten seeds', () => {
  const deepobs = protocols.find(({ id }) => id === 'deepobs')
  const decided = deepobs?.decide({ optimizers: all, epochs: 2, stepsAnEpoch: 150 })
  const { tuning, seeds } = readExperiment(stringify({ title: 'T', workloads: 'airfoil', ...decided }), 'x')
  expect(tuning && tuningEpochs(tuning, 2)).toBe(72)
  expect(seeds).toEqual([42, 43, 44, 45, 46, 47, 48, 49, 50, 51])
})
