import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeasuredRun } from '../charts/comparison.ts'
import { readRecorded } from '../figures/recorded.ts'
import { places } from '../lab/places.ts'

/** The runs that `npm run prove` recorded, because training them for a picture takes minutes. */
export async function recordedRuns(): Promise<MeasuredRun[]> {
  return readRecorded(
    await readFile(join(places().resources, 'recorded', 'lenet-fashion-mnist.json'), 'utf8'),
  )
}
