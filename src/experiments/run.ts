import { z } from 'zod'
import { errorCodes } from '../contract/errors.ts'
import { runSettings } from './settings.ts'
import { stopped } from './stop.ts'

/**
 * queued → running ⇄ paused → done | diverged | failed | cancelled.
 * `interrupted`: whoever started it went away or the lab was stopped; its checkpoint is kept and `runs resume` goes on.
 */
export const runStatuses = [
  'queued',
  'running',
  'paused',
  'interrupted',
  'done',
  'diverged',
  'failed',
  'cancelled',
] as const
export const runStatus = z.enum(runStatuses)
export type RunStatus = z.infer<typeof runStatus>

/** One finished epoch. `seconds` is training time since the run began, evaluation excluded. */
export const epochResult = z.object({
  epoch: z.int(),
  seconds: z.number(),
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().optional(),
  testLoss: z.number().optional(),
  testAccuracy: z.number().optional(),
  /** Over the examples that were set aside. */
  validationLoss: z.number().optional(),
  validationAccuracy: z.number().optional(),
})
export type EpochResult = z.infer<typeof epochResult>

/** Epochs as columns of equal length. */
type EpochColumns = Readonly<
  { epoch: Float64Array } & Partial<Record<Exclude<keyof EpochResult, 'epoch'>, Float64Array | undefined>>
>

/** Epochs that came as columns, one by one; an epoch lacks what was not measured after it, or was no number. */
export function epochResults(columns: EpochColumns): EpochResult[] {
  const { epoch, seconds, trainLoss, ...measured } = columns
  return Array.from(epoch, (number, i) => ({
    epoch: number,
    ...(seconds && { seconds: seconds[i] }),
    ...(trainLoss && { trainLoss: trainLoss[i] }),
    ...Object.fromEntries(
      Object.entries(measured).flatMap(([name, column]) => {
        const value = column?.[i]
        return Number.isFinite(value) ? [[name, value]] : []
      }),
    ),
  })) as EpochResult[]
}

export const finalResult = z.object({
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().optional(),
  testAccuracy: z.number().optional(),
  validationLoss: z.number().optional(),
  validationAccuracy: z.number().optional(),
})
export type FinalResult = z.infer<typeof finalResult>

/** The lowest training loss at an evaluation point, and where; the best of what else was measured after an epoch. */
export const bestResult = z.object({
  trainLoss: z.number().nullable(),
  step: z.int(),
  trainAccuracy: z.number().optional(),
  testLoss: z.number().optional(),
  testAccuracy: z.number().optional(),
  validationLoss: z.number().optional(),
  validationAccuracy: z.number().optional(),
  /** The epochs (from 0) after which they were reached. */
  validationLossEpoch: z.int().optional(),
  validationAccuracyEpoch: z.int().optional(),
})
export type BestResult = z.infer<typeof bestResult>

/** What a reader needs to repeat a run: versions, machine, data. */
export const provenance = z.object({
  versions: z.record(z.string(), z.string()),
  engine: z.string(),
  device: z.string(),
  datasets: z.array(z.object({ id: z.string(), file: z.string(), sha1: z.string() })),
})
export type Provenance = z.infer<typeof provenance>

export const divergence = z.object({
  /** The step (from 1) whose loss was no longer finite, or more than 10⁶ times the first loss. */
  step: z.int(),
  /** The last evaluation that was a number. */
  lastFinite: z.object({ step: z.int(), trainLoss: z.number() }),
})

/** What a run is in an experiment that tunes: a trial of a setting, or one of the runs that are compared. */
export const studyRole = z.object({
  /** Which optimizer of the experiment, from 0. */
  contestant: z.int(),
  stage: z.enum(['tuning', 'final']),
  /** Which setting, from 0; of final runs the one that was best, null where nothing was tuned. */
  trial: z.int().nullable(),
  /** Of successive halving, from 0. */
  rung: z.int(),
  /**
   * Which of several independent studies tried it, from 0; `studiesOf` says with which seeds. Of final runs the one whose
   * trial was best. Not there where the tuning is one study.
   */
  study: z.int().optional(),
})
export type StudyRole = z.infer<typeof studyRole>

/** The bundle that a run was read from. */
export const runOrigin = z.object({
  /** SHA-256 of the file. */
  bundle: z.string(),
  madeAt: z.string(),
  /** The version of Descent Lab that made it. */
  madeBy: z.string(),
  openedAt: z.string(),
})
export type RunOrigin = z.infer<typeof runOrigin>

/** A run as tables list it. */
export const runSummary = z.object({
  id: z.string(),
  /** Shown in tables and legends; made from the settings unless a person renamed it. */
  name: z.string(),
  /** Runs of one `compare` share it; null for a single `train`. */
  experimentId: z.string().nullable(),
  /** Runs that differ only in their seed share a series; its label names them in legends. */
  series: z.string(),
  /** Its part in an experiment that tunes. */
  study: studyRole.optional(),
  /** Of runs added to an experiment that had begun: how many of those compared had ended by then, which is what could be seen. */
  added: z.object({ seen: z.int() }).optional(),
  status: runStatus,
  settings: runSettings,
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  tags: z.array(z.string()),
  /** A person's words about it. */
  note: z.string().optional(),
  /** Training time so far, evaluation excluded. */
  seconds: z.number(),
  /** Steps taken, and steps there will be. */
  steps: z.int(),
  totalSteps: z.int(),
  final: finalResult,
  best: bestResult,
  divergence: divergence.nullable(),
  /** It is done, but ended before its last epoch, as its settings said it might. */
  stopped: stopped.optional(),
  error: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }).nullable(),
  provenance: provenance.nullable(),
  /** Times the engine died under this run and it went on from its checkpoint. */
  restarts: z.int(),
  /** None where it ran here. */
  origin: runOrigin.optional(),
})
export type RunSummary = z.infer<typeof runSummary>

/** A run with what was measured after each epoch. */
export const runRecord = runSummary.extend({ epochs: z.array(epochResult) })
export type RunRecord = z.infer<typeof runRecord>

/** After a run's last step nothing changes any more; all but `done` and `diverged` can be resumed or retried. */
export const isOver = (status: RunStatus): boolean => !['queued', 'running', 'paused'].includes(status)

/** Points of a run's curve as columns of equal length, in step order. */
export interface MetricColumns {
  /** Updates taken when the point was measured; 0 is the untrained model. */
  step: Float64Array
  /** Training examples seen. */
  examples: Float64Array
  /** Training time since the run began, evaluation excluded. */
  seconds: Float64Array
  /** As the workload's `recording` says: over the whole training set, or the running mean of the epoch. */
  trainLoss: Float64Array
  /** Share of right answers, where there are classes. */
  trainAccuracy?: Float64Array | undefined
}
export const metricNames = [
  'step',
  'examples',
  'seconds',
  'trainLoss',
] as const satisfies readonly (keyof MetricColumns)[]
