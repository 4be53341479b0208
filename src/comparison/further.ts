import type { RunSettings } from '../experiments/settings.ts'
import type { SeriesSummary } from './summary.ts'

/** States of a run from which no number of its seed will come. */
const lost = new Set(['failed', 'cancelled'])

/**
 * The runs with which series have so many seeds in common. Seeds that some of them have come first, as they are half of a
 * pair already; then the smallest that none has. What is queued or trains counts as there.
 * @param wanted seeds that all are to share
 */
export function runsFor(
  series: readonly Pick<SeriesSummary, 'runs' | 'settings'>[],
  wanted: number,
): RunSettings[] {
  const own = series.map(
    ({ runs }) =>
      new Set(
        runs.filter(({ record }) => !lost.has(record.status)).map(({ record }) => record.settings.seed),
      ),
  )
  const counts = new Map<number, number>()
  for (const seeds of own) for (const seed of seeds) counts.set(seed, (counts.get(seed) ?? 0) + 1)
  const target = [...counts]
    .sort(([a, inA], [b, inB]) => inB - inA || a - b)
    .slice(0, wanted)
    .map(([seed]) => seed)
  for (let seed = 0; target.length < wanted; seed++) if (!counts.has(seed)) target.push(seed)
  return series.flatMap(({ settings }, index) =>
    target.filter((seed) => !own[index]?.has(seed)).map((seed) => ({ ...settings, seed })),
  )
}
