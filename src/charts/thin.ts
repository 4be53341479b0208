/**
 * Drawing fewer points than were measured without drawing another curve: M4 (Jugel et al. 2014, "M4: a
 * visualization-oriented time series data aggregation"). Of each pixel column the first, lowest, highest and last
 * point are kept, so a line drawn through them covers the same pixels. Averages are taken before, never after.
 */

export interface Columns {
  /** How many pixel columns the picture has. */
  count: number
  /** The interval of x that they cover. */
  low: number
  high: number
  /** Columns equally wide in log x. */
  logarithmic?: boolean
}

function columnOf({ count, low, high, logarithmic = false }: Columns): (x: number) => number {
  const from = logarithmic ? Math.log(low) : low
  const span = (logarithmic ? Math.log(high) : high) - from
  const scale = span > 0 ? count / span : 0
  return (x) => Math.min(count - 1, Math.max(0, Math.floor(((logarithmic ? Math.log(x) : x) - from) * scale)))
}

/** Indices to draw, ascending. Values that are not finite are skipped; x ascends. */
export function thinLine(x: ArrayLike<number>, y: ArrayLike<number>, columns: Columns): number[] {
  const length = Math.min(x.length, y.length)
  const kept: number[] = []
  if (length <= 4 * columns.count) {
    for (let i = 0; i < length; i++) if (Number.isFinite(y[i])) kept.push(i)
    return kept
  }
  const column = columnOf(columns)
  let current = -1
  let first = -1
  let lowest = -1
  let highest = -1
  let last = -1
  const flush = () => {
    if (first === -1) return
    const order = [first, Math.min(lowest, highest), Math.max(lowest, highest), last]
    for (const index of order) if (kept.at(-1) !== index) kept.push(index)
  }
  for (let i = 0; i < length; i++) {
    const value = y[i] as number
    if (!Number.isFinite(value)) continue
    const here = column(x[i] as number)
    if (here !== current) {
      flush()
      current = here
      first = lowest = highest = i
    } else {
      if (value < (y[lowest] as number)) lowest = i
      if (value > (y[highest] as number)) highest = i
    }
    last = i
  }
  flush()
  return kept
}

/** The envelope of a band: of each pixel column the lowest `low` and the highest `high`, at its first and last x. */
export function thinBand(
  x: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  columns: Columns,
): { x: number[]; low: number[]; high: number[] } {
  const length = x.length
  if (length <= 4 * columns.count) return { x: Array.from(x), low: Array.from(low), high: Array.from(high) }
  const thinned = { x: [] as number[], low: [] as number[], high: [] as number[] }
  const column = columnOf(columns)
  let start = 0
  while (start < length) {
    const here = column(x[start] as number)
    let least = low[start] as number
    let greatest = high[start] as number
    let end = start
    while (end + 1 < length && column(x[end + 1] as number) === here) {
      end++
      least = Math.min(least, low[end] as number)
      greatest = Math.max(greatest, high[end] as number)
    }
    for (const index of end > start ? [start, end] : [start]) {
      thinned.x.push(x[index] as number)
      thinned.low.push(least)
      thinned.high.push(greatest)
    }
    start = end + 1
  }
  return thinned
}
