import { z } from 'zod'
import type { EpochResult, FinalResult } from './run.ts'

/** What may end a run: what it measures after each epoch without a look at the test set. */
const watched = ['trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy'] as const
/** Known, so that it can be said why not. */
const sealed = ['testLoss', 'testAccuracy'] as const

export const stopRule = z
  .strictObject({
    metric: z.enum([...watched, ...sealed]).default('trainLoss'),
    /** The run ends after the first epoch that is at it or better. */
    target: z.number().optional(),
    /** The run ends after so many epochs in a row that are no better than the best before them. */
    patience: z.int().min(1).max(1_000_000).optional(),
    /** What counts as better is so by more than this. */
    minDelta: z.number().min(0).optional(),
  })
  .refine(({ target, patience }) => target !== undefined || patience !== undefined, 'a target or a patience')
  .refine(
    ({ patience, minDelta }) => minDelta === undefined || patience !== undefined,
    'a patience beside minDelta',
  )
export type StopRule = z.infer<typeof stopRule>

export const isSealed = ({ metric }: StopRule): boolean => sealed.some((one) => one === metric)

/** How a run came to end before its last epoch. */
export const stopped = z.object({
  /** The last epoch that was trained, from 0. */
  epoch: z.int(),
  reason: z.enum(['target', 'patience']),
  /** Of the rule's metric after that epoch. */
  value: z.number(),
})
export type Stopped = z.infer<typeof stopped>

/** Told what was measured after each epoch in turn, says whether the run ends there. */
export type StopWatch = (epoch: number, measured: Partial<FinalResult>) => Stopped | null

/** @param before epochs that were trained earlier: a run that goes on remembers them */
export function stopWatch(rule: StopRule, before: readonly EpochResult[] = []): StopWatch {
  const { metric, target, patience = Infinity, minDelta = 0 } = rule
  const sign = metric.endsWith('Accuracy') ? -1 : 1
  let best = Infinity
  let since = 0
  const watch: StopWatch = (epoch, measured) => {
    const value = (measured as Partial<Record<string, number | null>>)[metric]
    if (value === undefined || value === null || !Number.isFinite(value)) return null
    if (target !== undefined && sign * value <= sign * target) return { epoch, reason: 'target', value }
    if (sign * value < best - minDelta) {
      best = sign * value
      since = 0
    } else since++
    return since >= patience ? { epoch, reason: 'patience', value } : null
  }
  for (const one of before) watch(one.epoch, one)
  return watch
}
