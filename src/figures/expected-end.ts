import { parseObjective } from '../objectives/expression.ts'
import type { Trace, TraceSettings } from '../traces/trace.ts'

/**
 * Mean and standard deviation, over all seeds, of where gradient descent with noisy gradients ends, exactly: on a sum
 * of one quadratic a coordinate, ∂f/∂xᵢ = λᵢxᵢ + bᵢ, a step with noise ε ~ N(0, σ²) is xᵢ ← xᵢ − η(λᵢxᵢ + bᵢ + ε), so
 * that E x ← E x − η(λ E x + b) and Var x ← (1 − ηλ)² Var x + η²σ².
 * @param rates of every step taken
 * @throws RangeError where the objective or the rule is another
 */
export function expectedEnd(
  { objective: expression, optimizer, start = [], noise = 0 }: TraceSettings,
  { rates }: Pick<Trace, 'rates'>,
): { mean: number[]; deviation: number[] } {
  if (optimizer !== 'sgd') throw new RangeError(`There is no exact distribution of ${optimizer}'s end here.`)
  const { gradient, dimension } = parseObjective(expression)
  const slopeAt = (point: readonly number[]): Float64Array => {
    const into = new Float64Array(dimension)
    gradient(point, into)
    return into
  }
  const zero = new Array<number>(dimension).fill(0)
  const offsets = slopeAt(zero)
  const ends = start.map((first, i) => {
    const unit = zero.map((_, j) => (i === j ? 1 : 0))
    const moved = slopeAt(unit)
    const curvature = (moved[i] as number) - (offsets[i] as number)
    const twice = slopeAt(unit.map((x) => 2 * x))
    const isQuadratic = twice.every(
      (slope, j) =>
        slope - (offsets[j] as number) === (i === j ? 2 * curvature : 0) && Number.isFinite(slope),
    )
    if (!isQuadratic) throw new RangeError(`${expression} is no sum of one quadratic a coordinate.`)
    let mean = first
    let variance = 0
    for (const rate of rates) {
      mean -= rate * (curvature * mean + (offsets[i] as number))
      variance = (1 - rate * curvature) ** 2 * variance + rate ** 2 * noise ** 2
    }
    return { mean, deviation: Math.sqrt(variance) }
  })
  return { mean: ends.map(({ mean }) => mean), deviation: ends.map(({ deviation }) => deviation) }
}
