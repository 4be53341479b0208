import { DescentError } from '../contract/errors.ts'
import type { OptimizerDefinition } from './definition.ts'
import { sharedHyperparameters, type Hyperparameter } from './hyperparameter.ts'

/** A value given to a hyperparameter: `null` where an optional one is off. */
export type HyperValue = number | boolean | string | null
export type HyperValues = Readonly<Record<string, HyperValue>>

/** A rule's own hyperparameters and the shared ones. */
export function hyperparametersOf(
  rule: Pick<OptimizerDefinition, 'hyper'>,
): Readonly<Record<string, Hyperparameter>> {
  return { ...sharedHyperparameters, ...rule.hyper }
}

/**
 * Defaults filled in and every value checked.
 * @throws DescentError `not-found` for an unknown name, `invalid-value` for a value outside its bounds
 */
export function settleHyperparameters(
  rule: Pick<OptimizerDefinition, 'id' | 'hyper'>,
  given: Readonly<Record<string, unknown>>,
): HyperValues {
  const known = hyperparametersOf(rule)
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name))
      throw new DescentError(
        'not-found',
        `${rule.id} has no hyperparameter "${name}".`,
        `It takes ${Object.keys(known).join(', ')}.`,
      )
  return Object.fromEntries(
    Object.entries(known).map(([name, declared]) => [
      name,
      check(`${rule.id}: ${name}`, declared, Object.hasOwn(given, name) ? given[name] : undefined),
    ]),
  )
}

function check(what: string, declared: Hyperparameter, value: unknown): HyperValue {
  const refuse = (bound: string) =>
    new DescentError('invalid-value', `${what} is ${show(value)}, but must be ${bound}.`, `Give ${bound}.`)
  switch (declared.kind) {
    case 'number': {
      if (value === undefined) return declared.default
      const inside =
        typeof value === 'number' &&
        (declared.open?.min ? value > declared.min : value >= declared.min) &&
        (declared.open?.max ? value < declared.max : value <= declared.max) &&
        Number.isFinite(value)
      if (!inside) throw refuse(`a number in ${interval(declared)}`)
      return value
    }
    case 'optional':
      if (value === undefined || value === 'off' || value === null) return null
      if (typeof value !== 'number' || !(value > declared.min) || !Number.isFinite(value))
        throw refuse(`"off" or a number above ${declared.min}`)
      return value
    case 'flag':
      if (value === undefined) return declared.default
      if (typeof value !== 'boolean') throw refuse('true or false')
      return value
    case 'choice':
      if (value === undefined) return declared.default
      if (typeof value !== 'string' || !declared.choices.includes(value))
        throw refuse(`one of ${declared.choices.join(', ')}`)
      return value
  }
}

/** A value as a sentence names it: NaN and infinities too. */
export const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : value === undefined ? 'missing' : JSON.stringify(value)

/** `[0, 1)`, as mathematics writes it. */
export function interval(range: {
  min: number
  max: number
  open?: { min?: boolean; max?: boolean }
}): string {
  const low = range.open?.min || range.min === -Infinity ? '(' : '['
  const high = range.open?.max || range.max === Infinity ? ')' : ']'
  const show = (bound: number) => (bound === Infinity ? '∞' : bound === -Infinity ? '−∞' : String(bound))
  return `${low}${show(range.min)}, ${show(range.max)}${high}`
}
