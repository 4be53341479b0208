import type { SettingMap } from '../experiments/settings.ts'
import { parseObjective } from '../objectives/expression.ts'
import { objectives } from '../objectives/index.ts'
import { Walker } from './walker.ts'

export interface SweepSettings {
  /** An expression. */
  readonly expression: string
  readonly optimizer: string
  readonly set: SettingMap
  readonly start: readonly number[]
  readonly steps: number
  /** The learning rates lie between these, equally spaced in their logarithm. */
  readonly least: number
  readonly greatest: number
  readonly count: number
}

/** What a learning rate leads to. */
export interface SweepResult {
  readonly rates: readonly number[]
  /** The objective after the last step; NaN where the walk diverged. */
  readonly finals: readonly number[]
  /**
   * The learning rate from which on the walk ends higher than it began, or nowhere: between the last that does not and
   * the first that does, to 5 digits. Null where none in the range does.
   */
  readonly edge: number | null
  /** The rate that ended lowest. */
  readonly best: number | null
}

/** @throws DescentError where the expression, the optimizer, its settings or the start do not fit together */
export function sweep(settings: SweepSettings): SweepResult {
  const { expression, optimizer, set, start, steps, least, greatest, count } = settings
  const walker = new Walker(parseObjective(expression, start.length === 1 ? 1 : 2), optimizer, set)
  const began = walker.objective.value(start)
  const end = (lr: number): number => (walker.run(start, steps, lr) ? walker.value() : NaN)
  const rates = Array.from({ length: count }, (_, i) => least * (greatest / least) ** (i / (count - 1)))
  const finals = rates.map(end)
  const isLost = (value: number): boolean => !(value <= began)
  // The last that is not lost, so that a lone mishap below the edge is not taken for it.
  let lastGood = count - 1
  while (lastGood >= 0 && isLost(finals[lastGood] as number)) lastGood--
  let edge: number | null = null
  const [inside, outside] = [rates[lastGood], rates[lastGood + 1]]
  if (outside !== undefined) {
    let [low, high] = [inside ?? outside, outside]
    while (high / low > 1 + 1e-5) {
      const middle = Math.sqrt(low * high)
      if (isLost(end(middle))) high = middle
      else low = middle
    }
    edge = high
  }
  let best: number | null = null
  let lowest = Infinity
  finals.forEach((value, i) => {
    if (value < lowest) [lowest, best] = [value, rates[i] as number]
  })
  return { rates, finals, edge, best }
}

/** The lowest value of a named objective; null where none is known. */
export function lowestValue(expression: string): number | null {
  const minimum = objectives.find((one) => one.expression === expression)?.minima[0]
  return minimum ? parseObjective(expression, minimum.length === 1 ? 1 : 2).value(minimum) : null
}
