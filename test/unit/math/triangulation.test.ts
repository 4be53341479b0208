import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { triangulate, type Triangle } from '../../../src/math/triangulation.ts'

type Point = readonly [number, number]

const areaOf = (points: readonly Point[], [a, b, c]: Triangle): number => {
  const [p, q, r] = [points[a], points[b], points[c]] as [Point, Point, Point]
  return Math.abs((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])) / 2
}

/** Of the convex hull, by Andrew's monotone chain. */
function hullArea(points: readonly Point[]): number {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const at of list) {
      for (;;) {
        const [p, q] = chain.slice(-2)
        if (!p || !q || (q[0] - p[0]) * (at[1] - p[1]) - (q[1] - p[1]) * (at[0] - p[0]) > 0) break
        chain.pop()
      }
      chain.push(at)
    }
    return chain.slice(0, -1)
  }
  const hull = [...half(sorted), ...half(sorted.toReversed())]
  return (
    Math.abs(
      hull.reduce((sum, [x, y], i) => {
        const [u, v] = hull[(i + 1) % hull.length] as Point
        return sum + x * v - u * y
      }, 0),
    ) / 2
  )
}

describe('triangulation', () => {
  const random = Random.from(3, 'points')
  const scattered = Array.from({ length: 120 }, (): Point => [random.uniform(), 5 * random.uniform()])
  const grid = Array.from({ length: 42 }, (_, k): Point => [k % 7, Math.floor(k / 7)])

  it.each([
    ['scattered points', scattered],
    ['a grid, whose points lie on common circles', grid],
  ])('covers the convex hull of %s without gaps or overlaps', (_name, points) => {
    const triangles = triangulate(points)
    const area = triangles.reduce((sum, triangle) => sum + areaOf(points, triangle), 0)
    expect(area / hullArea(points)).toBeCloseTo(1, 3)
    expect(new Set(triangles.flat()).size).toBe(points.length)
  })

  it('has no point inside a circle through three corners', () => {
    // In the unit square that it works in.
    const points = scattered.map(([x, y]): Point => [x, y / 5])
    for (const [a, b, c] of triangulate(points)) {
      const [p, q, r] = [points[a], points[b], points[c]] as [Point, Point, Point]
      const d = 2 * (p[0] * (q[1] - r[1]) + q[0] * (r[1] - p[1]) + r[0] * (p[1] - q[1]))
      const square = ([x, y]: Point): number => x * x + y * y
      const cx = (square(p) * (q[1] - r[1]) + square(q) * (r[1] - p[1]) + square(r) * (p[1] - q[1])) / d
      const cy = (square(p) * (r[0] - q[0]) + square(q) * (p[0] - r[0]) + square(r) * (q[0] - p[0])) / d
      const radius = Math.hypot(p[0] - cx, p[1] - cy)
      for (const [x, y] of points) expect(Math.hypot(x - cx, y - cy)).toBeGreaterThan(radius * (1 - 1e-3))
    }
  })

  it('has none of two points, of a line, and of points that coincide', () => {
    expect(triangulate([[0, 0]])).toEqual([])
    expect(
      triangulate([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([])
    expect(
      triangulate([
        [0, 0],
        [0, 0],
        [1, 1],
      ]),
    ).toEqual([])
  })
})
