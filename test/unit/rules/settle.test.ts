import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { number, type Hyperparameter } from '../../../src/rules/hyperparameter.ts'
import { interval, settleHyperparameters } from '../../../src/rules/settle.ts'

const meaning = { en: 'a number', 'zh-CN': '数' }
const rule = (hyper: Record<string, Hyperparameter>) => ({ id: 'rule', hyper })

function refusal(attempt: () => unknown): DescentError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof DescentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a sentence that names the value, the bound and the remedy', () => {
  const half = rule({ h: number(0.5, { min: 0, max: 1, open: { max: true } }, 'h', meaning) })

  test.each([
    [1, '1'],
    [-0.25, '-0.25'],
    ['0.5', '"0.5"'],
    [true, 'true'],
    [null, 'null'],
    [[0.5], '[0.5]'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
    [NaN, 'NaN'],
  ])('%s', (value, shown) => {
    const { code, message, remedy } = refusal(() => settleHyperparameters(half, { h: value }))
    expect(code).toBe('invalid-value')
    expect(message).toBe(`rule: h is ${shown}, but must be a number in [0, 1).`)
    expect(remedy).toBe('Give a number in [0, 1).')
  })
})

test('intervals are written as mathematics writes them', () => {
  expect(interval({ min: 0, max: 1 })).toBe('[0, 1]')
  expect(interval({ min: 0, max: 1, open: { max: true } })).toBe('[0, 1)')
  expect(interval({ min: 0, max: 1, open: { min: true } })).toBe('(0, 1]')
  expect(interval({ min: 0, max: Infinity })).toBe('[0, ∞)')
  expect(interval({ min: -Infinity, max: Infinity })).toBe('(−∞, ∞)')
})

// What every object inherits is no hyperparameter, and a misspelt one must not pass in silence.
test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
  '%s is not known',
  (name) => {
    for (const rule of optimizers) {
      const given = JSON.parse(`{"${name}": 1}`) as Record<string, unknown>
      const { code, message } = refusal(() => settleHyperparameters(rule, given))
      expect(code).toBe('not-found')
      expect(message).toContain(`"${name}"`)
    }
  },
)

test('undefined is the same as not given', () => {
  for (const rule of optimizers)
    expect(settleHyperparameters(rule, { lr: undefined, clipNorm: undefined })).toEqual(
      settleHyperparameters(rule, {}),
    )
})

test('what was given is not changed', () => {
  const given = Object.freeze({ lr: 0.5, clipNorm: 'off' })
  const [sgd] = optimizers
  if (sgd) expect(settleHyperparameters(sgd, given)['clipNorm']).toBeNull()
  expect(given).toEqual({ lr: 0.5, clipNorm: 'off' })
})
