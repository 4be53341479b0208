import { distance } from 'fastest-levenshtein'
import { DescentError } from './errors.ts'

/**
 * The definition with this id.
 * @param what what the list holds, in the singular: "optimizer"
 * @throws DescentError `not-found`, naming the nearest ids
 */
export function lookUp<T extends { readonly id: string }>(list: readonly T[], id: string, what: string): T {
  const found = list.find((item) => item.id === id)
  if (found) return found
  throw new DescentError(
    'not-found',
    `There is no ${what} "${id}".`,
    `${suggestion(
      id,
      list.map((item) => item.id),
    )}\`descent list ${what}s\` shows all.`,
  )
}

/** "Did you mean adam or adamw? ", or nothing when no name is near. */
export function suggestion(given: string, names: readonly string[]): string {
  if (given === '') return ''
  const near = names
    .map((name) => ({ name, away: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ name, away }) =>
        away <= Math.max(2, Math.floor(name.length / 3)) ||
        (given.length > 1 && name.toLowerCase().startsWith(given.toLowerCase())),
    )
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ name }) => name)
  return near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''
}
