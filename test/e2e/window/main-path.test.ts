import { describe, test } from 'vitest'
import { inElectron, placeOf } from '../support/electron.ts'
import { killWhileWatching, walkMainPath } from '../support/main-path.ts'

describe('the main path in the window', () => {
  test(
    'start, run the sample, change it, run, compare, pin a baseline, export; the numbers are the command line’s',
    () => inElectron((opened) => walkMainPath(placeOf(opened))),
    180_000,
  )

  test('SIGKILL of the engine and of the lab while watching: the window says so, and the run goes on', () =>
    inElectron((opened) => killWhileWatching(placeOf(opened))))
})
