import { describe, expect, it } from 'vitest'
import { clipLine } from '../../src/charts/clip.ts'

type Point = [number, number]
const drawn = (points: Point[]) =>
  clipLine(points, [0, 10], [0, 10]).map((one) => one && [...one.value, one.index])

describe('a line cut to the window from 0 to 10', () => {
  it('is itself where it stays inside', () => {
    expect(
      drawn([
        [1, 1],
        [2, 5],
        [9, 9],
      ]),
    ).toEqual([
      [1, 1, 0],
      [2, 5, 1],
      [9, 9, 2],
    ])
  })

  it('ends at the edge where it leaves, and begins there where it comes back', () => {
    expect(
      drawn([
        [5, 5],
        [5, 15],
        [15, 5],
        [5, 5],
      ]),
    ).toEqual([[5, 5, 0], [5, 10, null], null, [10, 5, null], [5, 5, 3]])
  })

  it('crosses from edge to edge between points that both lie outside', () => {
    expect(
      drawn([
        [2, -1e6],
        [2, 1e6],
        [4, -1e6],
      ]),
    ).toEqual([[2, 0, null], [2, 10, null], null, expect.anything(), expect.anything()])
  })

  it('is nothing where no part of it is inside', () => {
    expect(
      drawn([
        [-5, 1],
        [-5, 9],
        [20, 40],
      ]),
    ).toEqual([])
    expect(drawn([])).toEqual([])
    expect(drawn([[3, 3]])).toEqual([[3, 3, 0]])
  })

  it('never gives a coordinate outside', () => {
    const zigzag = Array.from({ length: 200 }, (_, k): Point => [k * 0.06 - 1, (-1.4) ** k])
    for (const one of clipLine(zigzag, [0, 10], [0, 10]))
      for (const value of one?.value ?? []) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(10)
      }
  })
})
