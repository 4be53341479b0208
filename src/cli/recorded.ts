import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeasuredRun } from '../charts/comparison.ts'
import type { MetricColumns, RunRecord } from '../experiments/run.ts'
import { places } from '../lab/places.ts'

/** What `npm run prove` recorded of the runs that pictures show: as in the library, columns as lists. */
export interface Recorded {
  runs: { record: RunRecord; metrics: Record<keyof MetricColumns, number[]> }[]
}

const files = ['lenet-fashion-mnist.json']

/** Real runs that come with the program, because training them for a picture takes minutes. */
export async function recordedRuns(): Promise<MeasuredRun[]> {
  const folder = join(places().resources, 'recorded')
  const all = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Recorded),
  )
  return all
    .flatMap(({ runs }) => runs)
    .map(({ record, metrics }) => ({
      record,
      metrics: Object.fromEntries(
        Object.entries(metrics).map(([name, values]) => [name, Float64Array.from(values)]),
      ) as unknown as MetricColumns,
      recordedOn: record.finishedAt?.slice(0, 10) ?? '',
    }))
}
