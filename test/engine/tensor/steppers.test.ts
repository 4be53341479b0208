import { beforeAll, describe, expect, test } from 'vitest'
import { CapturedStepper } from '../../../src/engine/tensor/captured.ts'
import { EagerStepper } from '../../../src/engine/tensor/eager.ts'
import { composed, native } from '../../../src/engine/tensor/kernels.ts'
import type { Data, Stepper, Weights } from '../../../src/engine/tensor/stepper.ts'
import { Random } from '../../../src/math/random.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { traceRule, type Program } from '../../../src/rules/program.ts'
import { stage, type StagedRule } from '../../../src/rules/staged.ts'
import type { TensorFlow } from '../../../src/tensorflow/load.ts'
import type { NetworkProblem } from '../../../src/workloads/workload.ts'
import { regression, small, smallData, startOf } from '../../support/tensor/small.ts'
import { tensorFlow } from '../../support/tensor/tensorflow.ts'

const batch = 10
const rate = 0.05

let tensorflow: TensorFlow
beforeAll(async () => {
  tensorflow = await tensorFlow()
})

/** A run of a rule on a stepper, chunk by chunk. */
class Walk {
  readonly stepper: Stepper
  readonly rule: StagedRule
  readonly host: { t: number; carried: Float64Array }

  constructor(stepper: Stepper, program: Program, weights: Weights) {
    this.stepper = stepper
    this.rule = stage(program)
    this.host = { t: 0, carried: Float64Array.from(program.carriedStarts) }
    stepper.set(weights)
  }

  /** Steps of rows drawn by their number, at a rate that changes. */
  async go(steps: number): Promise<number[]> {
    const { feeds } = this.rule
    const numbers = new Float32Array(steps * feeds)
    const order = new Int32Array(steps * batch)
    for (let k = 0; k < steps; k++) {
      const random = Random.from(7, 'rows', this.host.t)
      for (let i = 0; i < batch; i++) order[k * batch + i] = random.integer(50)
      this.rule.advance(this.host, rate / (1 + this.host.t), numbers, k * feeds)
    }
    return Array.from(await this.stepper.run(batch, order, numbers))
  }
}

function start(problem: NetworkProblem, program: Program): Weights {
  const theta = startOf(problem)
  return { theta, slots: program.slotStarts.map((value) => new Float32Array(theta.length).fill(value)) }
}

const captured = (problem: NetworkProblem, data: Data, program: Program): CapturedStepper =>
  new CapturedStepper(tensorflow, problem, data, stage(program), program.slots.length, [batch])

const eager = (problem: NetworkProblem, data: Data, program: Program): EagerStepper =>
  new EagerStepper(tensorflow.tf, native(tensorflow.tf, tensorflow.backend), problem, data, stage(program))

const settings = { weightDecay: 0.01, clipNorm: 0.5, clipValue: 0.1 }

describe.each(optimizers.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  for (const set of [{}, settings])
    test(`a captured loop takes the steps of eager execution ${JSON.stringify(set)}`, async () => {
      const program = traceRule(rule, set)
      const weights = start(small, program)
      const data = smallData()
      const one = new Walk(captured(small, data, program), program, weights)
      const other = new Walk(eager(small, data, program), program, weights)
      try {
        const [ours, theirs] = [await one.go(12), await other.go(12)]
        expectNear(ours, theirs)
        const norms = await one.stepper.norms()
        expect(norms).toHaveLength(2 * 4)
        expectNear(norms, await other.stepper.norms())
        const [mine, reference] = [await one.stepper.read(), await other.stepper.read()]
        expectNear(mine.theta, reference.theta)
        mine.slots.forEach((slot, j) => expectNear(slot, reference.slots[j] as Float32Array))
        for (const name of ['train', 'test'] as const) {
          const [a, b] = [await one.stepper.judge(name), await other.stepper.judge(name)]
          expectNear(a.losses, b.losses)
          expect(a.predicted).toEqual(b.predicted)
        }
      } finally {
        one.stepper.close()
        other.stepper.close()
      }
    })

  test('goes on from weights that were read as if nothing had been, bit for bit, at any chunk', async () => {
    const program = traceRule(rule, settings)
    const weights = start(small, program)
    const data = smallData()
    const first = captured(small, data, program)
    const walk = new Walk(first, program, weights)
    const told = [...(await walk.go(3)), ...(await walk.go(7))]
    const undisturbed = await first.read()
    first.close()

    const second = captured(small, data, program)
    const begun = new Walk(second, program, weights)
    const before = await begun.go(5)
    const kept = await second.read()
    const host = structuredClone(begun.host)
    second.close()

    const third = captured(small, data, program)
    const resumed = new Walk(third, program, kept)
    Object.assign(resumed.host, host)
    const after = await resumed.go(5)
    expect([...before, ...after]).toEqual(told)
    expect(await third.read()).toEqual(undisturbed)
    third.close()
  })
})

