import { isAccuracy, quantities, type Quantity } from '../../../src/charts/quantity.ts'
import { formatAccuracy, formatNumber } from '../../../src/locales/format.ts'
import { workloads } from '../../../src/workloads/index.ts'

const classified = new Set(workloads.filter(({ network }) => network.classes !== null).map(({ id }) => id))

/** Whether its runs have accuracies and are tested after each epoch. */
export const hasClasses = (workload: string): boolean => classified.has(workload)

const lossAlone: readonly Quantity[] = ['trainLoss']
/** What is measured of runs of these workloads. */
export const measuredOn = (ids: Iterable<string>): readonly Quantity[] =>
  [...ids].some(hasClasses) ? quantities : lossAlone

/** A value for people; a dash for one that is not there or not finite. */
export function formatQuantity(quantity: Quantity, value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return '–'
  return isAccuracy(quantity) ? formatAccuracy(value) : formatNumber(value)
}
