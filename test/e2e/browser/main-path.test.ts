import { describe, test } from 'vitest'
import { inChromium, placeOf } from '../support/chromium.ts'
import { killWhileWatching, walkMainPath } from '../support/main-path.ts'

describe('the main path', () => {
  test(
    'start, run the sample, change it, run, compare, pin a baseline, export; the numbers are the command line’s',
    () => inChromium((opened) => walkMainPath(placeOf(opened))),
    180_000,
  )

  test('SIGKILL of the engine and of the lab while watching: the page says so, and the run goes on', () =>
    inChromium((opened) => killWhileWatching(opened)))
})
