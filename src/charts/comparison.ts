import type { Experiment } from '../experiments/experiment.ts'
import type { MetricColumns, RunRecord } from '../experiments/run.ts'

/** One run with its curve. */
export interface MeasuredRun {
  record: RunRecord
  metrics: MetricColumns
}

/** What a report or the Compare page shows. Runs of one series differ only in their seed. */
export interface Comparison {
  title: string
  question?: string
  /** The experiment as it was asked for, when the runs come from one. */
  experiment?: { id: string; hash: string; source: Experiment }
  runs: readonly MeasuredRun[]
}
