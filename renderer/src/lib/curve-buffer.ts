import { quantityColumns, type Quantity, type QuantityColumns } from '../../../src/charts/quantity.ts'
import type { EpochColumns } from '../../../src/contract/columns.ts'
import {
  epochResults,
  metricNames,
  type EpochResult,
  type MetricColumns,
} from '../../../src/experiments/run.ts'

const least = 64

/** A run's curve as it grows: columns with room at their ends, so that appending costs what is appended. */
export class CurveBuffer {
  #columns: MetricColumns
  #length = 0
  /** Epochs with what was measured on test data or on examples set aside; without any, the points say all that epochs do. */
  #epochs: EpochResult[] = []
  /** Views and columns made since the last change. */
  #points: MetricColumns | undefined
  readonly #quantities = new Map<Quantity, QuantityColumns>()
  /** Changes with every change, so that a figure can tell. */
  version = 0

  constructor(capacity = least) {
    this.#columns = allocate(capacity, false)
  }

  get length(): number {
    return this.#length
  }

  /** The points so far: views, valid until the next change. */
  get points(): MetricColumns {
    if (this.#points) return this.#points
    const { step, examples, seconds, trainLoss, trainAccuracy } = this.#columns
    const end = this.#length
    return (this.#points = {
      step: step.subarray(0, end),
      examples: examples.subarray(0, end),
      seconds: seconds.subarray(0, end),
      trainLoss: trainLoss.subarray(0, end),
      ...(trainAccuracy && { trainAccuracy: trainAccuracy.subarray(0, end) }),
    })
  }

  get epochs(): readonly EpochResult[] {
    return this.#epochs
  }

  /** One quantity where it was measured: views, valid until the next change. */
  values(quantity: Quantity, stepsPerEpoch: number): QuantityColumns {
    let columns = this.#quantities.get(quantity)
    if (!columns) {
      columns = quantityColumns(quantity, this.points, this.#epochs, stepsPerEpoch)
      this.#quantities.set(quantity, columns)
    }
    return columns
  }

  /** The step of the last point; −1 before the first. */
  get lastStep(): number {
    return this.#length === 0 ? -1 : (this.#columns.step[this.#length - 1] as number)
  }

  /** What was measured last of a quantity; undefined where nothing was. */
  last(quantity: Quantity): number | undefined {
    if (quantity !== 'trainLoss' && quantity !== 'trainAccuracy') return this.#epochs.at(-1)?.[quantity]
    return this.#length === 0 ? undefined : this.#columns[quantity]?.[this.#length - 1]
  }

  /** Takes the points and epochs behind the last ones: events that are told twice change nothing. */
  append(points: MetricColumns, epochs: EpochColumns): void {
    let from = 0
    while (from < points.step.length && (points.step[from] as number) <= this.lastStep) from++
    const added = points.step.length - from
    if (added > 0) {
      this.#reserve(this.#length + added, points.trainAccuracy !== undefined)
      for (const name of metricNames) this.#columns[name].set(points[name].subarray(from), this.#length)
      const { trainAccuracy } = this.#columns
      if (points.trainAccuracy) trainAccuracy?.set(points.trainAccuracy.subarray(from), this.#length)
      else trainAccuracy?.fill(Number.NaN, this.#length, this.#length + added)
      this.#length += added
    }
    const since = this.#epochs.at(-1)?.epoch ?? -1
    const later = tested(epochs).filter(({ epoch }) => epoch > since)
    if (later.length > 0) this.#epochs = [...this.#epochs, ...later]
    if (added > 0 || later.length > 0) this.#change()
  }

  /** In place of all there is. The arrays become the buffer's own: a long curve is not copied. */
  adopt(points: MetricColumns, epochs: EpochColumns): void {
    this.#columns = points
    this.#length = points.step.length
    this.#epochs = tested(epochs)
    this.#change()
  }

  clear(): void {
    this.#length = 0
    this.#epochs = []
    this.#change()
  }

  #change(): void {
    this.#points = undefined
    this.#quantities.clear()
    this.version++
  }

  #reserve(length: number, accuracy: boolean): void {
    const capacity = this.#columns.step.length
    const widens = accuracy && !this.#columns.trainAccuracy
    if (length <= capacity && !widens) return
    const old = this.#columns
    const grown = allocate(
      length <= capacity ? capacity : Math.max(length, capacity * 2),
      accuracy || old.trainAccuracy !== undefined,
    )
    const copy = (from: Float64Array, to: Float64Array): void => to.set(from.subarray(0, this.#length))
    for (const name of metricNames) copy(old[name], grown[name])
    if (old.trainAccuracy && grown.trainAccuracy) copy(old.trainAccuracy, grown.trainAccuracy)
    else grown.trainAccuracy?.fill(Number.NaN, 0, this.#length)
    this.#columns = grown
  }
}

function allocate(length: number, accuracy: boolean): MetricColumns {
  return {
    step: new Float64Array(length),
    examples: new Float64Array(length),
    seconds: new Float64Array(length),
    trainLoss: new Float64Array(length),
    ...(accuracy && { trainAccuracy: new Float64Array(length) }),
  }
}

const tested = (epochs: EpochColumns): EpochResult[] =>
  epochs.testLoss || epochs.testAccuracy || epochs.validationLoss ? epochResults(epochs) : []
