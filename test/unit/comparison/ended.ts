import type { MeasuredRun } from '../../../src/charts/comparison.ts'
import { sampleRun } from '../../support/runs.ts'

const nothing = {
  step: new Float64Array(0),
  examples: new Float64Array(0),
  seconds: new Float64Array(0),
  trainLoss: new Float64Array(0),
}

/** Runs of one series that ended at the losses given, by seed; Infinity diverged, null has not finished. */
export function ended(
  label: string,
  losses: readonly (number | null)[],
  given: Partial<Parameters<typeof sampleRun>[0]> & { accuracies?: readonly number[] } = {},
): MeasuredRun[] {
  return losses.map((loss, seed): MeasuredRun => {
    const status = loss === null ? 'interrupted' : loss === Infinity ? 'diverged' : 'done'
    const final = status === 'done' ? loss : null
    const run = sampleRun({ id: `${label}-${seed}`, seed, status, loss: final, set: { label }, ...given })
    const testAccuracy = given.accuracies?.[seed]
    return {
      record: {
        ...run,
        series: label,
        final: { trainLoss: final, ...(testAccuracy !== undefined && { testAccuracy }) },
        divergence: status === 'diverged' ? { step: 7, lastFinite: { step: 6, trainLoss: 5 } } : null,
        epochs: [],
      },
      metrics: nothing,
    }
  })
}
