import type { RunSummary } from '../experiments/run.ts'
import type { RunSettings } from '../experiments/settings.ts'

/** States of a run from which no number of its seed will come. */
const lost = new Set(['failed', 'cancelled'])

/** Runs that differ in their seed alone. */
interface Repeated {
  readonly settings: Omit<RunSettings, 'seed'>
  readonly runs: readonly { readonly record: Pick<RunSummary, 'status' | 'settings' | 'experimentId'> }[]
}

/** A run that is lacking, and the experiment that it would belong to: that of all runs of its series. */
export interface FurtherRun {
  readonly settings: RunSettings
  readonly experimentId: string | null
}

/** Seeds of a series from which a number is here or will come. What is queued or trains counts as there. */
const seedsOf = ({ runs }: Repeated): ReadonlySet<number> =>
  new Set(runs.filter(({ record }) => !lost.has(record.status)).map(({ record }) => record.settings.seed))

/**
 * The runs with which series have so many seeds in common. Seeds that some of them have come first, as they are half of a
 * pair already; then the smallest that none has.
 * @param wanted seeds that all are to share
 */
export function runsFor(series: readonly Repeated[], wanted: number): FurtherRun[] {
  const own = series.map(seedsOf)
  const counts = new Map<number, number>()
  for (const seeds of own) for (const seed of seeds) counts.set(seed, (counts.get(seed) ?? 0) + 1)
  const target = [...counts]
    .sort(([a, inA], [b, inB]) => inB - inA || a - b)
    .slice(0, wanted)
    .map(([seed]) => seed)
  for (let seed = 0; target.length < wanted; seed++) if (!counts.has(seed)) target.push(seed)
  return series.flatMap(({ settings, runs }, index) => {
    const experiments = new Set(runs.map(({ record }) => record.experimentId))
    const experimentId = experiments.size === 1 ? ([...experiments][0] ?? null) : null
    return target
      .filter((seed) => !own[index]?.has(seed))
      .map((seed) => ({ settings: { ...settings, seed }, experimentId }))
  })
}

/** The most seeds that one of the series has. */
export const mostSeeds = (series: readonly Repeated[]): number =>
  Math.max(0, ...series.map((one) => seedsOf(one).size))
