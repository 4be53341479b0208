import gammaLn from '@stdlib/math-base-special-gammaln'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import { mean, sampleStandardDeviation } from './statistics.ts'

/** Mean and spread of the differences of pairs: all that tests of Student's t need. */
export interface Paired {
  n: number
  mean: number
  /** Sample standard deviation of the differences (n − 1). */
  sd: number
}

/** @returns null for fewer than two differences, which have no spread */
export function paired(differences: readonly number[]): Paired | null {
  if (differences.length < 2) return null
  return {
    n: differences.length,
    mean: mean(differences),
    sd: sampleStandardDeviation(differences) as number, // two values or more have one
  }
}

/** Two-sided p of the paired t-test; differences that are all equal give 1 where they are zero and 0 elsewhere. */
export function pairedT({ n, mean, sd }: Paired): number {
  if (sd === 0) return mean === 0 ? 1 : 0
  return 2 * tCdf(-Math.abs(mean) / (sd / Math.sqrt(n)), n - 1)
}

/**
 * p of the two one-sided t-tests (Schuirmann 1987): the chance of a mean so far inside ±margin, were the true difference
 * at the margin or beyond.
 */
export function equivalenceT({ n, mean, sd }: Paired, margin: number): number {
  const inside = margin - Math.abs(mean)
  if (sd === 0) return inside > 0 ? 0 : 1
  return tCdf(-inside / (sd / Math.sqrt(n)), n - 1)
}

/**
 * Hedges' g of paired values, standardised by the differences (g_z): the mean difference in standard deviations of the
 * differences, times the exact correction of its bias in small samples (Hedges 1981).
 * @returns null where the differences do not vary
 */
export function hedgesG({ n, mean, sd }: Paired): number | null {
  if (sd === 0) return mean === 0 ? 0 : null
  const m = n - 1
  if (m < 2) return null
  const correction = Math.exp(gammaLn(m / 2) - gammaLn((m - 1) / 2)) / Math.sqrt(m / 2)
  return (correction * mean) / sd
}
