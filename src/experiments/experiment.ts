import { z } from 'zod'
import { searchSpace, type Space } from '../search/dimension.ts'
import { runSettings, scheduleSettings, type RunSettings } from './settings.ts'
import { seedList, tuning } from './tuning.ts'

const { batch, epochs } = runSettings.shape

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)])

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
  schedules: oneOrMore(scheduleSettings).optional(),
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
  schedules: oneOrMore(scheduleSettings).default([{ id: 'constant', set: {}, per: 'epoch', offset: 0 }]),
  batch: oneOrMore(batch).optional(),
  epochs: epochs.optional(),
  seeds: seedList.default([0]),
  /** Before optimizers are compared, what each entry's `search` names is tuned; then the best setting runs with all seeds. */
  tuning: tuning.optional(),
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
