import type { BestResult } from './run.ts'

/** Whether more of it is better. */
const measured = {
  trainAccuracy: true,
  testLoss: false,
  testAccuracy: true,
  validationLoss: false,
  validationAccuracy: true,
} as const
type Measured = keyof typeof measured

/** The best of what is measured after each epoch, these epochs included; training loss is as it was. */
export function withEpochs(
  best: BestResult,
  epochs: Readonly<Partial<Record<Measured | 'epoch', Float64Array | undefined>>>,
): BestResult {
  const after: BestResult = { ...best }
  for (const [name, isMore] of Object.entries(measured) as [Measured, boolean][])
    epochs[name]?.forEach((value, i) => {
      const found = after[name]
      const isBetter = found === undefined || (isMore ? value > found : value < found)
      if (!Number.isFinite(value) || !isBetter) return
      after[name] = value
      const epoch = epochs.epoch?.[i]
      if (epoch === undefined) return
      if (name === 'validationLoss') after.validationLossEpoch = epoch
      if (name === 'validationAccuracy') after.validationAccuracyEpoch = epoch
    })
  return after
}
