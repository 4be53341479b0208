import { checkExpression, expressionError } from './lexer.ts'
import { compileMathematics, type Evaluate } from './mathematics.ts'

/** A function of one or two variables with its exact gradient. */
export interface Objective {
  /** As a person types it. */
  readonly expression: string
  readonly dimension: 1 | 2
  readonly value: Evaluate
  /** Partial derivatives at x, into `into`. */
  readonly gradient: (x: ArrayLike<number>, into: Float64Array) => void
  /** Both at once, which costs less than one after the other. */
  readonly valueAndGradient: (x: ArrayLike<number>, into: Float64Array) => number
  readonly tex: string
}

/**
 * Reads a typed objective: `x` in one dimension, `x1` and `x2` in two; + - * / ^, parentheses, pi, e, sin cos tan
 * exp log sqrt abs tanh.
 * @param dimension of the start, where it is known; an expression without variables takes it
 * @throws DescentError `expression`, with the column
 */
export function parseObjective(expression: string, dimension?: 1 | 2): Objective {
  const key = `${dimension ?? ''} ${expression}`
  const known = read.get(key)
  if (known) return known
  const objective = readObjective(expression, dimension)
  if (read.size >= remembered) read.clear()
  read.set(key, objective)
  return objective
}

/** Differentiating takes a millisecond, and who drags a start asks for the same objective in every frame. */
const read = new Map<string, Objective>()
const remembered = 50

function readObjective(expression: string, dimension: 1 | 2 | undefined): Objective {
  const used = checkExpression(expression)
  const own = used.has('x') ? 1 : used.size > 0 ? 2 : (dimension ?? 1)
  const variables = own === 1 ? ['x'] : ['x1', 'x2']
  return {
    expression,
    dimension: own,
    ...parsed(expression, variables),
  }
}

function parsed(expression: string, variables: readonly string[]): ReturnType<typeof compileMathematics> {
  try {
    return compileMathematics(expression, variables)
  } catch (error) {
    // The lexer has let only mathematics through, so what is left is its grammar.
    if (!(error instanceof SyntaxError)) throw error
    const column = 'char' in error && typeof error.char === 'number' ? error.char : 1
    throw expressionError(expression, column, `${error.message.replace(/ \(char \d+\)$/, '').toLowerCase()}.`)
  }
}
