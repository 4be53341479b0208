import { slowestRadius, type LinearRule } from './quadratic.ts'

/** Where the spectral radius is at most `level`: corners of a polygon in (learning rate, momentum). */
export interface LevelSet {
  readonly level: number
  readonly outline: readonly (readonly [number, number])[]
}

/**
 * The sets of (learning rate, momentum) that converge at least as fast as each level. For a fixed momentum the radius
 * falls and then rises with the learning rate, and so does the largest of several, so each set is an interval in every
 * row, and its ends are found by bisection.
 * @param mostRate the sets are cut off there
 */
export function levelSets(
  rule: LinearRule,
  curvatures: readonly number[],
  levels: readonly number[],
  mostRate: number,
  rows = 160,
): LevelSet[] {
  // Nearer to 1 the rows stand closer: there the sets bend most.
  const momenta = Array.from({ length: rows + 1 }, (_, i) => 1 - (1 - i / rows) ** 1.5)
  const valleyAt = (momentum: number) => {
    const radius = (lr: number) => slowestRadius(rule, { lr, momentum }, curvatures)
    const bottom = lowest(radius, 0, mostRate)
    return { momentum, radius, bottom, least: radius(bottom) }
  }
  const valleys = momenta.map(valleyAt)
  return levels.map((level) => {
    const inside = valleys.filter(({ least }) => least <= level)
    const [first, last] = [inside[0], inside.at(-1)]
    if (!first || !last) return { level, outline: [] }
    // The set begins and ends between rows: its tips.
    const tip = (from: typeof first, beyond: number | undefined) => {
      if (beyond === undefined) return []
      let [good, bad] = [from, beyond]
      for (let i = 0; i < 24; i++) {
        const middle = valleyAt((good.momentum + bad) / 2)
        if (middle.least <= level) good = middle
        else bad = middle.momentum
      }
      return [good]
    }
    const before = momenta[momenta.indexOf(first.momentum) - 1]
    const after = momenta[momenta.indexOf(last.momentum) + 1]
    const all = [...tip(first, before), ...inside, ...tip(last, after)]
    const end =
      (limit: number) =>
      (valley: typeof first): [number, number] => [
        crossing(valley.radius, valley.bottom, limit, level),
        valley.momentum,
      ]
    return { level, outline: [...all.map(end(0)), ...all.map(end(mostRate)).reverse()] }
  })
}

/** Golden-section search for the lowest point of a function that falls, may be level at its lowest, and rises. */
function lowest(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
  let [fa, fb] = [f(a), f(b)]
  for (let i = 0; i < 45; i++) {
    if (fa <= fb) {
      ;[high, b, fb] = [b, a, fa]
      a = high - ratio * (high - low)
      fa = f(a)
    } else {
      ;[low, a, fa] = [a, b, fb]
      b = low + ratio * (high - low)
      fb = f(b)
    }
  }
  return (low + high) / 2
}

/** Where f passes the level between a point below it and a limit; the limit where it does not. */
function crossing(f: (x: number) => number, inside: number, limit: number, level: number): number {
  if (f(limit) <= level) return limit
  let outside = limit
  for (let i = 0; i < 40; i++) {
    const middle = (inside + outside) / 2
    if (f(middle) <= level) inside = middle
    else outside = middle
  }
  return inside
}
