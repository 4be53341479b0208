import { DescentError, type ErrorShape } from '../../../../../src/contract/errors.ts'
import { parseObjective, type Objective } from '../../../../../src/objectives/expression.ts'
import { objectives } from '../../../../../src/objectives/index.ts'

type Interval = readonly [number, number]

/** What a name or a typed expression stands for. */
export interface ReadObjective {
  expression: string
  objective: Objective | null
  error: ErrorShape | null
  /** The part of the plane to look at. */
  range: { x1: Interval; x2: Interval }
  start: readonly number[]
}

/** Where to look at an expression that has no part of the plane of its own. */
const usual = { x1: [-5, 5], x2: [-5, 5] } as const

export function readNamed(text: string): ReadObjective {
  const named = objectives.find(({ id, expression }) => id === text || expression === text)
  const expression = named?.expression ?? text
  let objective: Objective | null = null
  let error: ErrorShape | null = null
  try {
    objective = parseObjective(expression)
  } catch (thrown) {
    error = DescentError.from(thrown).toJSON()
  }
  return {
    expression,
    objective,
    error,
    range: named && 'x1' in named.range ? named.range : usual,
    start: named?.start ?? (objective?.dimension === 1 ? [3] : [3, 2]),
  }
}

/** `-5, -2` → [−5, −2]; null where that is not one number a variable. */
export function readStart(text: string, dimension: number): number[] | null {
  const parts = text.split(/[,，]/).map((part) => part.trim())
  const numbers = parts.map(Number)
  return parts.length === dimension && parts.every((part) => part !== '') && numbers.every(Number.isFinite)
    ? numbers
    : null
}
