import { beforeAll, describe, expect, test } from 'vitest'
import { EagerStepper } from '../../../src/engine/tensor/eager.ts'
import { composed } from '../../../src/engine/tensor/kernels.ts'
import type { Judgement, Weights } from '../../../src/engine/tensor/stepper.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { traceRule, type Program } from '../../../src/rules/program.ts'
import { stage } from '../../../src/rules/staged.ts'
import type { Tfjs } from '../../../src/tensorflow/load.ts'
import { openPortable } from '../../../src/tensorflow/portable.ts'
import { openWebGpu } from '../../../src/tensorflow/webgpu.ts'
import type { NetworkProblem } from '../../../src/workloads/workload.ts'
import { regression, small, startOf } from '../../support/tensor/small.ts'

/**
 * WebGPU on a driver without a card, against tfjs's plain JavaScript backend: every rule, with clipping and decay, on
 * a network with every kind of layer. Each backend trains alone, because tfjs has one at a time.
 */
const batch = 10
const steps = 3
const settings = { weightDecay: 0.01, clipNorm: 0.5, clipValue: 0.1 }

interface Trained {
  told: Float32Array
  weights: Weights
  judgement: Judgement
  /** Tensors more than before. */
  left: number
}

let tf: Tfjs
let card: { isSoftware: boolean; card: string }
beforeAll(async () => {
  process.env['VK_ICD_FILENAMES'] ??= process.env['DESCENT_TEST_VULKAN']
  const { tf: opened, ...about } = await openWebGpu()
  tf = opened
  card = about
  await openPortable()
})

async function train(backend: string, problem: NetworkProblem, program: Program): Promise<Trained> {
  await tf.setBackend(backend)
  const before = tf.memory().numTensors
  const rule = stage(program)
  const stepper = new EagerStepper(tf, composed(tf), problem, problem.build({}), rule)
  const theta = startOf(problem)
  stepper.set({
    theta,
    slots: program.slotStarts.map((value) => new Float32Array(theta.length).fill(value)),
  })
  const host = { t: 0, carried: Float64Array.from(program.carriedStarts) }
  const numbers = new Float32Array(steps * rule.feeds)
  for (let k = 0; k < steps; k++) rule.advance(host, 0.05 / (1 + k), numbers, k * rule.feeds)
  const order = Int32Array.from({ length: steps * batch }, (_, i) => (7 * i) % 50)
  const told = await stepper.run(batch, order, numbers)
  const weights = await stepper.read()
  const judgement = await stepper.judge('train')
  stepper.close()
  return { told, weights, judgement, left: tf.memory().numTensors - before }
}

test('what answers is named as software', () => {
  expect(card.isSoftware).toBe(true)
  expect(card.card).toMatch(/swiftshader/i)
})

describe.each(optimizers.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test.each([
    ['network', small],
    ['regression', regression],
  ] as const)('%s', async (_name, problem) => {
    const program = traceRule(rule, settings)
    const ours = await train('webgpu', problem, program)
    const theirs = await train('cpu', problem, program)
    expectNear(ours.told, theirs.told)
    expectNear(ours.weights.theta, theirs.weights.theta)
    ours.weights.slots.forEach((slot, j) => expectNear(slot, theirs.weights.slots[j] as Float32Array))
    expectNear(ours.judgement.losses, theirs.judgement.losses)
    expectNear(ours.judgement.predicted, theirs.judgement.predicted)
    expect([ours.left, theirs.left]).toEqual([0, 0])
  })
})

/** Float32 sums in another order, and square roots and divisions that WebGPU allows to be a few units off. */
function expectNear(ours: Float32Array, theirs: Float32Array): void {
  expect(ours.length).toBe(theirs.length)
  for (let i = 0; i < ours.length; i++) {
    const [a, b] = [ours[i] as number, theirs[i] as number]
    expect(Math.abs(a - b), `${i}: ${a} and ${b}`).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(b)))
  }
}
