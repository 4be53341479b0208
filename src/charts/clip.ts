type Point = readonly [number, number]
type Interval = readonly [number, number]

/** A point of a line that is drawn; `index` is that of the given point, null where the line only leaves the window. */
export interface Clipped {
  value: Point
  index: number | null
}

/**
 * A line cut to a window, null where it is interrupted. Renderers are given nothing that lies far outside: a
 * coordinate of 10⁵ pixels is drawn wrongly by some and ends others.
 */
export function clipLine(points: readonly Point[], x: Interval, y: Interval): (Clipped | null)[] {
  const drawn: (Clipped | null)[] = []
  const add = (value: Point, index: number | null) => {
    if (index === null || drawn.at(-1)?.index !== index) drawn.push({ value, index })
  }
  points.forEach((to, k) => {
    const from = points[k - 1]
    if (!from) {
      if (isInside(to, x, y)) add(to, k)
      return
    }
    const span = visible(from, to, x, y)
    if (!span) return
    const [start, end] = span
    if (start > 0) {
      if (drawn.length > 0) drawn.push(null)
      add(between(from, to, start, x, y), null)
    } else add(from, k - 1)
    add(end < 1 ? between(from, to, end, x, y) : to, end < 1 ? null : k)
  })
  return drawn
}

function isInside([px, py]: Point, x: Interval, y: Interval): boolean {
  return px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1]
}

/** The part of a segment inside the window as shares of its length (Liang & Barsky 1984), null where none is. */
function visible(from: Point, to: Point, x: Interval, y: Interval): [number, number] | null {
  let start = 0
  let end = 1
  for (const axis of [0, 1] as const) {
    const [low, high] = axis === 0 ? x : y
    const length = to[axis] - from[axis]
    if (length === 0) {
      if (from[axis] < low || from[axis] > high) return null
      continue
    }
    const [enter, leave] = [(low - from[axis]) / length, (high - from[axis]) / length].sort(
      (a, b) => a - b,
    ) as [number, number]
    start = Math.max(start, enter)
    end = Math.min(end, leave)
  }
  return start < end ? [start, end] : null
}

/** The point at that share of the segment; rounding must not carry it over the edge. */
function between(from: Point, to: Point, share: number, x: Interval, y: Interval): Point {
  const at = (axis: 0 | 1, [low, high]: Interval) =>
    Math.min(high, Math.max(low, from[axis] + (to[axis] - from[axis]) * share))
  return [at(0, x), at(1, y)]
}
