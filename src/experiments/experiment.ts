import { z } from 'zod'
import { runSettings, scheduleSettings, type RunSettings } from './settings.ts'

const { batch, epochs, seed } = runSettings.shape

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
  /** A count (seeds 0 … n−1) or the seeds themselves. */
  seeds: z
    .union([
      z
        .int()
        .min(1)
        .max(1000)
        .transform((count) => Array.from({ length: count }, (_, seed) => seed)),
      z
        .array(seed.unwrap())
        .min(1)
        .refine((seeds) => new Set(seeds).size === seeds.length, 'different seeds; one is there twice'),
    ])
    .default([0]),
  device: z.string().default('auto'),
})
export type Experiment = z.infer<typeof experiment>

/** One curve of the comparison: settings without the seed, and the label that names it everywhere. */
export interface Series {
  label: string
  settings: Omit<RunSettings, 'seed'>
}
