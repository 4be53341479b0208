import { z } from 'zod'
import { stopRule } from './stop.ts'

/** A hyperparameter's value as files and the command line write it; lists are for schedules (milestones, boundaries, values). */
export const settingValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.number())])
export type SettingValue = z.infer<typeof settingValue>

export const settingMap = z.record(z.string(), settingValue)
export type SettingMap = z.infer<typeof settingMap>

/**
 * Which learning rate applies when: epoch or step k (from 0) runs at `schedule(k + offset)`,
 * and at the optimizer's own lr where that index is negative.
 */
export const scheduleSettings = z.strictObject({
  id: z.string(),
  set: settingMap.default({}),
  per: z.enum(['epoch', 'step']).default('epoch'),
  offset: z.int().default(0),
})
export type ScheduleSettings = z.infer<typeof scheduleSettings>

/** Everything that decides a run's numbers, seed included. Two runs with equal settings on one runtime are bit-equal. */
export const runSettings = z.strictObject({
  workload: z.string(),
  optimizer: z.string(),
  set: settingMap.default({}),
  schedule: scheduleSettings.default({ id: 'constant', set: {}, per: 'epoch', offset: 0 }),
  /** Examples a step. */
  batch: z.int().min(1),
  epochs: z.int().min(1).max(10_000_000),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  /** How a network's weights start, where not as its workload says. */
  initialiser: z.string().optional(),
  /** SHA-256 of the file whose weights it starts from instead; the library holds them. */
  weights: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** The share of the training examples that is set aside to judge the settings by; the test set stays closed. */
  validation: z.number().gt(0).max(0.9).optional(),
  /** What ends it before its last epoch. */
  stop: stopRule.optional(),
  /** `auto`, `cpu`, `gpu`, `gpu:1`, `webgpu`, `portable`. */
  device: z.string().default('auto'),
})
export type RunSettings = z.infer<typeof runSettings>
