import { isAccuracy, quantities, type Quantity } from '../../../src/charts/quantity.ts'
import { formatAccuracy, formatNumber } from '../../../src/locales/format.ts'
import type { RunSettings } from '../../../src/experiments/settings.ts'
import { workloads } from '../../../src/workloads/index.ts'

const classified = new Set(workloads.filter(({ network }) => network.classes !== null).map(({ id }) => id))

/** Whether its runs have accuracies and are tested after each epoch. */
export const hasClasses = (workload: string): boolean => classified.has(workload)

/** What is measured of runs with these settings. */
export function measuredOn(
  settings: Iterable<Pick<RunSettings, 'workload' | 'validation'>>,
): readonly Quantity[] {
  const measured = new Set<Quantity>(['trainLoss'])
  for (const { workload, validation } of settings) {
    const beside = validation === undefined ? 'test' : 'validation'
    if (validation !== undefined) measured.add('validationLoss')
    if (hasClasses(workload))
      for (const one of ['trainAccuracy', `${beside}Loss`, `${beside}Accuracy`] as const) measured.add(one)
  }
  return quantities.filter((one) => measured.has(one))
}

/** A value for people; a dash for one that is not there or not finite. */
export function formatQuantity(quantity: Quantity, value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return '–'
  return isAccuracy(quantity) ? formatAccuracy(value) : formatNumber(value)
}
