import type { Examples, NetworkProblem } from '../../workloads/workload.ts'

/** What training changes, as the host sees it. */
export interface Weights {
  /** All parameters as one vector. */
  readonly theta: Float32Array
  /** Each the size of theta, in the rule's order. */
  readonly slots: readonly Float32Array[]
}

/** What a set's examples got, in their order. */
export interface Judgement {
  readonly losses: Float32Array
  /** Class each is taken for, or the value predicted. */
  readonly predicted: Float32Array
}

export interface Data {
  readonly train: Examples
  readonly test: Examples | null
}

export type SetName = keyof Data

/** A network, its data and a rule on some backend: takes steps and judges. Weights stay where they are computed with. */
export interface Stepper {
  set(weights: Weights): void
  read(): Promise<Weights>
  /**
   * @param batch examples a step
   * @param order int32 [steps · batch], rows of the training set
   * @param numbers float32 [steps · feeds], from the rule's host stage
   * @returns float32 [steps · 2]: each step's mean loss before its update, and its hits
   */
  run(batch: number, order: Int32Array, numbers: Float32Array): Promise<Float32Array>
  /**
   * What the last step did, layer by layer.
   * @returns float32 [2 · layers]: norms of the gradient, then of the update
   */
  norms(): Promise<Float32Array>
  judge(set: SetName): Promise<Judgement>
  /** Frees what belongs to the run in hand; `set` begins another. */
  rest(): void
  /** Frees all it holds. */
  close(): void
}

/** Numbers in one example. */
export const exampleSize = ({ network }: Pick<NetworkProblem, 'network'>): number =>
  network.input.reduce((a, b) => a * b, 1)

/** Examples judged at once: enough to keep a processor busy, few enough to keep the layers' outputs small. */
export const judgedAtOnce = 1000
