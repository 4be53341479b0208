import type { Walk } from '../traces/walk.ts'

/** What is plotted of a walk against its steps: a number a point; the first step size stands at point 1. */
export interface Measures {
  /** Above the lowest value there is where that is known, else the values themselves. */
  readonly height: Float64Array
  /** To the nearest minimum; empty where none is known. */
  readonly distance: Float64Array
  /** Length of the step to the point; NaN at the start. */
  readonly stepSize: Float64Array
}

export function measuresOf(
  { points, values }: Walk,
  dimension: number,
  minima: readonly (readonly number[])[],
  lowest: number | null,
): Measures {
  const count = values.length
  const height = lowest === null ? values : values.map((value) => value - lowest)
  const stepSize = new Float64Array(count).fill(NaN)
  const distance = new Float64Array(minima.length > 0 ? count : 0).fill(Infinity)
  for (let k = 0; k < count; k++) {
    const at = k * dimension
    if (k > 0) {
      let squares = 0
      for (let i = 0; i < dimension; i++)
        squares += ((points[at + i] as number) - (points[at + i - dimension] as number)) ** 2
      stepSize[k] = Math.sqrt(squares)
    }
    for (const minimum of minima) {
      let squares = 0
      for (let i = 0; i < dimension; i++)
        squares += ((points[at + i] as number) - (minimum[i] as number)) ** 2
      const far = Math.sqrt(squares)
      if (far < (distance[k] as number)) distance[k] = far
    }
  }
  return { height, distance, stepSize }
}
