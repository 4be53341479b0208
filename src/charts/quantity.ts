import type { EpochResult, MetricColumns } from '../experiments/run.ts'

/** What of a run can be drawn as it trains. */
export const quantities = [
  'trainLoss',
  'trainAccuracy',
  'testLoss',
  'testAccuracy',
  'validationLoss',
  'validationAccuracy',
] as const
export type Quantity = (typeof quantities)[number]

/** Shares in [0, 1], where more is better; the others are losses. */
export const isAccuracy = (quantity: Quantity): boolean => quantity.endsWith('Accuracy')

/** Measured after each epoch only. */
export const isPerEpoch = (quantity: Quantity): boolean => !quantity.startsWith('train')

/** One quantity of a run where it was measured: columns of equal length, in step order. */
export interface QuantityColumns {
  readonly step: Float64Array
  /** Training examples seen. */
  readonly examples: Float64Array
  /** Training time since the run began, evaluation excluded. */
  readonly seconds: Float64Array
  readonly value: Float64Array
}

/**
 * What was measured of a quantity; no rows where the run has none of it.
 * @param stepsPerEpoch an epoch's values belong to its last step
 */
export function quantityColumns(
  quantity: Quantity,
  points: MetricColumns,
  epochs: readonly EpochResult[],
  stepsPerEpoch: number,
): QuantityColumns {
  const { step, examples, seconds } = points
  const column = quantity === 'trainLoss' || quantity === 'trainAccuracy' ? points[quantity] : undefined
  if (column) return { step, examples, seconds, value: column }
  const measured = epochs.filter((epoch) => Number.isFinite(epoch[quantity]))
  const ends = Float64Array.from(measured, ({ epoch }) => (epoch + 1) * stepsPerEpoch)
  return {
    step: ends,
    examples: ends.map((end) => examplesAt(points, end)),
    seconds: Float64Array.from(measured, (epoch) => epoch.seconds),
    value: Float64Array.from(measured, (epoch) => epoch[quantity] as number),
  }
}

/** Examples seen by a step: as a point of that step says, else at the rate of the last point before it. */
function examplesAt({ step, examples }: MetricColumns, wanted: number): number {
  let low = 0
  let high = step.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((step[middle] as number) <= wanted) low = middle + 1
    else high = middle
  }
  const at = step[low - 1] ?? 0
  const seen = examples[low - 1] ?? 0
  return at === wanted ? seen : at > 0 ? (seen / at) * wanted : wanted
}
