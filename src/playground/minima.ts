import type { Objective } from '../objectives/expression.ts'
import { objectives } from '../objectives/index.ts'
import { expressionOf, type PlaygroundState } from './state.ts'

type Interval = readonly [number, number]

/** Where the minima are that are known of a state's objective by name; an empty list where it has none. */
export function knownMinima(
  state: Pick<PlaygroundState, 'objective' | 'condition' | 'rotation'>,
): readonly (readonly number[])[] | null {
  const expression = expressionOf(state)
  const named = objectives.find((one) => one.id === state.objective || one.expression === expression)
  return named && named.minima.length > 0 ? named.minima : null
}

const columns = 41
/** A curved valley is followed in small steps; what is not there by then is near enough to draw. */
const mostTries = 20_000

/**
 * The lowest point inside a part of the line or plane, by a grid and a compass search; null where the objective only
 * falls towards the edge.
 */
export function lowestInside({ dimension, value }: Objective, axes: readonly Interval[]): number[] | null {
  const sides = axes.slice(0, dimension)
  const steps = sides.map(([low, high]) => (high - low) / (columns - 1))
  let best: number[] | null = null
  let least = Infinity
  for (let at = 0; at < columns ** dimension; at++) {
    const point = sides.map(
      ([low], i) => low + (Math.floor(at / columns ** i) % columns) * (steps[i] as number),
    )
    const height = value(point)
    if (height < least) [least, best] = [height, point]
  }
  if (!best) return null
  const size = (i: number): number => Math.max(1, Math.abs(best?.[i] ?? 0))
  for (let tries = 0; tries < mostTries && steps.some((step, i) => step > 1e-12 * size(i)); tries++) {
    let moved = false
    for (let i = 0; i < dimension; i++)
      for (const direction of [-1, 1]) {
        const next: number[] = [...best]
        next[i] = (next[i] as number) + direction * (steps[i] as number)
        const height = value(next)
        if (height < least) [least, best, moved] = [height, next, true]
      }
    if (!moved) steps.forEach((step, i) => (steps[i] = step / 2))
    if (best.some((x, i) => x < (sides[i] as Interval)[0] || x > (sides[i] as Interval)[1])) return null
  }
  return best
}
