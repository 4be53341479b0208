import type { QuantityColumns } from '../../../../src/charts/quantity.ts'

/** The points' mean distance has become another one, and with it the average, beyond this share. */
const otherSpacing = 0.01

/**
 * What is kept of a curve while it grows, so that new points cost what they are: its range and its exponential moving
 * average. The average is that of src/charts/smooth.ts over steps, and so the same on every axis.
 */
export class GrowingLine {
  /** Of all finite values. */
  low = Infinity
  high = -Infinity
  /** Of the positive ones, which a log axis can show. */
  lowPositive = Infinity
  #counted = 0
  #smoothed = new Float64Array(0)
  #strength = 0
  #spacing = 0
  #sum = 0
  #weight = 0
  #before = 0
  /** The last point that was counted: where it no longer stands, the curve is another one. */
  #mark: readonly number[] = []

  /** The moving average so far; empty without smoothing. */
  get smoothed(): Float64Array {
    return this.#smoothed.subarray(0, this.#strength > 0 ? this.#counted : 0)
  }

  /** @returns whether what was there before still holds, so that only the new points need drawing */
  update(points: QuantityColumns, strength: number): boolean {
    const { step, seconds, value: values } = points
    const length = step.length
    const spacing = length > 1 ? ((step[length - 1] as number) - (step[0] as number)) / (length - 1) : 0
    const asBefore = this.#spacing === 0 || Math.abs(spacing / this.#spacing - 1) < otherSpacing
    const same = this.#continues(points) && strength === this.#strength && (strength === 0 || asBefore)
    if (!same) this.#reset(strength)
    if (!same || this.#spacing === 0) this.#spacing = spacing
    if (strength > 0 && this.#smoothed.length < length) {
      const grown = new Float64Array(Math.max(length, this.#smoothed.length * 2))
      grown.set(this.#smoothed)
      this.#smoothed = grown
    }
    const fade = Math.min(strength, 0.9999)
    for (let i = this.#counted; i < length; i++) {
      const value = values[i] as number
      if (!Number.isFinite(value)) {
        if (strength > 0) this.#smoothed[i] = Number.NaN
        continue
      }
      if (value < this.low) this.low = value
      if (value > this.high) this.high = value
      if (value > 0 && value < this.lowPositive) this.lowPositive = value
      if (strength <= 0) continue
      const here = step[i] as number
      const kept = this.#spacing > 0 ? fade ** ((here - this.#before) / this.#spacing) : fade
      this.#before = here
      this.#sum = this.#sum * kept + value
      this.#weight = this.#weight * kept + 1
      this.#smoothed[i] = this.#sum / this.#weight
    }
    this.#counted = length
    const last = length - 1
    this.#mark = length === 0 ? [] : [step[last] as number, seconds[last] as number, values[last] as number]
    return same
  }

  #continues({ step, seconds, value }: QuantityColumns): boolean {
    if (this.#counted === 0) return true
    const last = this.#counted - 1
    return (
      last < step.length &&
      Object.is(step[last], this.#mark[0]) &&
      Object.is(seconds[last], this.#mark[1]) &&
      Object.is(value[last], this.#mark[2])
    )
  }

  #reset(strength: number): void {
    this.low = this.lowPositive = Infinity
    this.high = -Infinity
    this.#counted = 0
    this.#strength = strength
    this.#spacing = 0
    this.#sum = this.#weight = this.#before = 0
  }
}
