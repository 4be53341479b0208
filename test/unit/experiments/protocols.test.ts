import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { lookUp } from '../../../src/contract/lookup.ts'
import { expand } from '../../../src/experiments/expand.ts'
import type { Series } from '../../../src/experiments/experiment.ts'
import { protocols } from '../../../src/experiments/protocols.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { costOf, tuningEpochs } from '../../../src/experiments/study.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { schedules } from '../../../src/schedules/index.ts'
import { settleSchedule, withOffset } from '../../../src/schedules/schedule.ts'
import { workloads } from '../../../src/workloads/index.ts'

const all = optimizers.map(({ id }) => id)

const each = protocols.flatMap(({ id, budgets, decide }) =>
  (budgets ?? [undefined]).map((budget) => [`${id} ${budget?.id ?? ''}`, decide, budget?.id] as const),
)
describe.each(each)('%s', (_, decide, budget) => {
  test.each(workloads.map((workload) => [workload.id, workload] as const))(
    'is an experiment on %s',
    (id, workload) => {
      const { epochs, batch } = workload.defaults
      const compared = { optimizers: all, epochs, stepsAnEpoch: Math.ceil(workload.examples / batch) }
      const experiment = readExperiment(
        stringify({ title: 'T', workloads: id, ...decide(compared, budget) }),
        'x',
      )
      const series = expand(experiment)
      expect(new Set(series.map(({ settings }) => settings.optimizer))).toEqual(new Set(all))
      // As much for one as for another.
      const costs = new Set(series.map((one) => JSON.stringify(costOf(experiment, one, workload.examples))))
      expect(costs.size).toBe(1)
    },
  )
})

test('AlgoPerf asks for three studies of five trials, and its targets for 200 trials and 20 runs', () => {
  const read = (id: string) => {
    const protocol = protocols.find((one) => one.id === id) as (typeof protocols)[number]
    const compared = { optimizers: ['sgd', 'adam'], epochs: 10, stepsAnEpoch: 150 }
    const raw = { title: 'T', workloads: 'airfoil', epochs: 10, batch: 10, ...protocol.decide(compared) }
    const experiment = readExperiment(stringify(raw), 'x')
    const [sgd, adam] = expand(experiment)
    expect([sgd?.space, adam?.space]).toEqual([
      { lr: { log: [0.0033, 3] } },
      { lr: { log: [0.000033, 0.03] } },
    ])
    return costOf(experiment, expand(experiment)[0] as Series, 1500)
  }
  expect(read('algoperf')).toEqual({ runs: 3 * 5 + 6, steps: 120 * 10 * 15 + 150 * 10 * 6 })
  // The runs compared leave the test set closed too.
  expect(read('algoperf-targets')).toEqual({ runs: 200 + 20, steps: 120 * 10 * 220 })
})

describe('Crowded Valley', () => {
  const valley = protocols.find(({ id }) => id === 'crowded-valley') as (typeof protocols)[number]
  const read = (epochs: number, budget?: string) => {
    const compared = { optimizers: all, epochs, stepsAnEpoch: 150 }
    const raw = { title: 'T', workloads: 'airfoil', epochs, ...valley.decide(compared, budget) }
    return readExperiment(stringify(raw), 'x')
  }

  test('four budgets: defaults, 25, 50 and 75 trials', () => {
    const trials = valley.budgets?.map(({ id }) => [id, read(30, id).tuning?.trials])
    expect(Object.fromEntries(trials ?? [])).toEqual({
      'one-shot': undefined,
      small: 25,
      medium: 50,
      large: 75,
    })
    expect(read(30).tuning?.trials).toBe(25)
  })

  test('ranges of the study, of every hyperparameter that it tunes', () => {
    const space = (id: string) => read(30).optimizers.find((one) => one.id === id)?.search
    expect(space('sgd')).toEqual({ lr: { log: [1e-4, 1] } })
    expect(space('nesterov')).toEqual({ lr: { log: [1e-4, 1] }, momentum: { log: [0.5, 0.999] } })
    expect(space('rmsprop')).toEqual({ lr: { log: [1e-4, 1] }, rho: { log: [0.5, 0.999] } })
    expect(space('adam')).toEqual({
      lr: { log: [1e-4, 1] },
      beta1: { log: [0.5, 0.999] },
      beta2: { log: [0.8, 0.999] },
    })
  })

  test.each([2, 10, 30, 100])('schedules fit %d epochs', (epochs) => {
    const experiment = read(epochs)
    expect(experiment.schedules.map(({ id }) => id)).toEqual([
      'constant',
      'cosine',
      'cosine-restarts',
      'trapezoid',
    ])
    for (const { id, set, per, offset } of experiment.schedules) {
      const length = per === 'step' ? epochs * 150 : epochs
      const definition = lookUp(schedules, id, 'schedule')
      const rate = withOffset(settleSchedule(definition, set, 1), offset, 1)
      const rates = Array.from({ length }, (_, k) => rate(k))
      // Nothing is trained at no rate, and the whole of the shape is in the training.
      expect(Math.min(...rates)).toBeGreaterThan(0)
      expect(Math.max(...rates)).toBe(1)
      if (id === 'cosine-restarts') expect(rates.filter((one) => one === 1)).toHaveLength(3)
      if (id === 'trapezoid') expect(rates.at(0)).toBeCloseTo(rates.at(-1) as number, 12)
      if (id === 'cosine') expect(rates.at(-1)).toBeLessThan(0.1)
    }
  })
})

test('DeepOBS: 36 rates and ten seeds', () => {
  const deepobs = protocols.find(({ id }) => id === 'deepobs')
  const decided = deepobs?.decide({ optimizers: all, epochs: 2, stepsAnEpoch: 150 })
  const { tuning, seeds } = readExperiment(stringify({ title: 'T', workloads: 'airfoil', ...decided }), 'x')
  expect(tuning && tuningEpochs(tuning, 2)).toBe(72)
  expect(seeds).toEqual([42, 43, 44, 45, 46, 47, 48, 49, 50, 51])
})
