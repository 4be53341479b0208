import { expect } from 'vitest'

/** Vitest types its matchers as `any`; these are not. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)
export const containing = (text: string): unknown => expect.stringContaining(text)

/** A value that the test cannot do without. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('What the test needs is not there.')
  return value
}
