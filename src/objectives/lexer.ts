import { DescentError } from '../contract/errors.ts'

export const functionNames = ['sin', 'cos', 'tan', 'exp', 'log', 'sqrt', 'abs', 'tanh'] as const
export const constants = { pi: Math.PI, e: Math.E }
export const variableNames = ['x', 'x1', 'x2'] as const

const longest = 1000
/** Deeper nests are no objective anybody meant, and a parser's recursion ends somewhere. */
const deepest = 50

/** An expression error at a column (from 1), with the text and a caret under it. */
export function expressionError(text: string, column: number, what: string, remedy?: string): DescentError {
  return new DescentError(
    'expression',
    `Column ${column}: ${what}\n  ${text}\n  ${' '.repeat(column - 1)}^`,
    remedy ??
      `Use x (or x1 and x2), numbers, + - * / ^, parentheses, pi, e and ${functionNames.join(', ')}. Nothing else is understood.`,
  )
}

/**
 * Lets only mathematics through, before any parser sees the text: every name, operator and juxtaposition is checked
 * and refused at its column.
 * @returns the variables used
 */
export function checkExpression(text: string): Set<string> {
  if (text.length > longest)
    throw expressionError(
      text.slice(0, 60),
      1,
      `the expression has ${text.length} characters, at most ${longest} are read.`,
    )
  if (text.trim() === '') throw expressionError(text, 1, 'the expression is empty.')
  const variables = new Set<string>()
  const token =
    /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/^()])|(\S))/guy
  // A value ends here, so another may not begin: 2x, x(1), )( would be implicit products.
  let afterValue = false
  let afterFunction = false
  let opened = false
  let depth = 0
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [whole, number, name, operator, other] = match
    const symbol = number ?? name ?? operator ?? other ?? ''
    const column = match.index + whole.length - symbol.length + 1
    if (other !== undefined) throw expressionError(text, column, `"${other}" is not part of an expression.`)
    if (operator === '*' && text.startsWith('*', token.lastIndex))
      throw expressionError(text, column, '"**" is not an operator.', 'Write powers with ^, as in x^2.')
    if (operator === ')' && opened)
      throw expressionError(text, column, 'there is nothing between the parentheses.')
    opened = operator === '('
    if (operator === '(') depth++
    if (operator === ')') depth--
    if (depth < 0) throw expressionError(text, column, 'this parenthesis closes nothing.')
    if (depth > deepest)
      throw expressionError(
        text,
        column,
        `parentheses are nested deeper than ${deepest}.`,
        'Write the expression flatter.',
      )
    if (afterFunction && operator !== '(')
      throw expressionError(text, column, 'a function needs its argument in parentheses.')
    afterFunction = false
    if (number !== undefined || name !== undefined || operator === '(') {
      if (afterValue)
        throw expressionError(
          text,
          column,
          `an operator is missing before "${symbol}".`,
          'Write products with *, as in 2*x.',
        )
    }
    if (name !== undefined) {
      if ((functionNames as readonly string[]).includes(name)) {
        afterFunction = true
        continue
      }
      if ((variableNames as readonly string[]).includes(name)) variables.add(name)
      else if (!Object.hasOwn(constants, name)) throw expressionError(text, column, `"${name}" is not known.`)
    }
    afterValue = number !== undefined || name !== undefined || operator === ')'
  }
  if (afterFunction)
    throw expressionError(text, text.length + 1, 'a function needs its argument in parentheses.')
  if (variables.has('x') && variables.size > 1)
    throw expressionError(text, 1, 'x and x1, x2 are mixed.', 'Use x for one dimension, x1 and x2 for two.')
  return variables
}
