import type { Objective } from '../objectives/expression.ts'

/**
 * The minimum in whose hollow a point lies, by damped Newton steps that never go uphill: where a walk was heading.
 * @param reach the longest step
 */
export function minimumNear(objective: Objective, from: readonly number[], reach: number): number[] {
  const point = [...from]
  const [here, ahead] = [new Float64Array(2), new Float64Array(2)]
  const delta = 1e-5 * reach
  let value = objective.value(point)
  for (let k = 0; k < 60; k++) {
    objective.gradient(point, here)
    const [g1, g2] = here as unknown as [number, number]
    // The Hessian by differences of the exact gradient.
    objective.gradient([(point[0] as number) + delta, point[1] as number], ahead)
    const [a, b1] = [((ahead[0] as number) - g1) / delta, ((ahead[1] as number) - g2) / delta]
    objective.gradient([point[0] as number, (point[1] as number) + delta], ahead)
    const [b2, c] = [((ahead[0] as number) - g1) / delta, ((ahead[1] as number) - g2) / delta]
    const step = downhill(g1, g2, a, (b1 + b2) / 2, c)
    const length = Math.hypot(...step)
    if (!(length > 1e-12 * reach)) break
    let scale = Math.min(1, reach / length)
    let next = point
    let nextValue = value
    for (let halvings = 0; halvings < 40; halvings++, scale /= 2) {
      next = point.map((x, i) => x + scale * (step[i] as number))
      nextValue = objective.value(next)
      if (nextValue < value) break
    }
    if (!(nextValue < value)) break
    point.splice(0, 2, ...next)
    value = nextValue
  }
  return point
}

/** −|H|⁻¹g: Newton's step where the Hessian is positive, its mirror image along directions that curve down. */
function downhill(g1: number, g2: number, a: number, b: number, c: number): [number, number] {
  const middle = (a + c) / 2
  const radius = Math.hypot((a - c) / 2, b)
  const angle = Math.atan2(2 * b, a - c) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const least = 1e-8 * (Math.abs(middle) + radius) || 1
  const first = (cos * g1 + sin * g2) / Math.max(Math.abs(middle + radius), least)
  const second = (cos * g2 - sin * g1) / Math.max(Math.abs(middle - radius), least)
  return [-(cos * first - sin * second), -(sin * first + cos * second)]
}
