import { describe, expect, test } from 'vitest'
import { DescentError, errorCodes } from '../../../src/contract/errors.ts'

test('codes are kebab-case and each is there once', () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length)
  for (const code of errorCodes) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
})

test('as JSON it is exactly code, message and remedy', () => {
  const error = new DescentError('usage', 'What.', 'Do.', { cause: new Error('why') })
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'usage', message: 'What.', remedy: 'Do.' })
  expect(error).toBeInstanceOf(Error)
  expect(error.name).toBe('DescentError')
  expect((error.cause as Error).message).toBe('why')
})

describe('anything thrown becomes one', () => {
  test('itself stays itself', () => {
    const error = new DescentError('conflict', 'What.', 'Do.')
    expect(DescentError.from(error)).toBe(error)
  })

  test('an aborted signal is a cancellation', () => {
    const controller = new AbortController()
    controller.abort()
    expect(DescentError.from(controller.signal.reason).code).toBe('cancelled')
  })

  test.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('%s is internal and keeps its message and its cause', (thrown, message) => {
    const error = DescentError.from(thrown)
    expect([error.code, error.message, error.cause]).toEqual(['internal', message, thrown])
    expect(error.remedy).toContain('bug')
  })
})
