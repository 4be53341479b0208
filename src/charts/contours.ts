/** Lines of equal value by marching squares, with saddles settled by the value at the cell's centre. */

export interface Grid {
  /** Ascending coordinates of the columns and rows. */
  x: Float64Array
  y: Float64Array
  /** `values[row * x.length + column]` */
  values: Float64Array
}

export interface Contour {
  level: number
  /** Polylines of [x, y] in data coordinates; a closed one ends where it began. */
  lines: [number, number][][]
}

export function sampleGrid(
  f: (x: number, y: number) => number,
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  columns = 161,
  rows = 121,
): Grid {
  const x = Float64Array.from({ length: columns }, (_, i) => x0 + ((x1 - x0) * i) / (columns - 1))
  const y = Float64Array.from({ length: rows }, (_, j) => y0 + ((y1 - y0) * j) / (rows - 1))
  const values = new Float64Array(columns * rows)
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) values[j * columns + i] = f(x[i] as number, y[j] as number)
  return { x, y, values }
}

/** `count` levels between the grid's extremes: equally spaced, or geometrically above the lowest value. */
export function contourLevels(grid: Grid, count = 12, logarithmic = false): number[] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of grid.values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  if (!(high > low)) return []
  return Array.from({ length: count }, (_, k) =>
    logarithmic
      ? low + (high - low) * 10 ** ((-3 * (count - 1 - k)) / count - 0.15)
      : low + ((high - low) * (k + 0.5)) / count,
  )
}

/**
 * How levels tell most about these values: geometrically where most of them lie near the lowest, as in a valley
 * between high walls, else equally.
 */
export function levelScale(grid: Grid): 'linear' | 'log' {
  const finite = grid.values.filter(Number.isFinite).sort()
  const low = finite[0] ?? 0
  const high = finite.at(-1) ?? 0
  const middle = finite[finite.length >> 1] ?? 0
  return middle - low < (high - low) / 6 ? 'log' : 'linear'
}

export function contour(grid: Grid, level: number): Contour {
  const columns = grid.x.length
  const rows = grid.y.length
  const at = (i: number, j: number) => grid.values[j * columns + i] as number
  // An edge is named by the lower of its ends: 2·index for a horizontal one, 2·index + 1 for a vertical one.
  const horizontal = (i: number, j: number) => 2 * (j * columns + i)
  const vertical = (i: number, j: number) => 2 * (j * columns + i) + 1
  const neighbours = new Map<number, number[]>()
  const connect = (a: number, b: number) => {
    ;(neighbours.get(a) ?? neighbours.set(a, []).get(a))?.push(b)
    ;(neighbours.get(b) ?? neighbours.set(b, []).get(b))?.push(a)
  }
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]
      if (!Number.isFinite(a + b + c + d)) continue
      const bottom = horizontal(i, j)
      const top = horizontal(i, j + 1)
      const left = vertical(i, j)
      const right = vertical(i + 1, j)
      const corners =
        (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0)
      switch (corners) {
        case 1:
        case 14:
          connect(left, bottom)
          break
        case 2:
        case 13:
          connect(bottom, right)
          break
        case 3:
        case 12:
          connect(left, right)
          break
        case 4:
        case 11:
          connect(right, top)
          break
        case 6:
        case 9:
          connect(bottom, top)
          break
        case 7:
        case 8:
          connect(left, top)
          break
        case 5:
        case 10: {
          const centreHigh = (a + b + c + d) / 4 >= level
          if ((corners === 5) === centreHigh) {
            connect(left, top)
            connect(bottom, right)
          } else {
            connect(left, bottom)
            connect(right, top)
          }
          break
        }
      }
    }
  }
  const point = (edge: number): [number, number] => {
    const index = edge >> 1
    const i = index % columns
    const j = Math.floor(index / columns)
    const from = at(i, j)
    if (edge % 2 === 0) {
      const share = (level - from) / (at(i + 1, j) - from)
      return [mix(grid.x[i] as number, grid.x[i + 1] as number, share), grid.y[j] as number]
    }
    const share = (level - from) / (at(i, j + 1) - from)
    return [grid.x[i] as number, mix(grid.y[j] as number, grid.y[j + 1] as number, share)]
  }
  return { level, lines: chains(neighbours).map((edges) => edges.map(point)) }
}

/** Joins edges that share a cell into chains; open ones are followed from an end. */
function chains(neighbours: Map<number, number[]>): number[][] {
  const left = new Map([...neighbours].map(([edge, next]) => [edge, [...next]]))
  const found: number[][] = []
  const follow = (start: number) => {
    const chain = [start]
    let here = start
    for (;;) {
      const next = left.get(here)?.pop()
      if (next === undefined) break
      const back = left.get(next)
      back?.splice(back.indexOf(here), 1)
      chain.push(next)
      here = next
    }
    if (chain.length > 1) found.push(chain)
  }
  for (const [edge, next] of left) if (next.length === 1) follow(edge)
  for (const [edge, next] of left) if (next.length > 0) follow(edge)
  return found
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share
}
