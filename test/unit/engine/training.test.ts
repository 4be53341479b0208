import { describe, expect, test } from 'vitest'
import { readCheckpoint, writeCheckpoint } from '../../../src/engine/direct/checkpoint.ts'
import { planRun, type PlannedRun } from '../../../src/engine/direct/plan.ts'
import { Training, type Outcome } from '../../../src/engine/direct/training.ts'
import { epochResults, type EpochResult } from '../../../src/experiments/run.ts'
import { stopWatch } from '../../../src/experiments/stop.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { airfoil } from '../../../src/workloads/airfoil.ts'
import type { DirectProblem } from '../../../src/workloads/workload.ts'
import { airfoilProblem, settings } from '../../support/airfoil.ts'
import { bits, joined } from '../../support/columns.ts'

type Given = Parameters<typeof settings>[0]
const problem = airfoilProblem()

const plan = (given: Given, clock: () => number = () => 0, of: DirectProblem = problem): PlannedRun =>
  planRun(settings(given), airfoil, of, clock)

interface Measured {
  outcome: Outcome
  points: ReturnType<Training['points']['take']>
  epochs: ReturnType<Training['epochs']['take']>
  theta: Float64Array
  best: { step: number; trainLoss: number }
}

function undisturbed(given: Given): Measured {
  const planned = plan(given)
  const training = new Training(planned.plan, planned.start())
  const outcome = training.advance(Infinity)
  const { theta, best } = training.state
  return { outcome, points: training.points.take(), epochs: training.epochs.take(), theta, best }
}

/** Trains in slices as small as there are, each continued by a new `Training` from the checkpoint's bytes. */
function interrupted(given: Given): Measured & { slices: number } {
  const planned = plan(given)
  const points = []
  const epochs = []
  let state = planned.start()
  for (let slices = 1; ; slices++) {
    const training = new Training(planned.plan, state)
    const outcome = training.advance(0)
    points.push(training.points.take())
    epochs.push(training.epochs.take())
    if (outcome.status !== 'unfinished') {
      const { theta, best } = training.state
      return { outcome, points: joined(points), epochs: joined(epochs), theta, best, slices }
    }
    // As the library keeps them: bytes at no particular address.
    const bytes = writeCheckpoint(planned.program, training.state)
    const stored = new Uint8Array(bytes.length + 3)
    stored.set(bytes, 3)
    state = readCheckpoint(planned.program, stored.subarray(3))
  }
}

const same = (a: Measured, b: Measured): void => {
  expect(b.outcome).toEqual(a.outcome)
  expect(bits(b.points)).toEqual(bits(a.points))
  expect(bits(b.epochs)).toEqual(bits(a.epochs))
  expect(bits({ theta: b.theta })).toEqual(bits({ theta: a.theta }))
  expect(b.best).toEqual(a.best)
}

test('one seed is one run, bit for bit; another seed is another', () => {
  const given = { optimizer: 'adam', set: { lr: 0.01 }, batch: 32, epochs: 3 } satisfies Given
  const first = undisturbed({ ...given, seed: 7 })
  same(first, undisturbed({ ...given, seed: 7 }))
  expect(bits(undisturbed({ ...given, seed: 8 }).points)).not.toEqual(bits(first.points))
})

describe('a run resumed from checkpoints is the undisturbed one, bit for bit', () => {
  const rates = {
    'no schedule': {},
    'cosine per epoch': {
      schedule: { id: 'cosine', set: { final: 0.0001, maxUpdate: 3, 'warmup.steps': 2 } },
    },
    'knots per step': {
      schedule: {
        id: 'knots',
        set: { boundaries: [0, 30, 400], values: [0, 0.02, 0.001] },
        per: 'step' as const,
      },
    },
    'inverse-power per step, offset −3': {
      schedule: { id: 'inverse-power', set: { scale: 0.1, power: 0.5 }, per: 'step' as const, offset: -3 },
    },
  }
  for (const { id } of optimizers)
    test.each(Object.entries(rates))(`${id}, %s`, (_, rate) => {
      // Batch 7 leaves a last batch of 2 and slices that end within epochs.
      const given = { optimizer: id, batch: 7, epochs: 3, seed: 5, ...rate } satisfies Given
      const resumed = interrupted(given)
      expect(resumed.slices).toBeGreaterThan(5)
      same(undisturbed(given), resumed)
    })

  test('with examples set aside', () => {
    const given = { optimizer: 'adam', batch: 7, epochs: 3, validation: 0.25 } satisfies Given
    const whole = undisturbed(given)
    same(whole, interrupted(given))
    expect(whole.epochs.validationLoss).toHaveLength(3)
  })

  test('with modifiers and a rule that starts late', () => {
    const set = { lr: 0.01, t0: 100, weightDecay: 0.01, clipNorm: 0.5, clipValue: 0.4 }
    const given = { optimizer: 'asgd', set, batch: 7, epochs: 3 } satisfies Given
    same(undisturbed(given), interrupted(given))
  })
})

