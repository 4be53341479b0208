import type { Experiment, WorkloadTargets } from '../experiments/experiment.ts'
import type { LooksAround } from '../experiments/looks.ts'
import type { EpochResult, MetricColumns, RunRecord, RunSummary } from '../experiments/run.ts'

/** One run with its curve. */
export interface MeasuredRun {
  record: RunRecord
  metrics: MetricColumns
  /** The day it was recorded, where it comes with the program. */
  recordedOn?: string
}

/** An experiment that tuned, with the runs it tuned by. Their points are not needed. */
export interface Study {
  experiment: Experiment
  runs: readonly RunSummary[]
  /** What these measured after their epochs, by run: needed only where there are targets. */
  epochs?: ReadonlyMap<string, readonly EpochResult[]>
}

/** What a report or the Compare page shows. Runs of one series differ only in their seed. */
export interface Comparison {
  title: string
  question?: string
  /** The experiment that the runs come from, when they come from one; `text` is the file as it was submitted. */
  experiment?: { id: string; hash: string; text: string }
  /** Any run of the series that others are compared with; by default that of the first. */
  baseline?: string
  /** The largest difference that does not matter, as a share of the mean. */
  margin?: number
  /** What the experiment's file says should be reached. */
  targets?: WorkloadTargets
  /** What there was before a time limit took it away. */
  cutFrom?: Experiment['cutFrom']
  /** How the settings compared were found, where the experiment tuned. */
  study?: Study
  /** What is known of earlier looks at the test sets. */
  looks?: readonly LooksAround[]
  /** Those compared: tuning runs are in `study`. */
  runs: readonly MeasuredRun[]
}
