import type { MeasuredRun } from '../charts/comparison.ts'
import type { MetricColumns, RunRecord } from '../experiments/run.ts'

/** Runs that come with the program, as resources/recorded keeps them: as in the library, columns as lists. */
export interface Recorded {
  runs: { record: RunRecord; metrics: Record<keyof MetricColumns, number[]> }[]
}

/** What a file of recorded runs says, with the day of each. */
export function readRecorded(text: string): MeasuredRun[] {
  const { runs } = JSON.parse(text) as Recorded
  return runs.map(({ record, metrics }) => ({
    record,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, values]) => [name, Float64Array.from(values)]),
    ) as unknown as MetricColumns,
    recordedOn: record.finishedAt?.slice(0, 10) ?? '',
  }))
}
