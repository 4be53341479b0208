import { randomInt } from 'node:crypto'

let last = 0

/**
 * A short id that sorts by creation: milliseconds since 2020 in base 36, then four random characters.
 * Ids made in one process ascend even within a millisecond.
 */
export function newId(now: Date): string {
  last = Math.max(last + 1, now.getTime() - Date.UTC(2020, 0))
  return `${last.toString(36)}${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`
}
