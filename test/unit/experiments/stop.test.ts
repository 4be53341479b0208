import { describe, expect, test } from 'vitest'
import { checkSettings } from '../../../src/experiments/check.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { runSettings } from '../../../src/experiments/settings.ts'
import { stopRule, stopWatch, type StopRule } from '../../../src/experiments/stop.ts'

const rule = (given: Partial<StopRule>): StopRule => stopRule.parse(given)
const losses = (given: Partial<StopRule>, values: readonly (number | null)[]) => {
  const watch = stopWatch(rule(given))
  const all = values.map((trainLoss, epoch) => watch(epoch, { trainLoss }))
  return all.findIndex((one) => one !== null)
}

describe('a rule', () => {
  test('at its target or better, once', () => {
    expect(losses({ target: 0.5 }, [0.9, 0.51, 0.5, 0.1])).toBe(2)
    expect(losses({ target: 0.05 }, [0.9, 0.5])).toBe(-1)
  })

  test('no better for so many epochs; equal is no better, and the first is the best so far', () => {
    expect(losses({ patience: 2 }, [0.9, 0.8, 0.8, 0.81, 0.7])).toBe(3)
    expect(losses({ patience: 1 }, [0.9, 0.9])).toBe(1)
    // Better again: it is counted afresh.
    expect(losses({ patience: 2 }, [0.9, 0.95, 0.8, 0.85, 0.79, 0.8, 0.8])).toBe(6)
  })

  test('minDelta is measured from the best, as Keras and PyTorch Lightning do, not from the epoch before', () => {
    expect(losses({ patience: 2, minDelta: 0.1 }, [1, 0.95, 0.89, 0.85, 0.8])).toBe(4)
    expect(losses({ patience: 2, minDelta: 0.1 }, [1, 0.95, 0.91, 0.5])).toBe(2)
  })

  test('accuracies are better when higher', () => {
    const watch = stopWatch(rule({ metric: 'trainAccuracy', target: 0.9, patience: 2 }))
    const ends = [0.5, 0.6, 0.55, 0.91].map((trainAccuracy, epoch) =>
      watch(epoch, { trainLoss: 1, trainAccuracy }),
    )
    expect(ends).toEqual([null, null, null, { epoch: 3, reason: 'target', value: 0.91 }])
  })

  test('what was not measured says nothing', () => {
    expect(losses({ patience: 1 }, [null, null, null])).toBe(-1)
  })

  test('a run that goes on remembers the epochs before it', () => {
    const values = [0.9, 0.8, 0.85, 0.83, 0.82, 0.81]
    const before = values.slice(0, 4).map((trainLoss, epoch) => ({ epoch, seconds: 0, trainLoss }))
    const watch = stopWatch(rule({ patience: 4 }), before)
    expect(watch(4, { trainLoss: 0.82 })).toBeNull()
    expect(watch(5, { trainLoss: 0.81 })).toEqual({ epoch: 5, reason: 'patience', value: 0.81 })
  })
})

describe('a file', () => {
  const file = (stop: string, workloads = 'airfoil', more = '') =>
    `title: T\nworkloads: ${workloads}\noptimizers: [sgd]\nstop: ${stop}\n${more}`

  test('says when runs end; every one of them', () => {
    const experiment = readExperiment(
      file('{ target: 0.3, patience: 5 }', 'airfoil', 'tuning: { trials: 2 }'),
      'x',
    )
    const [series] = expand(experiment)
    expect(series?.settings.stop).toEqual({ metric: 'trainLoss', target: 0.3, patience: 5 })
  })

  test.each([
    ['{}', /stop: .*a target or a patience/],
    ['{ target: 1, minDelta: 0.1 }', /a patience beside minDelta/],
    ['{ patience: 0 }', /stop\.patience/],
    ['{ patience: 3, metric: loss }', /stop\.metric/],
    ['{ patience: 3, metric: trainAccuracy }', /airfoil has no classes/],
    ['{ patience: 3, metric: validationLoss }', /set no examples aside/],
  ])('%s is refused, with the place', (stop, message) => {
    expect(() => readExperiment(file(stop), 'x.yaml')).toThrow(message)
    expect(() => readExperiment(file(stop), 'x.yaml')).toThrow(/^x\.yaml:4:\d+/)
  })

  test('accuracies to reach are shares, not percent', () => {
    const on = (more: string) => readExperiment(file('{ patience: 3 }', 'lenet-fashion-mnist', more), 'x')
    const stop = '{ metric: trainAccuracy, target: 85 }'
    expect(() => readExperiment(file(stop, 'lenet-fashion-mnist'), 'x')).toThrow(/from 0 to 1/)
    expect(() => on('targets: { testAccuracy: 85 }')).toThrow(/targets\.testAccuracy/)
    expect(() => on('targets: { testAccuracy: 0.85, trainLoss: 1.5 }')).not.toThrow()
  })

  test('the test set ends no run, and it is said why', () => {
    const stop = '{ patience: 3, metric: testAccuracy }'
    expect(() => readExperiment(file(stop, 'lenet-fashion-mnist'), 'x')).toThrow(/chosen by the test set/)
  })
})

test('a single run may stop by the examples that it sets aside', () => {
  const given = { workload: 'airfoil', optimizer: 'sgd', batch: 10, epochs: 2 }
  const stop = { metric: 'validationLoss', patience: 2 }
  expect(() => checkSettings(runSettings.parse({ ...given, stop, validation: 0.2 }))).not.toThrow()
  expect(() => checkSettings(runSettings.parse({ ...given, stop }))).toThrow(/set no examples aside/)
})
