import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { lookUp, suggestion } from '../../../src/contract/lookup.ts'
import { optimizers } from '../../../src/optimizers/index.ts'

const ids = optimizers.map(({ id }) => id)

function refusal(given: string): DescentError {
  try {
    lookUp(optimizers, given, 'optimizer')
  } catch (error) {
    if (error instanceof DescentError) return error
  }
  throw new Error(`"${given}" was found`)
}

describe('lookUp', () => {
  test('finds every id', () => {
    for (const rule of optimizers) expect(lookUp(optimizers, rule.id, 'optimizer')).toBe(rule)
  })

  test.each(['', 'Adam', ' adam', 'constructor', '__proto__', '0'])('does not take %j for an id', (given) => {
    const { code, message, remedy } = refusal(given)
    expect(code).toBe('not-found')
    expect(message).toBe(`There is no optimizer "${given}".`)
    expect(remedy).toContain('descent list optimizers')
  })

  test('the remedy names the nearest, nearest first', () => {
    expect(refusal('admw').remedy).toMatch(/^Did you mean adamw\b/)
    expect(refusal('Adam').remedy).toMatch(/^Did you mean adam or/)
  })

  test('and is silent where nothing is near', () => {
    expect(refusal('conjugate-gradient').remedy).toBe('`descent list optimizers` shows all.')
  })
})

describe('suggestion', () => {
  test.each([
    ['sdg', 'sgd'], // transposed
    ['momentu', 'momentum'], // short
    ['momentumm', 'momentum'], // long
    ['rmsporp', 'rmsprop'],
    ['nestrov', 'nesterov'],
    ['ADAGRAD', 'adagrad'], // capitals
    ['AdaGrd', 'adagrad'],
    ['adadetla', 'adadelta'],
    ['nest', 'nesterov'], // a beginning
  ])('%s → %s', (given, meant) => {
    expect(suggestion(given, ids)).toMatch(new RegExp(`^Did you mean ${meant}\\b`))
  })

  test('three names at most, each once, joined by or, and a space to go on from', () => {
    const text = suggestion(
      'adam',
      ids.filter((id) => id !== 'adam'),
    )
    const names = /^Did you mean (.*)\? $/.exec(text)?.[1]?.split(' or ') ?? []
    expect(names.length).toBeLessThanOrEqual(3)
    expect(new Set(names).size).toBe(names.length)
    expect(names[0]).toBe('adamw')
  })

  test('nothing typed is near to nothing', () => {
    expect(suggestion('', ids)).toBe('')
  })

  test('no names, no suggestion', () => {
    expect(suggestion('adam', [])).toBe('')
  })
})
