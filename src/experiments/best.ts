import type { BestResult } from './run.ts'

type Measured = 'trainAccuracy' | 'testLoss' | 'testAccuracy'

/** The best of what is measured after each epoch, these epochs included; training loss is as it was. */
export function withEpochs(
  best: BestResult,
  epochs: Readonly<Partial<Record<Measured, Float64Array | undefined>>>,
): BestResult {
  const { trainAccuracy, testLoss, testAccuracy } = epochs
  return {
    ...best,
    ...extreme('trainAccuracy', best, trainAccuracy, Math.max),
    ...extreme('testLoss', best, testLoss, Math.min),
    ...extreme('testAccuracy', best, testAccuracy, Math.max),
  }
}

function extreme(
  name: Measured,
  best: BestResult,
  values: Float64Array | undefined,
  better: (a: number, b: number) => number,
): Partial<Record<Measured, number>> {
  let found = best[name]
  for (const value of values ?? [])
    if (Number.isFinite(value)) found = found === undefined ? value : better(found, value)
  return found === undefined ? {} : { [name]: found }
}
