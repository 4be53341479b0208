import { padded } from '../../../../src/charts/ticks.ts'
import type { Objective } from '../../../../src/objectives/expression.ts'
import type { Interval } from '../../../../src/playground/view.ts'

const samples = 400

/** What a function of one variable takes on over an interval, with a margin. */
export function heightRange(objective: Objective, [from, to]: Interval): Interval {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i <= samples; i++) {
    const value = objective.value([from + ((to - from) * i) / samples])
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high > low ? padded(low, high, 'linear', 0.06, 0.06) : [-1, 1]
}
