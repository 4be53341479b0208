import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { shape } from '../../models/network.ts'
import type { StagedRule } from '../../rules/staged.ts'
import type { Tfjs } from '../../tensorflow/load.ts'
import type { Examples, NetworkProblem } from '../../workloads/workload.ts'
import type { Kernels } from './kernels.ts'
import { Model } from './model.ts'
import { layerNorms } from './norms.ts'
import { trainingStep, type StepState } from './step.ts'
import {
  exampleSize,
  judgedAtOnce,
  type Data,
  type Judgement,
  type SetName,
  type Stepper,
  type Weights,
} from './stepper.ts'

/**
 * Training one operation at a time, on any backend of tfjs: slower than a captured loop and the reference it is tested
 * against. The data stays on the host and goes to the device a batch at a time, since a whole set is more than some
 * devices take in one array.
 */
export class EagerStepper implements Stepper {
  readonly #tf: Tfjs
  readonly #problem: NetworkProblem
  readonly #data: Data
  readonly #rule: StagedRule
  readonly #model: Model
  #state: StepState | undefined
  #norms: Float32Array = new Float32Array()

  constructor(tf: Tfjs, kernels: Kernels, problem: NetworkProblem, data: Data, rule: StagedRule) {
    this.#tf = tf
    this.#problem = problem
    this.#data = data
    this.#rule = rule
    this.#model = new Model(tf, kernels, problem)
  }

  set({ theta, slots }: Weights): void {
    this.#dispose()
    const { size } = shape(this.#problem.network)
    const tensor = (values: Float32Array): Tensor => this.#tf.tensor1d(values.slice(), 'float32')
    if (theta.length !== size) throw new Error(`${theta.length} parameters were given for ${size}`)
    this.#state = { theta: tensor(theta), slots: slots.map(tensor) }
  }

  async read(): Promise<Weights> {
    const { theta, slots } = this.#current
    const read = async (tensor: Tensor): Promise<Float32Array> => (await tensor.data()) as Float32Array
    return { theta: await read(theta), slots: await Promise.all(slots.map(read)) }
  }

  async run(batch: number, order: Int32Array, numbers: Float32Array): Promise<Float32Array> {
    const tf = this.#tf
    const { feeds } = this.#rule
    const steps = order.length / batch
    const told: Tensor1D[] = []
    for (let k = 0; k < steps; k++) {
      const before = this.#current
      const isLast = k === steps - 1
      const [losses, norms, theta, ...slots] = tf.tidy<[Tensor1D, Tensor, Tensor, ...Tensor[]]>(() => {
        const after = trainingStep(
          tf,
          this.#model,
          this.#rule,
          before,
          this.#gather('train', order.subarray(k * batch, (k + 1) * batch)),
          tf.tensor1d(numbers.slice(k * feeds, (k + 1) * feeds)),
        )
        const { gradient } = after
        const moved = isLast
          ? layerNorms(tf, this.#problem.network, { before: before.theta, after: after.theta, gradient })
          : tf.scalar(0)
        return [after.told, moved, after.theta, ...after.slots]
      })
      told.push(losses)
      if (isLast) this.#norms = (await norms.data()) as Float32Array
      norms.dispose()
      // A slot that a rule leaves alone is the same tensor as before.
      const kept = new Set<Tensor>([theta, ...slots])
      for (const tensor of [before.theta, ...before.slots]) if (!kept.has(tensor)) tensor.dispose()
      this.#state = { theta, slots }
    }
    const all = tf.concat(told)
    told.forEach((one) => one.dispose())
    const values = (await all.data()) as Float32Array
    all.dispose()
    return values
  }

  norms(): Promise<Float32Array> {
    return Promise.resolve(this.#norms)
  }

  async judge(set: SetName): Promise<Judgement> {
    const tf = this.#tf
    const { theta } = this.#current
    const { count } = this.#data[set] as Examples
    const judgement = { losses: new Float32Array(count), predicted: new Float32Array(count) }
    for (let from = 0; from < count; from += judgedAtOnce) {
      const many = Math.min(judgedAtOnce, count - from)
      const order = Int32Array.from({ length: many }, (_, i) => from + i)
      const { losses, predicted } = tf.tidy(() => {
        const { inputs, targets } = this.#gather(set, order)
        return this.#model.judge(this.#model.outputs(this.#model.split(theta), inputs), targets)
      })
      judgement.losses.set(await losses.data(), from)
      judgement.predicted.set(await predicted.data(), from)
      losses.dispose()
      predicted.dispose()
    }
    return judgement
  }

  rest(): void {
    this.#dispose()
  }

  close(): void {
    this.#dispose()
  }

  get #current(): StepState {
    if (!this.#state) throw new Error('there are no weights yet')
    return this.#state
  }

  #dispose(): void {
    if (this.#state) [this.#state.theta, ...this.#state.slots].forEach((tensor) => tensor.dispose())
    this.#state = undefined
  }

  #gather(set: SetName, order: Int32Array): { inputs: Tensor; targets: Tensor1D } {
    const { inputs, targets } = this.#data[set] as Examples
    const width = exampleSize(this.#problem)
    const rows = new Float32Array(order.length * width)
    order.forEach((row, i) => rows.set(inputs.subarray(row * width, (row + 1) * width), i * width))
    if (inputs instanceof Uint8Array)
      for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as number) / 255
    const chosen = Array.from(order, (row) => targets[row] as number)
    const type = this.#problem.loss === 'cross-entropy' ? 'int32' : 'float32'
    return {
      inputs: this.#tf.tensor(rows, [order.length, ...this.#problem.network.input]),
      targets: this.#tf.tensor1d(chosen, type),
    }
  }
}
