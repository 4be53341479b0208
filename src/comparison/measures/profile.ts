/**
 * Performance profiles (Dolan & Moré 2002) and the score that AlgoPerf makes of them: of how many problems a rule is at
 * most τ times slower than the fastest.
 */

/** Beyond this many times the fastest, AlgoPerf does not look. */
export const greatestRatio = 4

/**
 * Each rule's time on each problem over the fastest rule's.
 * @param times [rule][problem]; Infinity is a miss
 * @returns [rule][problem]; Infinity for a miss, also where every rule missed
 */
export function timeRatios(times: readonly (readonly number[])[]): number[][] {
  const fastest = (times[0] ?? []).map((_, problem) =>
    Math.min(...times.map((row) => row[problem] as number)),
  )
  return times.map((row) =>
    row.map((time, problem) => {
      if (time === Infinity) return Infinity
      // Also where the untrained model is at the target, in no time.
      return time === fastest[problem] ? 1 : time / (fastest[problem] as number)
    }),
  )
}

/** ρ(τ): the share of problems on which a rule is at most τ times slower than the fastest. */
export function profileAt(ratios: readonly number[], tau: number): number {
  return ratios.filter((ratio) => ratio <= tau).length / ratios.length
}

/** ∫ρ dτ / (r_max − 1) over τ from 1 to r_max, exactly: ρ steps up at each ratio. 1 is always fastest, 0 never within r_max. */
export function profileScore(ratios: readonly number[], most = greatestRatio): number {
  const area = ratios.reduce((sum, ratio) => sum + Math.max(0, most - ratio), 0)
  return area / (ratios.length * (most - 1))
}
