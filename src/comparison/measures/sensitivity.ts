/** How the outcome depends on one hyperparameter of a grid. */
export interface Basin {
  best: number
  /** Values of the hyperparameter between which the cost stays within the share of the best. */
  low: number
  high: number
  /** log₁₀(high / low). */
  decades: number
  /** The grid ends within the basin, so that it may be wider. */
  isOpen: boolean
  /** The smallest value above the best with which a seed diverged; null where none did. */
  edge: number | null
}

export interface GridPoint {
  /** Above zero. */
  value: number
  /** Lower is better; Infinity where most seeds diverged. */
  cost: number
  /** Seeds that diverged. */
  diverged: number
}

/**
 * The stretch around the best value in which the cost is at most `share` of it above it; between the grid's values the
 * cost is taken to be linear in the logarithm of the value.
 * @param points ascending by value; at least one with a finite cost
 */
export function basinOf(points: readonly GridPoint[], share: number): Basin | null {
  const costs = points.map(({ cost }) => cost)
  const lowest = Math.min(...costs)
  const index = costs.indexOf(lowest)
  const best = points[index]
  if (!best || lowest === Infinity) return null
  const limit = lowest + share * Math.abs(lowest)
  const [low, isLowOpen] = reach(points, index, -1, limit)
  const [high, isHighOpen] = reach(points, index, 1, limit)
  const edge = points.find(({ value, diverged }) => value > best.value && diverged > 0)
  return {
    best: best.value,
    low,
    high,
    decades: Math.log10(high / low),
    isOpen: isLowOpen || isHighOpen,
    edge: edge?.value ?? null,
  }
}

/** How far the basin goes to one side, and whether the grid ends before it does. */
function reach(points: readonly GridPoint[], from: number, step: 1 | -1, limit: number): [number, boolean] {
  let at = points[from] as GridPoint
  for (let i = from + step; ; i += step) {
    const next = points[i]
    if (!next) return [at.value, true]
    if (next.cost > limit) {
      // Where the next diverged nothing lies between.
      const part = next.cost === Infinity ? 0 : (limit - at.cost) / (next.cost - at.cost)
      return [at.value * (next.value / at.value) ** part, false]
    }
    at = next
  }
}
