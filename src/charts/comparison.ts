import type { MetricColumns, RunRecord } from '../experiments/run.ts'

/** One run with its curve. */
export interface MeasuredRun {
  record: RunRecord
  metrics: MetricColumns
  /** The day it was recorded, where it comes with the program. */
  recordedOn?: string
}

/** What a report or the Compare page shows. Runs of one series differ only in their seed. */
export interface Comparison {
  title: string
  question?: string
  /** The experiment that the runs come from, when they come from one; `text` is the file as it was submitted. */
  experiment?: { id: string; hash: string; text: string }
  /** Any run of the series that others are compared with; by default that of the first. */
  baseline?: string
  runs: readonly MeasuredRun[]
}
