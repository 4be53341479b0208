import type { EpochResult } from './run.ts'

/** The epoch after which test accuracy was highest, the first of equals; null where it was never measured. */
export function bestTestEpoch(
  epochs: readonly EpochResult[],
): { epoch: number; testAccuracy: number } | null {
  let best: { epoch: number; testAccuracy: number } | null = null
  for (const { epoch, testAccuracy } of epochs)
    if (testAccuracy !== undefined && testAccuracy > (best?.testAccuracy ?? -Infinity))
      best = { epoch, testAccuracy }
  return best
}
