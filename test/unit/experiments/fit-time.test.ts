import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { fewestPairs } from '../../../src/comparison/verdict.ts'
import { expand } from '../../../src/experiments/expand.ts'
import { fitTime, fittedFile, type Fitted } from '../../../src/experiments/fit-time.ts'
import type { Experiment } from '../../../src/experiments/experiment.ts'
import { readExperiment } from '../../../src/experiments/read.ts'
import { costOf } from '../../../src/experiments/study.ts'
import { lookUp } from '../../../src/contract/lookup.ts'
import { Random } from '../../../src/math/random.ts'
import { schedules } from '../../../src/schedules/index.ts'
import { settleSchedule, withOffset } from '../../../src/schedules/schedule.ts'
import { workloads } from '../../../src/workloads/index.ts'

const read = (raw: object): Experiment =>
  readExperiment(stringify({ title: 'T', workloads: 'airfoil', ...raw }), 'x')
const examplesOf = (id: string): number => workloads.find((one) => one.id === id)?.examples ?? expect.fail()
const costs = (experiment: Experiment) =>
  expand(experiment).map((one) => costOf(experiment, one, examplesOf(one.settings.workload)))
/** A step takes a millisecond. */
const seconds = (experiment: Experiment): number =>
  costs(experiment).reduce((sum, { steps }) => sum + steps, 0) / 1000
const fit = (raw: object, share: number): Fitted & { whole: Experiment } => {
  const whole = read(raw)
  return { whole, ...fitTime(whole, share * seconds(whole), seconds) }
}

const lr = { lr: { log: [1e-4, 1] } }
const tuned = {
  seeds: 10,
  epochs: 20,
  tuning: { sampler: 'random', trials: 25 },
  optimizers: [
    { id: 'sgd', search: lr },
    { id: 'adam', search: lr },
  ],
}

describe('what is taken away first', () => {
  test('nothing, where there is time', () => {
    const { cut, fits } = fit(tuned, 1)
    expect({ cut, fits }).toEqual({ cut: { seeds: 10, trials: 25, epochs: 1 }, fits: true })
  })

  test('seeds, down to as many as a verdict needs', () => {
    const { cut, experiment } = fit(tuned, 0.95)
    expect(cut).toMatchObject({ trials: 25, epochs: 1 })
    expect(cut.seeds).toBeLessThan(10)
    expect(cut.seeds).toBeGreaterThanOrEqual(fewestPairs)
    // The first of them: what is there already is used.
    expect(experiment.seeds).toEqual(read(tuned).seeds.slice(0, cut.seeds))
  })

  test('then trials, down to five', () => {
    expect(fit(tuned, 0.5).cut).toMatchObject({ seeds: fewestPairs, epochs: 1 })
    expect(fit(tuned, 0.5).cut.trials).toBeLessThan(25)
  })

  test('then epochs, and what schedules do in them', () => {
    const schedules = [
      { id: 'cosine', set: { maxUpdate: 20, warmupSteps: 2 } },
      { id: 'multistep', set: { milestones: [10, 15] } },
      { id: 'cosine-restarts', set: { firstCycle: 3 } },
      { id: 'trapezoid', set: { rise: 2, hold: 17, decay: 2 }, offset: 1 },
      { id: 'cosine', per: 'step', set: { maxUpdate: 3000 } },
    ]
    const { cut, experiment, fits } = fit({ ...tuned, schedules }, 0.1)
    expect(fits).toBe(true)
    expect(cut).toMatchObject({ seeds: fewestPairs, trials: 5 })
    const share = cut.epochs
    expect(share).toBeLessThan(1)
    expect(experiment.epochs).toBe(20 * share)
    const [cosine, multistep, restarts, trapezoid, steps] = experiment.schedules.map(({ set }) => set)
    expect(cosine).toEqual({ maxUpdate: 20 * share, warmupSteps: Math.floor(2 * share) })
    expect(multistep).toEqual({ milestones: [10 * share, 15 * share] })
    expect(restarts).toEqual({ firstCycle: Math.ceil(3 * share) })
    expect(trapezoid).toMatchObject({ decay: Math.max(1, Math.ceil(2 * share)) })
    expect(steps).toEqual({ maxUpdate: 3000 * share })
  })

  test.each([12, 20, 57, 100])(
    'a trapezoid over %d epochs keeps its last one above a rate of 0',
    (epochs) => {
      const slope = Math.round(epochs / 10)
      const set = { rise: slope, hold: epochs + 1 - 2 * slope, decay: slope }
      const whole = read({ ...tuned, epochs, schedules: [{ id: 'trapezoid', set, offset: 1 }] })
      for (let left = 1; left < epochs; left++) {
        const { experiment } = fitTime(whole, left, (one) => one.epochs ?? NaN)
        expect(experiment.epochs).toBe(left)
        const [trapezoid] = experiment.schedules
        const rate = settleSchedule(lookUp(schedules, 'trapezoid', 'schedule'), trapezoid?.set ?? {}, 1)
        expect(withOffset(rate, 1, 1)(left - 1)).toBeGreaterThan(0)
      }
    },
  )

  test('then the rest; where even that is too long it says so', () => {
    const { cut, fits, experiment } = fit(tuned, 1e-6)
    expect({ cut, fits }).toEqual({ cut: { seeds: 1, trials: 1, epochs: 1 / 20 }, fits: false })
    expect(experiment.epochs).toBe(1)
  })
})

