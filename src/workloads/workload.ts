import type { LocalizedText } from '../locales/localized.ts'
import type { Random } from '../math/random.ts'

/** A training problem small enough for plain typed arrays: everything but the optimizer. */
export interface DirectProblem {
  /** Parameters, as one float64 vector. */
  readonly parameters: number
  /** Training examples. */
  readonly examples: number
  initialise(random: Random, theta: Float64Array): void
  /** Mean gradient over examples order[from … to), into `gradient`; returns their mean loss before the step. */
  gradient(theta: Float64Array, order: Uint32Array, from: number, to: number, gradient: Float64Array): number
  /** Mean loss over all training examples. */
  loss(theta: Float64Array): number
}

/** Dataset, model, loss and metric; nothing about optimizers. */
export interface Workload {
  readonly id: string
  readonly title: LocalizedText
  readonly description: LocalizedText
  readonly dataset: string
  /** The engine that trains it. */
  readonly engine: 'direct'
  readonly examples: number
  readonly defaults: { readonly batch: number; readonly epochs: number }
  /** The loss is measured whenever the number of examples seen crosses a multiple of this, and at the end. */
  readonly evaluateEvery: number
  /** In words, for reports: what the measured numbers are. */
  readonly measures: LocalizedText
  /** The lowest loss there is, where it is known exactly. */
  readonly minimumLoss?: number
  /** @param files the dataset's files by name, decompressed */
  build(files: Readonly<Record<string, Uint8Array>>): DirectProblem
}
