import { z } from 'zod'
import { samplerIds } from '../search/sampler.ts'
import { runSettings } from './settings.ts'

/** A count (seeds 0 … n − 1) or the seeds themselves. */
export const seedList = z.union([
  z
    .int()
    .min(1)
    .max(1000)
    .transform((count) => Array.from({ length: count }, (_, seed) => seed)),
  z
    .array(runSettings.shape.seed.unwrap())
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'different seeds; one is there twice'),
])

/** How hyperparameters are tuned before optimizers are compared: each gets the same number of trials. */
export const tuning = z.strictObject({
  sampler: z.enum(samplerIds).default('quasi-random'),
  /** Settings tried of each optimizer. */
  trials: z.int().min(1).max(10_000),
  /** Each setting is tried with all of them, and judged by their mean. */
  seeds: seedList.default([0]),
  /** The share of the training examples that is set aside while tuning; 0 judges by the training loss. */
  validation: z.number().min(0).max(0.9).default(0.2),
  /** What the best setting has least (losses) or most (accuracies) of. By default what `validation` measures. */
  metric: z.enum(['validationLoss', 'validationAccuracy', 'trainLoss']).optional(),
  /**
   * Successive halving (Jamieson & Talwalkar 2016): all settings train for `from` epochs, the best 1/factor of them again for
   * `factor` times as many, until they train for all. Every epoch trained counts.
   */
  halving: z.strictObject({ factor: z.int().min(2).max(100).default(3), from: z.int().min(1) }).optional(),
  /**
   * Independent repetitions of the whole tuning, each with its trials: what one finds by luck the others need not. Without
   * it there is one, as in files written before there could be more.
   */
  studies: z.int().min(1).max(100).optional(),
  /** Of the sampler. */
  seed: runSettings.shape.seed,
})
export type Tuning = z.infer<typeof tuning>

/** Seeds are 32 bits; one beyond starts again at 0. */
const seedCount = 2 ** 32

/**
 * The plan of each study, from 0. Study s adds s to the sampler's seed, and to the seeds of the trials s times the width
 * of their range: the first is the tuning as it would be alone, and no two share a seed. The trials of a grid are the same
 * in each, with other seeds.
 */
export function studiesOf(plan: Tuning): Tuning[] {
  const width = Math.max(...plan.seeds) - Math.min(...plan.seeds) + 1
  return Array.from({ length: plan.studies ?? 1 }, (_, study) => ({
    ...plan,
    seed: (plan.seed + study) % seedCount,
    seeds: plan.seeds.map((seed) => (seed + study * width) % seedCount),
  }))
}
