import type { EpochColumns, PointColumns } from '../../contract/columns.ts'
import type { RunSummary } from '../../experiments/run.ts'

/** A run and how to read what it measured, which is done when it is written: all curves at once may not fit in memory. */
export interface ExportedRun {
  readonly run: RunSummary
  readonly points: () => PointColumns
  readonly epochs: () => EpochColumns
}
