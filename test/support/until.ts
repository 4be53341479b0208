import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds` gives something other than null, undefined or false; the test's own limit ends the wait. */
export async function until<T>(holds: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await holds()
    if (value !== null && value !== undefined && value !== false) return value
    await sleep(5)
  }
}
