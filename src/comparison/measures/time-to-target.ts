import { stepsPerEpoch } from '../../charts/average.ts'
import type { MeasuredRun } from '../../charts/comparison.ts'
import { isAccuracy, quantityColumns, type Quantity } from '../../charts/quantity.ts'

/** What it took a run to reach a target; training time, evaluation excluded. */
export interface Reached {
  step: number
  epoch: number
  examples: number
  seconds: number
}

/**
 * The first evaluation at which a run is at the target or better.
 * @returns null where it never is: how long it would have taken is not known, only that it was not within its budget
 */
export function timeToTarget(run: MeasuredRun, quantity: Quantity, target: number): Reached | null {
  const { record, metrics } = run
  const perEpoch = stepsPerEpoch(record)
  const { step, examples, seconds, value } = quantityColumns(quantity, metrics, record.epochs, perEpoch)
  const index = value.findIndex((one) => (isAccuracy(quantity) ? one >= target : one <= target))
  if (index === -1) return null
  const at = step[index] as number
  return {
    step: at,
    epoch: at / perEpoch,
    examples: examples[index] as number,
    seconds: seconds[index] as number,
  }
}
