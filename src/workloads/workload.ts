import type { LocalizedText } from '../locales/localized.ts'
import type { Random } from '../math/random.ts'
import type { Initialiser } from '../models/initialise.ts'
import type { Network } from '../models/network.ts'

/** A training problem small enough for plain typed arrays: everything but the optimizer. */
export interface DirectProblem {
  /** Parameters, as one float64 vector. */
  readonly parameters: number
  /** Training examples. */
  readonly examples: number
  initialise(random: Random, theta: Float64Array): void
  /** Mean gradient over examples order[from … to), into `gradient`; returns their mean loss before the step. */
  gradient(theta: Float64Array, order: Uint32Array, from: number, to: number, gradient: Float64Array): number
  /** Mean loss over all training examples, or over some of them. */
  loss(theta: Float64Array, among?: Uint32Array): number
}

/** Examples in memory, one after the other. */
export interface Examples {
  readonly count: number
  /** [count, …input]. Bytes are pictures and count as value/255. */
  readonly inputs: Uint8Array | Float32Array
  /** [count]: class numbers where the loss is `cross-entropy`, values where it is `half-squared-error`. */
  readonly targets: Uint8Array | Float32Array
}

/** A network and what it learns from: for engines of tensors. */
export interface NetworkProblem {
  readonly network: Network
  readonly initialiser: Initialiser
  /** Both averaged over the examples; `half-squared-error` is (ŷ − y)²/2. */
  readonly loss: 'cross-entropy' | 'half-squared-error'
  /** Names of the classes, where there are any. */
  readonly classes: readonly LocalizedText[] | null
  /** @param files the dataset's files by name, decompressed */
  build(files: Readonly<Record<string, Uint8Array>>): { train: Examples; test: Examples | null }
}

/**
 * What a point of a run's curve is.
 * - `whole`: the loss over the whole training set, whenever the number of examples seen crosses a multiple of
 *   `everyExamples`, and at the end.
 * - `running`: means over the batches since the epoch's start, taken while training, every so many batches and at the
 *   epoch's end.
 */
export type Recording =
  | { readonly kind: 'whole'; readonly everyExamples: number }
  | { readonly kind: 'running'; readonly everyBatches: number }

/** Dataset, model, loss and metric; nothing about optimizers. */
export interface Workload {
  readonly id: string
  readonly title: LocalizedText
  readonly description: LocalizedText
  readonly dataset: string
  /** Its data is a part of a set: said wherever its accuracies appear. */
  readonly isSubset?: true
  /** Training examples. */
  readonly examples: number
  readonly defaults: { readonly batch: number; readonly epochs: number }
  readonly recording: Recording
  /** In words, for reports: what the measured numbers are. */
  readonly measures: LocalizedText
  /** The lowest loss there is, where it is known exactly. */
  readonly minimumLoss?: number
  /**
   * For the engine of plain arrays, where the problem is small enough for it.
   * @param files the dataset's files by name, decompressed
   */
  readonly direct?: (files: Readonly<Record<string, Uint8Array>>) => DirectProblem
  readonly network: NetworkProblem
}

/** A workload that the engine of plain arrays can train. */
export type DirectWorkload = Workload & Required<Pick<Workload, 'direct'>>
