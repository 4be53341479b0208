import { isDiverged } from '../charts/average.ts'
import type { MeasuredRun } from '../charts/comparison.ts'
import { isAccuracy, type Quantity } from '../charts/quantity.ts'

/** A run that ended as planned and has a number to show for it. */
export function isFinished({ record }: MeasuredRun): boolean {
  return !isDiverged(record) && record.status === 'done' && Number.isFinite(record.final.trainLoss)
}

/** What a run measured last of a quantity; undefined where it has none. */
export function endValue({ record }: MeasuredRun, quantity: Quantity): number | undefined {
  const value = quantity === 'testLoss' ? record.epochs.at(-1)?.testLoss : record.final[quantity]
  return value !== null && Number.isFinite(value) ? value : undefined
}

/** The best a run ever measured of a quantity, at an evaluation point or after an epoch; undefined where it has none. */
export function bestValue({ record }: MeasuredRun, quantity: Quantity): number | undefined {
  const sign = isAccuracy(quantity) ? -1 : 1
  const costs = [record.best[quantity], ...record.epochs.map((epoch) => epoch[quantity])]
    .filter((value) => typeof value === 'number' && Number.isFinite(value))
    .map((value) => sign * (value as number))
  return costs.length > 0 ? sign * Math.min(...costs) : undefined
}

/**
 * How each seed ended, as a cost: lower is better, so accuracies count negative. A seed that diverged costs Infinity:
 * worse than every number, and never left out. Seeds that have not ended are not there.
 * @returns by seed; null where two runs of different settings share a seed, which then pairs with nothing
 */
export function costsBySeed(runs: readonly MeasuredRun[], quantity: Quantity): Map<number, number> | null {
  const sign = isAccuracy(quantity) ? -1 : 1
  const costs = new Map<number, number>()
  for (const run of runs) {
    const { seed } = run.record.settings
    const value = isFinished(run) ? endValue(run, quantity) : undefined
    const cost = isDiverged(run.record) ? Infinity : value === undefined ? undefined : sign * value
    if (cost === undefined) continue
    if (costs.has(seed)) return null
    costs.set(seed, cost)
  }
  return costs
}
