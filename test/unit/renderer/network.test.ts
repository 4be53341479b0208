import { expect, test } from 'vitest'
import { diverging, grey, paint, rgbOf, sheetSize } from '../../../renderer/src/pages/network/pixels.ts'
import { classScores, tally } from '../../../renderer/src/pages/network/scores.ts'

test('scores of each class, counted by hand', () => {
  // Ten of the first class, five of the second, none of the third.
  const confusion = Int32Array.of(8, 1, 1, 2, 3, 0, 0, 0, 0)
  const [first, second, third] = classScores(confusion, 3)
  expect(first).toEqual({ count: 10, recall: 8 / 10, precision: 8 / 10, f1: 0.8 })
  expect(second).toEqual({ count: 5, recall: 3 / 5, precision: 3 / 4, f1: 6 / 9 })
  expect(third).toEqual({ count: 0, recall: NaN, precision: 0, f1: 0 })
  expect(tally(confusion, 3)).toEqual({ total: 15, right: 11 })
})

test('tiles stand side by side with a gap that is left transparent', () => {
  const tiles = {
    width: 2,
    height: 1,
    count: 3,
    columns: 2,
    gap: 1,
    value: (tile: number, _: number, x: number) => 10 * tile + x,
  }
  expect(sheetSize(tiles)).toEqual({ width: 5, height: 3 })
  const data = new Uint8ClampedArray(4 * 5 * 3)
  paint(tiles, (value) => [value, 0, 0], data)
  const at = (x: number, y: number): number[] => [...data.subarray(4 * (5 * y + x), 4 * (5 * y + x) + 4)]
  expect([at(0, 0), at(1, 0), at(3, 0), at(4, 0)]).toEqual([
    [0, 0, 0, 255],
    [1, 0, 0, 255],
    [10, 0, 0, 255],
    [11, 0, 0, 255],
  ])
  expect([at(0, 2), at(1, 2)]).toEqual([
    [20, 0, 0, 255],
    [21, 0, 0, 255],
  ])
  for (const [x, y] of [
    [2, 0],
    [0, 1],
    [3, 2],
  ] as const)
    expect(at(x, y)).toEqual([0, 0, 0, 0])
})

test('scales of colour, at their ends and between', () => {
  expect(grey(2)(1)).toEqual([128, 128, 128])
  expect(grey(0)(0)).toEqual([0, 0, 0])
  expect(rgbOf('#0b559f')).toEqual([11, 85, 159])
  const scale = diverging(4, [200, 0, 0], [100, 100, 100], [0, 0, 200])
  expect([-4, -2, 0, 4, 9].map(scale)).toEqual([
    [200, 0, 0],
    [150, 50, 50],
    [100, 100, 100],
    [0, 0, 200],
    [0, 0, 200],
  ])
})
