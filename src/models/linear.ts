/**
 * Linear regression ŷ = x·w + b with the loss (ŷ − y)²/2 averaged over the examples.
 * Parameters [features + 1] float64: the weights, then the bias.
 */
export interface LinearModel {
  readonly parameters: number
  /**
   * Mean gradient over a mini-batch, into `gradient`.
   * @param order row numbers; the batch is order[from … to)
   * @returns the batch's mean loss, at the parameters before the step
   */
  gradient(theta: Float64Array, order: Uint32Array, from: number, to: number, gradient: Float64Array): number
  /** Mean loss over rows [0, rows), or over those named. */
  loss(theta: Float64Array, among?: Uint32Array): number
}

/**
 * @param features [rows, width] row-major, already standardised
 * @param target [rows]
 * @param rows how many of them train
 */
export function linearModel(
  features: Float64Array,
  target: Float64Array,
  width: number,
  rows: number,
): LinearModel {
  return {
    parameters: width + 1,
    gradient(theta, order, from, to, gradient) {
      gradient.fill(0)
      let loss = 0
      for (let k = from; k < to; k++) {
        const row = order[k] as number
        const at = row * width
        let error = theta[width] as number
        for (let j = 0; j < width; j++) error += (features[at + j] as number) * (theta[j] as number)
        error -= target[row] as number
        loss += error * error
        for (let j = 0; j < width; j++)
          gradient[j] = (gradient[j] as number) + error * (features[at + j] as number)
        gradient[width] = (gradient[width] as number) + error
      }
      const count = to - from
      for (let j = 0; j <= width; j++) gradient[j] = (gradient[j] as number) / count
      return loss / (2 * count)
    },
    loss(theta, among) {
      const count = among?.length ?? rows
      let loss = 0
      for (let k = 0; k < count; k++) {
        const row = among ? (among[k] as number) : k
        const at = row * width
        let error = theta[width] as number
        for (let j = 0; j < width; j++) error += (features[at + j] as number) * (theta[j] as number)
        error -= target[row] as number
        loss += error * error
      }
      return loss / (2 * count)
    },
  }
}