test('a checkpoint of another rule is refused', () => {
  const adam = plan({ optimizer: 'adam' })
  const momentum = plan({ optimizer: 'momentum' })
  const bytes = writeCheckpoint(adam.program, adam.start())
  expect(() => readCheckpoint(momentum.program, bytes)).toThrow(/adam/)
})

describe('divergence', () => {
  test('keeps the last finite point and no NaN', () => {
    const { outcome, points, epochs } = undisturbed({ set: { lr: 10 } })
    if (outcome.status !== 'diverged') throw new Error('it did not diverge')
    expect(outcome.step).toBeGreaterThan(0)
    for (const column of [...Object.values(points), ...Object.values(epochs)])
      expect(column.every(Number.isFinite)).toBe(true)
    expect(points.step.at(-1)).toBeLessThanOrEqual(outcome.step)
  })

  test('names the last finite evaluation', () => {
    // Slow enough for some evaluations before the end.
    const planned = plan({ set: { lr: 1.5 }, batch: 1500, epochs: 100 })
    const training = new Training(planned.plan, planned.start())
    const outcome = training.advance(Infinity)
    if (outcome.status !== 'diverged') throw new Error('it did not diverge')
    const points = training.points.take()
    expect(points.step.length).toBeGreaterThan(1)
    expect(training.state.lastFinite).toEqual({
      step: points.step.at(-1),
      trainLoss: points.trainLoss.at(-1),
    })
    expect(Math.max(...points.trainLoss)).toBeLessThanOrEqual(1e6 * (points.trainLoss[0] as number))
  })

  test('in the first step: its point at step 0 is all there is', () => {
    const { outcome, points, epochs, best } = undisturbed({ set: { lr: 1e200 } })
    expect(outcome).toEqual({ status: 'diverged', step: 2 })
    expect([...points.step]).toEqual([0])
    expect(epochs.epoch).toHaveLength(0)
    expect(best.step).toBe(0)
  })

  test('in a whole-batch step, seen by the evaluation that follows it', () => {
    const { outcome, points } = undisturbed({ set: { lr: 1e200 }, batch: 1500 })
    expect(outcome).toEqual({ status: 'diverged', step: 1 })
    expect([...points.step]).toEqual([0])
  })
})

describe('seconds', () => {
  /** A clock that only moves while someone works: an update takes 1 ms, an evaluation a minute. */
  function watched(): { clock: () => number; of: DirectProblem } {
    let now = 0
    return {
      clock: () => now,
      of: {
        ...problem,
        gradient: (...given) => {
          now += 1
          return problem.gradient(...given)
        },
        loss: (theta) => {
          now += 60_000
          return problem.loss(theta)
        },
      },
    }
  }

  test('are training time: evaluation is not counted', () => {
    const { clock, of } = watched()
    const planned = plan({ batch: 10, epochs: 2 }, clock, of)
    const training = new Training(planned.plan, planned.start())
    training.advance(Infinity)
    const { step, seconds } = training.points.take()
    expect(step.length).toBe(16)
    for (const [i, taken] of step.entries()) expect(seconds[i]).toBeCloseTo(taken / 1000, 9)
    const epochs = training.epochs.take()
    expect(epochs.seconds[0]).toBeCloseTo(0.15, 9)
    expect(epochs.seconds[1]).toBeCloseTo(0.3, 9)
  })

  test('add up over slices', () => {
    const { clock, of } = watched()
    const planned = plan({ batch: 10, epochs: 2 }, clock, of)
    const training = new Training(planned.plan, planned.start())
    let slices = 1
    while (training.advance(0).status === 'unfinished') slices++
    expect(slices).toBeGreaterThan(3)
    expect(training.state.seconds).toBeCloseTo(0.3, 9)
  })
})

test('the smaller last batch of an epoch is kept', () => {
  const sizes: number[] = []
  const of: DirectProblem = {
    ...problem,
    gradient: (theta, order, from, to, gradient) => {
      sizes.push(to - from)
      return problem.gradient(theta, order, from, to, gradient)
    },
  }
  const planned = plan({ batch: 64, epochs: 2 }, undefined, of)
  new Training(planned.plan, planned.start()).advance(Infinity)
  const epoch = [...Array.from({ length: 23 }, () => 64), 28]
  expect(sizes).toEqual([...epoch, ...epoch])
  expect(planned.totalSteps).toBe(48)
})

test('every epoch sees every example once, each in an order of its own', () => {
  const { plan: made } = plan({ seed: 3 })
  const orders = [0, 1, 2].map((epoch) => {
    const order = new Uint32Array(1500)
    made.order(epoch, order)
    return order
  })
  for (const order of orders) expect(new Set(order).size).toBe(1500)
  expect(orders[0]).not.toEqual(orders[1])
  expect(orders[1]).not.toEqual(orders[2])
})

