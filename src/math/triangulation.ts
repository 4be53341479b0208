import Delaunator from 'delaunator'

export type Triangle = readonly [a: number, b: number, c: number]

/** Twice the area, in shares of the picture, below which a triangle is a line that rounding bent. */
const least = 1e-9

/**
 * Delaunay's triangles over the convex hull of scattered points, by their indices. What is near is judged in the picture:
 * both axes count from 0 to 1.
 * @param given points that coincide count once; fewer than three, or all on a line, make no triangle
 */
export function triangulate(given: readonly (readonly [x: number, y: number])[]): Triangle[] {
  const [xs, ys] = [given.map(([x]) => x), given.map(([, y]) => y)].map(inUnits) as [number[], number[]]
  const { triangles } = new Delaunator(Float64Array.from(given.flatMap((_, i) => [xs[i] ?? 0, ys[i] ?? 0])))
  const twiceArea = ([a, b, c]: Triangle): number => {
    const [x, y] = [xs[a] as number, ys[a] as number]
    return (
      ((xs[b] as number) - x) * ((ys[c] as number) - y) - ((ys[b] as number) - y) * ((xs[c] as number) - x)
    )
  }
  return Array.from({ length: triangles.length / 3 }, (_, i): Triangle => {
    const [a, b, c] = triangles.subarray(3 * i, 3 * i + 3)
    return [a as number, b as number, c as number]
  }).filter((triangle) => Math.abs(twiceArea(triangle)) > least)
}

function inUnits(values: readonly number[]): number[] {
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  return values.map((value) => (value - low) / span)
}
