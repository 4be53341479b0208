import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { shape } from '../../models/network.ts'
import type { StagedRule } from '../../rules/staged.ts'
import type { TensorFlow } from '../../tensorflow/load.ts'
import type { Examples, NetworkProblem } from '../../workloads/workload.ts'
import { Graph } from './graph.ts'
import { native } from './kernels.ts'
import { addLoop, addVariable } from './loop.ts'
import { Model } from './model.ts'
import { layerNorms } from './norms.ts'
import { Session } from './session.ts'
import { trainingStep } from './step.ts'
import {
  exampleSize,
  judgedAtOnce,
  type Data,
  type Judgement,
  type SetName,
  type Stepper,
  type Weights,
} from './stepper.ts'
import { execute, type Held } from './tensorflow.ts'

/** Where a set's examples lie in the graph. */
interface Resident {
  readonly examples: Examples
  readonly inputs: Held
  readonly targets: Held
  readonly judgedAtOnce: number
}

/**
 * Training captured as one TensorFlow graph: a loop of steps is one call, the data and the weights stay in
 * TensorFlow, and a step costs what its kernels cost.
 */
export class CapturedStepper implements Stepper {
  readonly #session: Session
  readonly #theta: Held
  readonly #slots: readonly Held[]
  readonly #feeds: number
  readonly #sets: ReadonlyMap<SetName, Resident>
  #norms: Float32Array = new Float32Array()

  /** @param batches sizes of batches there will be */
  constructor(
    tensorflow: TensorFlow,
    problem: NetworkProblem,
    data: Data,
    rule: StagedRule,
    slots: number,
    batches: readonly number[],
  ) {
    const { tf, backend } = tensorflow
    const { size } = shape(problem.network)
    const width = exampleSize(problem)
    this.#feeds = rule.feeds
    this.#theta = { name: 'theta', type: 'float', shape: [size] }
    this.#slots = Array.from({ length: slots }, (_, j) => ({ ...this.#theta, name: `slot${j}` }))
    this.#sets = new Map(
      (['train', 'test'] as const).flatMap((name) => {
        const examples = data[name]
        return examples ? [[name, residentOf(name, examples, width, problem)] as const] : []
      }),
    )

    const model = new Model(tf, native(tf, backend), problem)
    const example = problem.network.input
    const gather = (
      inputs: Tensor,
      targets: Tensor,
      order: Tensor,
      { inputs: held, targets: labels }: Resident,
    ) => {
      const axis = tf.scalar(0, 'int32')
      const take = (from: Tensor, type: Held['type']): Tensor =>
        execute(
          backend,
          'GatherV2',
          {
            Tparams: { type },
            Tindices: { type: 'int32' },
            Taxis: { type: 'int32' },
            batch_dims: { integer: 0 },
          },
          [from, order, axis],
        )[0] as Tensor
      let x = take(inputs, held.type)
      if (held.type === 'uint8') {
        const cast = { SrcT: { type: 'uint8' }, DstT: { type: 'float' } } as const
        x = tf.div(execute(backend, 'Cast', cast, [x])[0] as Tensor, 255)
      }
      return {
        inputs: tf.reshape(x, [order.size, ...example]),
        targets: take(targets, labels.type) as Tensor1D,
      }
    }

