import { expect, test } from 'vitest'
import type { PointColumns, EpochColumns } from '../../../src/contract/columns.ts'
import { CapturedStepper } from '../../../src/engine/tensor/captured.ts'
import { TensorTraining, type Position } from '../../../src/engine/tensor/training.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { traceRule } from '../../../src/rules/program.ts'
import { stage } from '../../../src/rules/staged.ts'
import { leNet } from '../../../src/workloads/fashion-mnist.ts'
import { fashionMnistData } from '../../support/tensor/fashion-mnist.ts'
import { joined } from '../../support/columns.ts'
import { fromPyTorch, readFixture, shuffled, startWeights } from '../../support/tensor/pytorch.ts'
import { tensorFlow } from '../../support/tensor/tensorflow.ts'

interface TwoEpochs {
  batch: number
  orderSeeds: number[]
  cases: {
    name: string
    optimizer: string
    set: Record<string, number | string>
    /** PyTorch's, which differ in rounding only. */
    runs: {
      points: { epoch: number; batch: number; examples: number; trainLoss: number; trainAccuracy: number }[]
      epochs: { testLoss: number; testAccuracy: number }[]
    }[]
  }[]
}

const fixture = readFixture('lenet-two-epochs.json') as TwoEpochs

/**
 * Two whole epochs, the smaller last batch included. What rounding alone makes of them is seen from six PyTorch runs:
 * ours must lie among them, or no further outside than they lie apart.
 */
test.each(fixture.cases.map((one) => [one.name, one] as const))('LeNet with %s', async (_, one) => {
  const { network: problem } = leNet
  const data = fashionMnistData()
  const rule = optimizers.find(({ id }) => id === one.optimizer)
  if (!rule) throw new Error(`there is no ${one.optimizer}`)
  const program = traceRule(rule, one.set)
  const staged = stage(program)
  const theta = fromPyTorch(problem.network, startWeights('lenet', problem.network))
  const slots = program.slotStarts.map((value) => new Float32Array(theta.length).fill(value))
  const stepper = new CapturedStepper(await tensorFlow(), problem, data, staged, slots.length, [256, 96])
  stepper.set({ theta, slots })
  const position: Position = {
    rule: { t: 0, carried: Float64Array.from(program.carriedStarts) },
    step: 0,
    seconds: 0,
    startLoss: null,
    running: { loss: 0, hits: 0, seen: 0 },
    lastFinite: { step: 0, trainLoss: NaN },
    best: { step: 0, trainLoss: NaN },
  }
  const training = new TensorTraining(
    {
      stepper,
      data,
      hasClasses: true,
      validates: false,
      rule: staged,
      rate: () => program.values['lr'] as number,
      ratePer: 'epoch',
      batch: fixture.batch,
      epochs: 2,
      recording: leNet.recording,
      order: (epoch, into) => into.set(shuffled(fixture.orderSeeds[epoch] as number)),
      clock: () => performance.now(),
      release: () => stepper.close(),
    },
    position,
    0,
    () => new Uint8Array(),
  )
  const points: PointColumns[] = []
  const epochs: EpochColumns[] = []
  for (let done = false; !done;) {
    done = (await training.advance(1000)).status === 'done'
    const progress = await training.progress()
    points.push(progress.points)
    epochs.push(progress.epochs)
  }
  training.close()

  const measured = joined(points)
  const perEpoch = joined(epochs)
  expect([...measured.step]).toEqual([50, 100, 150, 200, 235, 285, 335, 385, 435, 470])
  const [first] = one.runs
  expect([...measured.examples]).toEqual(
    first?.points.map(({ epoch, examples }) => epoch * 60_000 + examples),
  )
  measured.step.forEach((step, i) => {
    among(
      measured.trainLoss[i],
      one.runs.map(({ points }) => points[i]?.trainLoss),
      `loss at ${step}`,
    )
    among(
      measured.trainAccuracy?.[i],
      one.runs.map(({ points }) => points[i]?.trainAccuracy),
      `accuracy at ${step}`,
    )
  })
  perEpoch.epoch.forEach((epoch, i) => {
    among(
      perEpoch.testLoss?.[i],
      one.runs.map(({ epochs }) => epochs[i]?.testLoss),
      `test loss ${epoch}`,
    )
    among(
      perEpoch.testAccuracy?.[i],
      one.runs.map(({ epochs }) => epochs[i]?.testAccuracy),
      `test accuracy ${epoch}`,
    )
  })
})

function among(value: number | undefined, given: readonly (number | undefined)[], what: string): void {
  const others = given as readonly number[]
  const [low, high] = [Math.min(...others), Math.max(...others)]
  expect(value, what).toBeGreaterThan(low - (high - low) - 1e-4)
  expect(value, what).toBeLessThan(high + (high - low) + 1e-4)
}
