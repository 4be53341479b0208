import { metricNames, type MetricColumns } from '../../../src/experiments/run.ts'

const least = 64

/** A run's curve as it grows: columns with room at their ends, so that appending costs what is appended. */
export class CurveBuffer {
  #columns: MetricColumns
  #length = 0
  /** Changes with every change, so that a figure can tell. */
  version = 0

  constructor(capacity = least) {
    this.#columns = allocate(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** The points so far: views, valid until the next change. */
  get points(): MetricColumns {
    const { step, examples, seconds, trainLoss } = this.#columns
    const end = this.#length
    return {
      step: step.subarray(0, end),
      examples: examples.subarray(0, end),
      seconds: seconds.subarray(0, end),
      trainLoss: trainLoss.subarray(0, end),
    }
  }

  /** The step of the last point; −1 before the first. */
  get lastStep(): number {
    return this.#length === 0 ? -1 : (this.#columns.step[this.#length - 1] as number)
  }

  get lastLoss(): number | undefined {
    return this.#length === 0 ? undefined : this.#columns.trainLoss[this.#length - 1]
  }

  get sizeBytes(): number {
    return this.#columns.step.byteLength * metricNames.length
  }

  /** Takes the points behind the last one: events that are told twice change nothing. */
  append(points: MetricColumns): void {
    let from = 0
    while (from < points.step.length && (points.step[from] as number) <= this.lastStep) from++
    const added = points.step.length - from
    if (added === 0) return
    this.#reserve(this.#length + added)
    for (const name of metricNames) this.#columns[name].set(points[name].subarray(from), this.#length)
    this.#length += added
    this.version++
  }

  /** In place of all there is. The arrays become the buffer's own: a long curve is not copied. */
  adopt(points: MetricColumns): void {
    this.#columns = points
    this.#length = points.step.length
    this.version++
  }

  clear(): void {
    this.#length = 0
    this.version++
  }

  #reserve(length: number): void {
    const capacity = this.#columns.step.length
    if (length <= capacity) return
    const grown = allocate(Math.max(length, capacity * 2))
    for (const name of metricNames) grown[name].set(this.#columns[name].subarray(0, this.#length))
    this.#columns = grown
  }
}

function allocate(length: number): MetricColumns {
  return {
    step: new Float64Array(length),
    examples: new Float64Array(length),
    seconds: new Float64Array(length),
    trainLoss: new Float64Array(length),
  }
}