test('regression on rows of numbers', async () => {
  const program = traceRule(optimizers.find(({ id }) => id === 'adam') as (typeof optimizers)[number])
  const data = regression.build({})
  const weights = start(regression, program)
  const one = new Walk(captured(regression, data, program), program, weights)
  const other = new Walk(eager(regression, data, program), program, weights)
  expectNear(await one.go(20), await other.go(20))
  const { losses, predicted } = await one.stepper.judge('train')
  predicted.forEach((value, i) =>
    expect(losses[i]).toBeCloseTo(0.5 * (value - (data.train.targets[i] as number)) ** 2, 5),
  )
  one.stepper.close()
  other.stepper.close()
})

test('composed kernels are TensorFlow’s own, values and gradients', async () => {
  const program = traceRule(optimizers.find(({ id }) => id === 'sgd') as (typeof optimizers)[number])
  const data = smallData()
  const weights = start(small, program)
  const { tf, backend } = tensorflow
  const rule = stage(program)
  const one = new Walk(new EagerStepper(tf, native(tf, backend), small, data, rule), program, weights)
  const other = new Walk(new EagerStepper(tf, composed(tf), small, data, rule), program, weights)
  expectNear(await one.go(12), await other.go(12))
  expectNear((await one.stepper.read()).theta, (await other.stepper.read()).theta)
  one.stepper.close()
  other.stepper.close()
})

test('nothing is left behind, run after run', async () => {
  const program = traceRule(optimizers.find(({ id }) => id === 'adam') as (typeof optimizers)[number])
  const data = smallData()
  const weights = start(small, program)
  const { tf, binding } = tensorflow
  const before = { tensors: tf.memory().numTensors, native: binding.getNumOfTensors() }
  const stepper = captured(small, data, program)
  let settled = 0
  for (let run = 0; run < 200; run++) {
    const walk = new Walk(stepper, program, weights)
    await walk.go(5)
    await stepper.judge('test')
    stepper.rest()
    expect({ tensors: tf.memory().numTensors, native: binding.getNumOfTensors() }).toEqual(before)
    if (run === 100) settled = process.memoryUsage.rss()
  }
  stepper.close()
  const one = eager(small, data, program)
  await new Walk(one, program, weights).go(5)
  one.close()
  expect({ tensors: tf.memory().numTensors, native: binding.getNumOfTensors() }).toEqual(before)
  expect(binding.getNumOfSavedModels()).toBe(0)
  // A batch's layers are kilobytes here: a leak of one tensor a step would be tens of megabytes by now.
  expect(process.memoryUsage.rss() - settled).toBeLessThan(30e6)
})

/** Sums of a few hundred float32 in another order: some units in the last place, grown over a dozen steps. */
function expectNear(ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  expect(ours.length).toBe(theirs.length)
  for (let i = 0; i < ours.length; i++) {
    const [a, b] = [ours[i] as number, theirs[i] as number]
    expect(Math.abs(a - b), `${i}: ${a} and ${b}`).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(b)))
  }
}