describe('the rate', () => {
  const rates = (given: Given, count: number): number[] => {
    const made = plan(given).plan
    return Array.from({ length: count }, (_, k) => made.rate(k))
  }
  const multistep = { id: 'multistep', set: { base: 1, milestones: [2], gamma: 0.5 } }

  test('is the optimizer’s own where the index is negative', () => {
    const schedule = { ...multistep, offset: -2 }
    expect(rates({ set: { lr: 0.3 }, schedule }, 6)).toEqual([0.3, 0.3, 1, 1, 0.5, 0.5])
  })

  test('starts later in the schedule with a positive offset', () => {
    expect(rates({ set: { lr: 0.3 }, schedule: { ...multistep, offset: 1 } }, 3)).toEqual([1, 0.5, 0.5])
  })

  test.each(['epoch', 'step'] as const)('reaches the rule per %s', (per) => {
    const planned = plan({ batch: 500, epochs: 3, schedule: { ...multistep, per } })
    const seen: number[] = []
    const training = new Training(
      { ...planned.plan, step: (_theta, _g, _state, lr) => void seen.push(lr) },
      planned.start(),
    )
    training.advance(Infinity)
    expect(seen).toEqual(
      per === 'step' ? [1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5] : [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5],
    )
  })
})

describe('settings that cannot be trained are refused', () => {
  test.each([
    [{ batch: 1501 }, 'invalid-value', /batch is 1501, but airfoil has 1500/],
    [{ optimizer: 'adm' }, 'not-found', /no optimizer "adm"/],
    [{ set: { lr: -1 } }, 'invalid-value', /lr/],
    [{ set: { learningRate: 1 } }, 'not-found', /learningRate/],
    [{ schedule: { id: 'cosin' } }, 'not-found', /cosin/],
    [{ schedule: { id: 'cosine', set: { maxUpdate: -1 } } }, 'invalid-value', /maxUpdate/],
  ] as const)('%j', (given, code, message) => {
    expect(() => plan(given as Given)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    )
  })
})

describe('a run that stops early', () => {
  const given = { optimizer: 'adam', set: { lr: 0.01 }, batch: 32, epochs: 40, seed: 5 } satisfies Given
  const whole = undisturbed(given)
  const target = whole.epochs.trainLoss[3] as number
  const epoch = whole.epochs.trainLoss.findIndex((loss) => loss <= target)
  const perEpoch = Math.ceil(problem.examples / given.batch)
  const stopping = (state = plan(given).start(), before: Parameters<typeof stopWatch>[1] = []) =>
    new Training(plan(given).plan, state, stopWatch({ metric: 'trainLoss', target }, before))

  test('is the whole run up to there, bit for bit, and says where and why', () => {
    expect(epoch).toBeGreaterThan(1)
    const training = stopping()
    const value = whole.epochs.trainLoss[epoch]
    expect(training.advance(Infinity)).toEqual({
      status: 'done',
      trainLoss: value,
      stopped: { epoch, reason: 'target', value },
    })
    expect(training.state.step).toBe((epoch + 1) * perEpoch)
    // What it has learnt is what a run of so many epochs has.
    const short = undisturbed({ ...given, epochs: epoch + 1 })
    expect(bits({ theta: training.state.theta })).toEqual(bits({ theta: short.theta }))
    expect(bits(training.points.take())).toEqual(bits(short.points))
    expect(bits(training.epochs.take())).toEqual(bits(short.epochs))
  })

  test('resumed in the middle it stops at the same epoch', () => {
    const rule = { metric: 'trainLoss', patience: 4 } as const
    const straight = new Training(plan(given).plan, plan(given).start(), stopWatch(rule))
    const expected = straight.advance(Infinity)
    expect(expected).toMatchObject({ stopped: { reason: 'patience' } })
    let state = plan(given).start()
    const known: EpochResult[] = []
    for (;;) {
      const training = new Training(plan(given).plan, state, stopWatch(rule, known))
      const outcome = training.advance(0)
      known.push(...epochResults(training.epochs.take()))
      if (outcome.status === 'unfinished') {
        state = readCheckpoint(plan(given).program, writeCheckpoint(plan(given).program, training.state))
        continue
      }
      expect(outcome).toEqual(expected)
      expect(bits({ theta: training.state.theta })).toEqual(bits({ theta: straight.state.theta }))
      return
    }
  })

  test('a target that is only reached after the last epoch stops nothing early', () => {
    const rule = { metric: 'trainLoss', target: whole.epochs.trainLoss[epoch] as number } as const
    const short = plan({ ...given, epochs: epoch + 1 })
    const training = new Training(short.plan, short.start(), stopWatch(rule))
    expect(training.advance(Infinity)).not.toHaveProperty('stopped')
  })
})
