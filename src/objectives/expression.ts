import { checkExpression, expressionError } from './lexer.ts'
import { compileMathematics, type Evaluate } from './mathematics.ts'

/** A function of one or two variables with its exact gradient. */
export interface Objective {
  /** As a person types it. */
  readonly expression: string
  readonly dimension: 1 | 2
  readonly value: Evaluate
  /** Partial derivatives at x, into `into`. */
  readonly gradient: (x: readonly number[], into: Float64Array) => void
  readonly tex: string
}

/**
 * Reads a typed objective: `x` in one dimension, `x1` and `x2` in two; + - * / ^, parentheses, pi, e, sin cos tan
 * exp log sqrt abs tanh.
 * @param dimension of the start, where it is known; an expression without variables takes it
 * @throws DescentError `expression`, with the column
 */
export function parseObjective(expression: string, dimension?: 1 | 2): Objective {
  const used = checkExpression(expression)
  const own = used.has('x') ? 1 : used.size > 0 ? 2 : (dimension ?? 1)
  const variables = own === 1 ? ['x'] : ['x1', 'x2']
  const { value, partials, tex } = parsed(expression, variables)
  return {
    expression,
    dimension: own,
    value,
    gradient: (x, into) => partials.forEach((partial, i) => (into[i] = partial(x))),
    tex,
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
