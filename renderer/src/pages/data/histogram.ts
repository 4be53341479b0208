export interface Histogram {
  /** How many values fall into each bin, from the least value to the largest. */
  counts: number[]
  least: number
  most: number
  median: number
}

/** Equal bins over the values' range; few distinct values get a bin each. */
export function histogram(values: Float64Array, bins = 28): Histogram {
  const sorted = values.slice().sort()
  const least = sorted[0] ?? 0
  const most = sorted[sorted.length - 1] ?? 0
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  const counts = Array.from({ length: bins }, () => 0)
  const width = (most - least) / bins
  for (const value of values) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - least) / width)) : 0
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { counts, least, most, median }
}
