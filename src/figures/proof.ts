import type { Provenance } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'

/** One run's results at its end. */
export interface ProvedRun {
  readonly seed: number
  readonly trainLoss: number
  readonly trainAccuracy: number
  readonly testAccuracy: number
  /** Mean of the last ten epochs: a single epoch's swings by .02 while the rate is high. */
  readonly testAccuracyLastTen: number
}

export type ProvedQuantity = 'testAccuracy' | 'trainLoss'

/** One recipe, run here and in PyTorch. */
export interface ProvedRow {
  readonly row: string
  readonly settings: RunSettings
  readonly ours: readonly ProvedRun[]
  readonly pytorch: readonly ProvedRun[]
  /** Seeds whose loss stayed that of chance; the means are those of the others. */
  readonly neverLearned: { readonly ours: number; readonly pytorch: number }
  /** Of the means, ours less PyTorch's. */
  readonly difference: Readonly<Record<ProvedQuantity | 'testAccuracyLastTen', number>>
  /** Both differences are within the bounds. */
  readonly holds: boolean
}

/** What `npm run prove` recorded, as resources/proofs keeps it. */
export interface Proof {
  readonly date: string
  readonly provenance: Provenance | null | undefined
  /** Versions of the reference. */
  readonly pytorch: Readonly<Record<string, string>> | undefined
  /** How far the means may lie apart. */
  readonly bounds: Readonly<Record<ProvedQuantity, number>>
  readonly rows: readonly ProvedRow[]
}

/** Loss of a network that tells ten classes apart by chance is ln 10: a run that ends above this never learned. */
export const chanceLoss = 2.3

/** Mean over the seeds that learned; NaN where none did. */
export function provedMean(runs: readonly ProvedRun[], quantity: ProvedQuantity): number {
  const values = runs.filter(({ trainLoss }) => trainLoss < chanceLoss).map((run) => run[quantity])
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
