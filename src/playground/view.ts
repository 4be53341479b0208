import { objectives } from '../objectives/index.ts'
import { expressionOf, type PlaygroundState } from './state.ts'

export type Interval = readonly [number, number]

/** The part of line or plane that a state shows: an interval an axis. */
export function viewOf(
  state: Pick<PlaygroundState, 'objective' | 'condition' | 'rotation' | 'view' | 'start'>,
  dimension: 1 | 2,
): readonly Interval[] {
  const expression = expressionOf(state)
  const named = objectives.find((one) => one.id === state.objective || one.expression === expression)
  for (const range of [state.view, named?.range]) {
    if (!range) continue
    const axes = 'x' in range ? [range.x] : [range.x1, range.x2]
    if (axes.length === dimension) return axes
  }
  // Round, so that the picture holds still while the start is dragged.
  const far = Math.max(1, ...state.start.map((x) => 1.15 * Math.abs(x)))
  const power = 10 ** Math.floor(Math.log10(far))
  const reach = power * ([1, 2, 5, 10].find((factor) => factor * power >= far) ?? 10)
  return Array.from({ length: dimension }, (): Interval => [-reach, reach])
}

/** The axes as a state keeps them. */
export function viewFrom(axes: readonly Interval[]): PlaygroundState['view'] {
  const [first, second] = axes.map(([low, high]): [number, number] => [low, high])
  if (!first) return null
  return second ? { x1: first, x2: second } : { x: first }
}
