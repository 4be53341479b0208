import { expect, test } from 'vitest'
import { trace, type TraceSettings } from '../../../src/traces/trace.ts'

const settings: TraceSettings = {
  objective: 'x1+x2',
  optimizer: 'sgd',
  set: { lr: 1 },
  start: [0, 0],
  steps: 10_000,
}
/** On a plane every kept partial derivative is a step of −1. */
const moves = (given: Partial<TraceSettings>): number[][] => {
  const { points } = trace({ ...settings, ...given })
  return points.slice(1).map((point, k) => point.map((x, i) => (points[k]?.[i] as number) - x))
}

test('each partial derivative is kept with the given probability, by itself', () => {
  for (const sparse of [0.1, 0.5, 0.9]) {
    const taken = moves({ sparse, seed: 1 })
    expect(taken.flat().every((move) => move === 0 || move === 1)).toBe(true)
    const share = (of: (move: number[]) => boolean): number => taken.filter(of).length / taken.length
    const error = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / taken.length)
    for (const i of [0, 1])
      expect(Math.abs(share((move) => move[i] === 1) - sparse)).toBeLessThan(error(sparse))
    const both = sparse * sparse
    expect(Math.abs(share((move) => move[0] === 1 && move[1] === 1) - both)).toBeLessThan(error(both))
  }
})

test('a seed repeats, another differs, and 1 keeps all', () => {
  const some = { sparse: 0.3, steps: 200 }
  expect(moves({ ...some, seed: 7 })).toEqual(moves({ ...some, seed: 7 }))
  expect(moves({ ...some, seed: 7 })).not.toEqual(moves({ ...some, seed: 8 }))
  expect(moves({ sparse: 1, steps: 50 })).toEqual(moves({ steps: 50 }))
})

test('what is not kept has no noise either, and what is kept has the noise it would have had', () => {
  const noisy = moves({ noise: 0.5, steps: 100 })
  const both = moves({ noise: 0.5, sparse: 0.4, steps: 100 })
  let zeros = 0
  both.forEach((move, k) =>
    move.forEach((x, i) => {
      if (x === 0) zeros++
      else expect(x).toBeCloseTo(noisy[k]?.[i] as number, 9)
    }),
  )
  expect(zeros).toBeGreaterThan(80)
})

test('a probability that is none is refused', () => {
  for (const sparse of [0, -0.1, 1.1, NaN]) expect(() => trace({ ...settings, sparse })).toThrow(/sparse is/)
})
