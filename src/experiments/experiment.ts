import { z } from 'zod'
import { searchSpace, type Space } from '../search/dimension.ts'
import { runSettings, scheduleSettings, type RunSettings } from './settings.ts'
import { stopRule } from './stop.ts'
import { seedList, tuning } from './tuning.ts'

const { batch, epochs } = runSettings.shape

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)])

/** A schedule by its id alone, or with what is set. */
const scheduleEntry = z.union([
  z.string().transform((id) => scheduleSettings.parse({ id })),
  scheduleSettings,
])

const share = z.number().min(0).max(1)
/** Figures that a run should reach, by what is measured; several are hard and easy ones. */
const targets = z
  .strictObject({
    trainLoss: oneOrMore(z.number()).optional(),
    trainAccuracy: oneOrMore(share).optional(),
    testLoss: oneOrMore(z.number()).optional(),
    testAccuracy: oneOrMore(share).optional(),
    validationLoss: oneOrMore(z.number()).optional(),
    validationAccuracy: oneOrMore(share).optional(),
  })
  .refine((given) => Object.values(given).length > 0, 'at least one target')
export type Targets = z.infer<typeof targets>

/** The same for all workloads, or for each its own. */
const workloadTargets = z.union([
  targets,
  z
    .record(z.string(), targets)
    .refine((given) => Object.keys(given).length > 0, 'targets of at least one workload'),
])
export type WorkloadTargets = z.infer<typeof workloadTargets>

const isOfAll = (given: WorkloadTargets): given is Targets =>
  Object.values(given).every((value) => Array.isArray(value))

/** What should be reached on a workload. */
export const targetsOn = (given: WorkloadTargets | undefined, workload: string): Targets | undefined =>
  given && (isOfAll(given) ? given : given[workload])

const value = z.union([z.number(), z.boolean(), z.string()])
/** A fixed value, or a list that fans out into one series per value. */
const searchValue = z.union([value, z.array(value).min(1)])

const fullEntry = z.strictObject({
  id: z.string(),
  /** Shown in legends instead of the label made from the settings. */
  label: z.string().min(1).optional(),
  set: z.record(z.string(), searchValue).optional(),
  /** What `tuning` tunes of it. */
  search: searchSpace.refine((space) => Object.keys(space).length > 0, 'at least one range').optional(),
  /** Overrides the experiment's. */
  batch: oneOrMore(batch).optional(),
  epochs: epochs.optional(),
  schedules: oneOrMore(scheduleEntry).optional(),
})
export type OptimizerEntry = z.infer<typeof fullEntry>
export const optimizerKeys = Object.keys(fullEntry.shape)

/** An optimizer by its id alone, or with what is set and overridden. */
const optimizerEntry = z.union([z.string().transform((id): OptimizerEntry => ({ id })), fullEntry])

/** An experiment file: what is compared, on what, how often. YAML or JSON; `descent compare FILE` runs it. */
export const experiment = z.strictObject({
  title: z.string().min(1),
  /** What the comparison should answer; printed at the head of the report. */
  question: z.string().optional(),
  language: z.enum(['en', 'zh-CN']).optional(),
  workloads: oneOrMore(z.string()),
  optimizers: z.array(optimizerEntry).min(1),
  schedules: oneOrMore(scheduleEntry).default([{ id: 'constant', set: {}, per: 'epoch', offset: 0 }]),
  batch: oneOrMore(batch).optional(),
  epochs: epochs.optional(),
  seeds: seedList.default([0]),
  /** Before optimizers are compared, what each entry's `search` names is tuned; then the best setting runs with all seeds. */
  tuning: tuning.optional(),
  /**
   * The share of the training examples that the runs compared set aside too: they are judged on it, and the test set stays
   * closed. Targets are derived that way.
   */
  validation: runSettings.shape.validation,
  /** What ends runs before their last epoch, those that tune included. */
  stop: stopRule.optional(),
  /** What time to target goes by, in place of targets made of the results. */
  targets: workloadTargets.optional(),
  /** The largest difference that does not matter, as a share of the mean: verdicts go by it. */
  margin: z.number().min(0).max(1).optional(),
  /** What there was before a time limit took it away; the limit is `minutes`. */
  cutFrom: z
    .strictObject({
      minutes: z.number().gt(0),
      seeds: z.int().optional(),
      trials: z.int().optional(),
      epochs: z.int().optional(),
    })
    .optional(),
  device: z.string().default('auto'),
  /** How networks start, where not as their workload says. */
  initialiser: z.string().optional(),
})
export type Experiment = z.infer<typeof experiment>

/** One curve of the comparison: settings without the seed, and the label that names it everywhere. */
export interface Series {
  label: string
  settings: Omit<RunSettings, 'seed'>
  /** What is tuned of it; `settings` lacks it. */
  space?: Space
}