    const graph = new Graph()
    for (const variable of [this.#theta, ...this.#slots]) addVariable(graph, variable)
    for (const { inputs, targets } of this.#sets.values())
      [inputs, targets].forEach((one) => addVariable(graph, one))
    const train = this.#sets.get('train') as Resident
    for (const batch of batches)
      addLoop(graph, backend, {
        name: trainLoop(batch),
        state: [this.#theta, ...this.#slots],
        resident: [train.inputs, train.targets],
        rows: [
          { name: 'order', type: 'int32', shape: [batch] },
          { name: 'numbers', type: 'float', shape: [rule.feeds] },
        ],
        outputs: 2,
        body: ([theta, ...slotTensors], [inputs, targets], [order, numbers]) =>
          tf.tidy(() => {
            const from = gather(inputs as Tensor, targets as Tensor, order as Tensor, train)
            const state = { theta: theta as Tensor, slots: slotTensors }
            const next = trainingStep(tf, model, rule, state, from, numbers as Tensor1D)
            return {
              state: [next.theta, ...next.slots],
              output: next.told,
              handed: [state.theta, next.gradient],
            }
          }),
        last: {
          handed: [this.#theta, this.#theta],
          look: ([after], [before, gradient]) =>
            tf.tidy(() =>
              layerNorms(tf, problem.network, {
                before: before as Tensor,
                after: after as Tensor,
                gradient: gradient as Tensor,
              }),
            ),
        },
      })
    for (const [name, set] of this.#sets)
      addLoop(graph, backend, {
        name: judgeLoop(name),
        state: [],
        resident: [this.#theta, set.inputs, set.targets],
        rows: [{ name: 'order', type: 'int32', shape: [set.judgedAtOnce] }],
        outputs: 2 * set.judgedAtOnce,
        body: (_, [theta, inputs, targets], [order]) =>
          tf.tidy(() => {
            const from = gather(inputs as Tensor, targets as Tensor, order as Tensor, set)
            const outputs = model.outputs(model.split(theta as Tensor), from.inputs)
            const { losses, predicted } = model.judge(outputs, from.targets)
            return { state: [], output: tf.concat([losses, predicted]) }
          }),
      })

    this.#session = new Session(backend, graph)
    for (const { examples, inputs, targets } of this.#sets.values()) {
      this.#session.set(inputs, examples.inputs)
      const values = targets.type === 'int32' ? Int32Array.from(examples.targets) : examples.targets
      this.#session.set(targets, values)
    }
    this.#warmUp(batches)
  }

  /** One step and one judgement of nothing: TensorFlow arranges a graph when it is first run, which no run should be timed for. */
  #warmUp(batches: readonly number[]): void {
    const zeros = new Float32Array(this.#theta.shape[0] as number)
    this.set({ theta: zeros, slots: this.#slots.map(() => zeros) })
    for (const batch of batches) void this.run(batch, new Int32Array(batch), new Float32Array(this.#feeds))
    for (const set of this.#sets.keys()) void this.#judgeSteps(set, 1)
  }

  set({ theta, slots }: Weights): void {
    this.#session.set(this.#theta, theta)
    this.#slots.forEach((slot, j) => this.#session.set(slot, slots[j] as Float32Array))
  }

  read(): Promise<Weights> {
    return Promise.resolve({
      theta: this.#session.read(this.#theta),
      slots: this.#slots.map((slot) => this.#session.read(slot)),
    })
  }

  run(batch: number, order: Int32Array, numbers: Float32Array): Promise<Float32Array> {
    const name = trainLoop(batch)
    const steps = order.length / batch
    const [told, norms] = this.#session.runAll(
      [`${name}/result`, `${name}/looked`],
      [
        { name: `${name}/steps`, type: 'int32', shape: [], values: Int32Array.of(steps) },
        { name: `${name}/order`, type: 'int32', shape: [steps, batch], values: order },
        { name: `${name}/numbers`, type: 'float', shape: [steps, this.#feeds], values: numbers },
      ],
    ) as [Float32Array, Float32Array]
    this.#norms = norms
    return Promise.resolve(told)
  }

  norms(): Promise<Float32Array> {
    return Promise.resolve(this.#norms)
  }

  judge(set: SetName): Promise<Judgement> {
    const { examples, judgedAtOnce: many } = this.#sets.get(set) as Resident
    const { count } = examples
    const told = this.#judgeSteps(set, Math.ceil(count / many))
    const judgement = { losses: new Float32Array(count), predicted: new Float32Array(count) }
    for (let i = 0; i < count; i++) {
      const at = 2 * many * Math.floor(i / many) + (i % many)
      judgement.losses[i] = told[at] as number
      judgement.predicted[i] = told[at + many] as number
    }
    return Promise.resolve(judgement)
  }

  rest(): void {
    // The variables stay, for the next run's weights.
  }

  close(): void {
    this.#session.close()
  }

  #judgeSteps(set: SetName, steps: number): Float32Array {
    const { examples, judgedAtOnce: many } = this.#sets.get(set) as Resident
    // The last rows are filled up with the first example, whose further judgements are dropped.
    const order = Int32Array.from({ length: steps * many }, (_, i) => (i < examples.count ? i : 0))
    const name = judgeLoop(set)
    return this.#session.run(`${name}/result`, [
      { name: `${name}/steps`, type: 'int32', shape: [], values: Int32Array.of(steps) },
      { name: `${name}/order`, type: 'int32', shape: [steps, many], values: order },
    ])
  }
}

const trainLoop = (batch: number): string => `train${batch}`
const judgeLoop = (set: SetName): string => `judge-${set}`

function residentOf(name: SetName, examples: Examples, width: number, { loss }: NetworkProblem): Resident {
  return {
    examples,
    inputs: {
      name: `${name}-inputs`,
      type: examples.inputs instanceof Uint8Array ? 'uint8' : 'float',
      shape: [examples.count, width],
    },
    targets: {
      name: `${name}-targets`,
      type: loss === 'cross-entropy' ? 'int32' : 'float',
      shape: [examples.count],
    },
    judgedAtOnce: Math.min(
      examples.count,
      examples.count <= 2 * judgedAtOnce ? examples.count : judgedAtOnce,
    ),
  }
}
