import { describe, expect, test } from 'vitest'
import {
  isEven,
  replayPace,
  replayRate,
  reveal,
  wallSeconds,
} from '../../../../renderer/src/pages/live/replay.ts'

const points = {
  step: Float64Array.of(0, 20, 40, 60),
  examples: Float64Array.of(0, 200, 400, 600),
  seconds: Float64Array.of(0, 0.002, 0.003, 0.007),
  trainLoss: Float64Array.of(1, 0.5, 0.4, 0.3),
}

describe('what a replay shows of a curve', () => {
  test('everything without one', () => expect(reveal(points, null)).toEqual({ count: 4, share: 0 }))

  test.each([
    ['seconds', 0, 1, 0],
    ['seconds', 0.001, 1, 0.5],
    ['seconds', 0.003, 3, 0],
    ['seconds', 9, 4, 0],
    ['step', 50, 3, 0.5],
    ['step', 60, 4, 0],
  ] as const)('by %s up to %d: %d points', (by, at, count, share) => {
    const shown = reveal(points, { by, at })
    expect(shown.count).toBe(count)
    expect(shown.share).toBeCloseTo(share)
  })

  test('nothing before the first point', () => {
    const late = { ...points, seconds: points.seconds.map((value) => value + 1) }
    expect(reveal(late, { by: 'seconds', at: 0.5 })).toEqual({ count: 0, share: 0 })
  })
})

describe('its speed', () => {
  test('is what brings it to the end in so many seconds, or the training’s own', () => {
    expect(replayRate(0.02, 10, 'seconds')).toBeCloseTo(0.002)
    expect(replayRate(0.02, 'real', 'seconds')).toBe(1)
    expect(replayRate(300, 10, 'step')).toBe(30)
  })

  test('is told against the training’s; steps have none', () => {
    expect(replayPace(0.02, 10, 'seconds')).toBeCloseTo(1 / 500)
    expect(replayPace(100, 10, 'seconds')).toBe(10)
    expect(replayPace(300, 10, 'step')).toBe(null)
  })
})

describe('whether an experiment was a blink', () => {
  const at = (seconds: number): string =>
    new Date(Date.UTC(2026, 10, 22, 10, 0, 0, seconds * 1000)).toISOString()

  test('counts from the first start to the last end', () => {
    expect(
      wallSeconds([
        { startedAt: at(1), finishedAt: at(2) },
        { startedAt: at(0.5), finishedAt: at(1.25) },
      ]),
    ).toBeCloseTo(1.5)
    expect(wallSeconds([{ startedAt: at(1), finishedAt: null }])).toBe(null)
    expect(wallSeconds([])).toBe(null)
  })

  test('times that the system’s pauses distort are not compared', () => {
    expect(isEven([0.01, 0.012, 0.02])).toBe(true)
    expect(isEven([0.0002, 0.0003, 0.036])).toBe(false)
    expect(isEven([0, 0, 0])).toBe(false)
  })
})
