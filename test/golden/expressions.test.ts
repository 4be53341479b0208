import { describe, expect, test } from 'vitest'
import { DescentError } from '../../src/contract/errors.ts'
import { parseObjective } from '../../src/objectives/expression.ts'
import { objectives } from '../../src/objectives/index.ts'
import { trace } from '../../src/traces/trace.ts'
import { fixture, relativeError } from './fixture.ts'

interface Valid {
  expression: string
  dimension: 1 | 2
  points: number[][]
  values: number[]
  gradients: number[][]
}

const golden = fixture('expressions') as {
  valid: Valid[]
  invalid: { expression: string; dimension: 1 | 2 }[]
}

/**
 * Expected numbers are exact (SymPy, 50 digits). An expression of some 20 operations is off by its condition number
 * times 1e-16; the oracle's points keep off cancellation (there float64 PyTorch agrees, too), which leaves a factor
 * of a few hundred at most: 1e-12, relative to the number itself. An exact 0 must be exactly 0.
 */
const tolerance = 1e-12

function worst(text: string, { dimension, points, values, gradients }: Valid): number {
  const objective = parseObjective(text, dimension)
  const g = new Float64Array(dimension)
  return Math.max(
    ...points.flatMap((point, k) => {
      objective.gradient(point, g)
      return [
        relativeError(objective.value(point), values[k] as number),
        ...(gradients[k] as number[]).map((slope, i) => relativeError(g[i] as number, slope)),
      ]
    }),
  )
}

describe('values and gradients are SymPy’s', () => {
  test.each(golden.valid.map((given, i) => [i, given.expression, given] as const))(
    '%i: %s',
    (_i, text, given) => {
      expect(parseObjective(text, given.dimension).dimension).toBe(given.dimension)
      expect(worst(text, given)).toBeLessThan(tolerance)
    },
  )

  test('the oracle has every named function', () => {
    const texts = new Set(golden.valid.map(({ expression }) => expression))
    for (const { id, expression } of objectives) expect(texts.has(expression), id).toBe(true)
  })
})

// Each reads like the first, if an operator bound otherwise: had the parser it wrong, the test above would show it.
test.each([
  ['-x^2', '(-x)^2'],
  ['(-x)^2', '-x^2'],
  ['2^-x', '-2^x'],
  ['2^x^2', '(2^x)^2'],
  ['x^2^3', '(x^2)^3'],
  ['16/x/2', '16/(x/2)'],
  ['12/x*2', '12/(x*2)'],
  ['1-2-x-3', '1-(2-(x-3))'],
  ['-x^-2*-3', '(-x)^-2*-3'],
  ['log(x)', 'log(x)/log(10)'],
  ['0.1*x1^2+2*x2^2', '0.1*x2^2+2*x1^2'],
  ['x1^2^x2', '(x1^2)^x2'],
])('%s would be seen to differ from %s', (text, other) => {
  const given = golden.valid.find(({ expression }) => expression === text) as Valid
  expect(worst(other, given)).toBeGreaterThan(tolerance)
})

describe('what is no objective is refused, with a sentence and a remedy', () => {
  test.each(golden.invalid.map(({ expression, dimension }) => [expression, dimension] as const))(
    '%j in %i dimension(s)',
    (expression, dimension) => {
      const attempt = () =>
        trace({
          objective: expression,
          optimizer: 'sgd',
          start: dimension === 1 ? [1] : [1, 1],
          steps: 1,
        })
      expect(attempt).toThrow(DescentError)
      try {
        attempt()
      } catch (error) {
        const { code, message, remedy } = error as DescentError
        expect(['expression', 'invalid-value']).toContain(code)
        expect(message).not.toBe('')
        expect(remedy).not.toBe('')
      }
    },
  )
})