test('a grid keeps a number of trials that is a grid for every optimizer', () => {
  const search = { lr: { log: [1e-4, 1] }, momentum: { values: [0.5, 0.9] } }
  const grid = { ...tuned, tuning: { sampler: 'grid', trials: 24 }, optimizers: [{ id: 'momentum', search }] }
  const { experiment, cut } = fit(grid, 0.5)
  expect(() => expand(experiment)).not.toThrow()
  expect((cut.trials ?? 0) % 2).toBe(0)
})

/** Experiments of every kind, drawn from seeds. */
function drawn(seed: number): object {
  const random = Random.from(seed, 'experiments')
  const upTo = (most: number): number => 1 + Math.floor(random.uniform() * most)
  const searches = random.uniform() < 0.7
  const ids = ['sgd', 'adam', 'momentum', 'rmsprop'].slice(0, upTo(4))
  return {
    workloads: random.uniform() < 0.3 ? ['airfoil', 'lenet-fashion-mnist-2000'] : 'airfoil',
    seeds: upTo(15),
    batch: [10, 32, 100].slice(0, upTo(3)),
    ...(random.uniform() < 0.7 && { epochs: upTo(60) }),
    schedules: [
      'constant',
      { id: 'cosine', set: { maxUpdate: upTo(40) } },
      { id: 'knots', set: { boundaries: [0, upTo(20)], values: [0.1, 0.01] } },
    ].slice(0, upTo(3)),
    ...(searches && {
      tuning: {
        sampler: 'random',
        trials: upTo(40),
        seeds: upTo(2),
        ...(random.uniform() < 0.4 && { halving: { from: upTo(5) } }),
      },
    }),
    optimizers: ids.map((id) => ({
      id,
      ...(searches && { search: lr }),
    })),
  }
}

test.each(Array.from({ length: 24 }, (_, seed) => seed))('experiment %d at any limit', (seed) => {
  const raw = drawn(seed)
  const whole = read(raw)
  const least = seconds(fitTime(whole, 0, seconds).experiment)
  const before = seconds(whole)
  let last = 0
  for (const share of [0.001, 0.02, 0.1, 0.3, 0.6, 0.9, 1]) {
    const limit = share * before
    const fitted = fitTime(whole, limit, seconds)
    expect(fitted.seconds).toBe(seconds(fitted.experiment))
    // Never longer than asked for, unless nothing is that short.
    expect(fitted.fits).toBe(fitted.seconds <= limit)
    if (least <= limit) expect(fitted.fits).toBe(true)
    // More time is never worse used.
    expect(fitted.seconds).toBeGreaterThanOrEqual(last)
    last = fitted.fits ? fitted.seconds : last
    // Alike for every optimizer on a workload, as it was before.
    const ofWorkload = Map.groupBy(expand(fitted.experiment), ({ settings }) => settings.workload)
    for (const [workload, series] of ofWorkload) {
      const budgets = Map.groupBy(series, ({ settings: { optimizer } }) => optimizer)
      const sums = [...budgets.values()].map((own) =>
        JSON.stringify(own.map((one) => costOf(fitted.experiment, one, examplesOf(workload)))),
      )
      expect(new Set(sums).size).toBe(1)
    }
    // The file says the same.
    const file = fittedFile({ title: 'T', ...raw }, fitted, whole, 5)
    const { cutFrom, ...again } = readExperiment(stringify(file), 'x')
    expect(again).toEqual({ ...fitted.experiment, title: 'T' })
    expect(cutFrom).toEqual({
      minutes: 5,
      ...(fitted.cut.seeds < whole.seeds.length && { seeds: whole.seeds.length }),
      ...(fitted.cut.trials !== null &&
        fitted.cut.trials < (whole.tuning?.trials ?? 0) && { trials: whole.tuning?.trials }),
      ...(fitted.cut.epochs < 1 && { epochs: expect.any(Number) as number }),
    })
  }
})

test('what was cut twice says what there was at first', () => {
  const whole = read(tuned)
  const once = fittedFile(tuned, fitTime(whole, 0.9 * seconds(whole), seconds), whole, 10)
  const second = read(once)
  const twice = fittedFile(once, fitTime(second, 0.1 * seconds(whole), seconds), second, 2)
  expect(twice['cutFrom']).toEqual({ minutes: 2, seeds: 10, trials: 25, epochs: 20 })
})
