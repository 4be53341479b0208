import { describe, expect, test } from 'vitest'
import { levelSets } from '../../src/stability/level-sets.ts'
import {
  bestSetting,
  largestRate,
  linearRules,
  motionOf,
  slowestRadius,
  spectralRadius,
  type LinearRule,
} from '../../src/stability/quadratic.ts'
import { walkQuadratic } from '../../src/stability/walk.ts'
import { fixture, relativeError } from './fixture.ts'

interface Case {
  rule: LinearRule
  lr: number
  momentum: number
  curvatures: number[]
  radii: number[]
  logDistance: number | null
}
const { cases, best, steps } = fixture('stability') as {
  cases: Case[]
  best: { rule: LinearRule; least: number; greatest: number; radius: number; lr: number; momentum: number }[]
  steps: number
}
const logDistance = (point: readonly number[]) => Math.log(Math.hypot(...point))

describe.each(linearRules)('%s', (rule) => {
  const own = cases.filter((one) => one.rule === rule)

  test('spectral radii are those of NumPy’s eigenvalues', () => {
    expect(own).toHaveLength(150)
    for (const { curvatures, radii, ...setting } of own)
      curvatures.forEach((curvature, i) => {
        // Near a double eigenvalue its square root magnifies rounding: 1e-16 becomes 1e-8.
        const error = relativeError(spectralRadius(rule, setting, curvature), radii[i] as number, 1e-3)
        expect(error, JSON.stringify({ setting, curvature })).toBeLessThan(1e-7)
      })
    // Apart from those few, to the last digits.
    const errors = own.flatMap(({ curvatures, radii, ...setting }) =>
      curvatures.map((curvature, i) =>
        relativeError(spectralRadius(rule, setting, curvature), radii[i] as number, 1e-3),
      ),
    )
    expect(errors.filter((error) => error > 1e-12).length).toBeLessThan(errors.length / 50)
  })

  test('the closed form of the edge, the radius and our own rule’s walk agree on what is stable', () => {
    let [stable, unstable] = [0, 0]
    for (const { curvatures, radii, ...setting } of own) {
      const radius = Math.max(...radii)
      if (Math.abs(radius - 1) < 0.02) continue // 400 steps do not tell
      const label = JSON.stringify({ rule, setting, curvatures, radius })
      const inside = curvatures.every(
        (curvature) => setting.lr < largestRate(rule, setting.momentum, curvature),
      )
      expect(inside, label).toBe(radius < 1)
      expect(
        curvatures.some((curvature) => motionOf(rule, setting, curvature) === 'diverging'),
        label,
      ).toBe(radius > 1)
      const points = walkQuadratic(rule, setting, curvatures, steps)
      const last = points.at(-1) as number[]
      expect(logDistance(last) < 0, label).toBe(radius < 1)
      if (radius < 1) stable++
      else unstable++
    }
    expect(Math.min(stable, unstable)).toBeGreaterThan(25)
  })

  test('our own rule ends as far away as the matrices say', () => {
    let compared = 0
    for (const { curvatures, radii, logDistance: wanted, ...setting } of own) {
      const points = walkQuadratic(rule, setting, curvatures, steps)
      if (wanted === null || points.length <= steps || wanted < -300) continue
      compared++
      const found = logDistance(points.at(-1) as number[])
      expect(Math.abs(found - wanted), JSON.stringify({ setting, curvatures, radii })).toBeLessThan(1e-6)
    }
    expect(compared).toBeGreaterThan(50)
  })

  test('the best setting is the one that a search finds', () => {
    for (const { least, greatest, ...found } of best.filter((one) => one.rule === rule)) {
      const stated = bestSetting(rule, least, greatest)
      const curvatures = [least, greatest]
      expect(slowestRadius(rule, stated, curvatures)).toBeCloseTo(stated.radius, 6)
      // No search does better than the closed form, and it comes close.
      expect(found.radius).toBeGreaterThan(stated.radius - 1e-9)
      expect(found.radius).toBeLessThan(stated.radius + 2e-3)
      expect(relativeError(stated.lr, found.lr)).toBeLessThan(0.01)
      expect(Math.abs(stated.momentum - found.momentum)).toBeLessThan(0.01)
    }
  })

  test('level sets hold what is inside and nothing else', () => {
    const curvatures = [0.3, 2]
    const most = 2.2
    const levels = [1, 0.99, 0.9, 0.8]
    const sets = levelSets(rule, curvatures, levels, most)
    expect(sets.map(({ level }) => level)).toEqual(levels)
    for (const { level, outline } of sets) {
      for (const [lr, momentum] of outline) {
        const radius = slowestRadius(rule, { lr, momentum }, curvatures)
        expect(radius).toBeLessThanOrEqual(level + 1e-9)
        // On its border, unless the picture cut it off.
        if (lr < most && lr > 0) expect(radius).toBeCloseTo(level, 5)
      }
    }
    const edge = sets[0]?.outline ?? []
    const corner = edge.filter(([lr]) => lr > 1e-9 && lr < most) // the other edge is η = 0
    for (const [lr, momentum] of corner)
      expect(lr).toBeCloseTo(largestRate(rule, rule === 'sgd' ? 0 : momentum, 2), 6)
    expect(corner.length).toBeGreaterThan(20)
  })
})

test('how a direction goes can be seen in the walk', () => {
  const signs = (rule: LinearRule, lr: number, momentum: number) => {
    const walk = walkQuadratic(rule, { lr, momentum }, [1], 60).map(([x]) => x as number)
    return walk.filter((x, i) => i > 0 && Math.sign(x) !== Math.sign(walk[i - 1] as number)).length
  }
  const motions: [LinearRule, number, number, string, (changes: number) => boolean][] = [
    ['sgd', 0.5, 0, 'monotone', (n) => n === 0],
    ['sgd', 1.7, 0, 'zigzag', (n) => n === 60],
    ['sgd', 2, 0, 'edge', (n) => n === 60],
    ['sgd', 2.1, 0, 'diverging', (n) => n === 60],
    ['momentum', 0.01, 0.5, 'monotone', (n) => n === 0],
    ['momentum', 0.2, 0.9, 'wave', (n) => n > 3 && n < 30],
    ['momentum', 3.77, 0.9, 'wave', (n) => n > 30],
    ['momentum', 3.8, 0.9, 'edge', (n) => n > 50],
    ['momentum', 2.95, 0.5, 'zigzag', (n) => n > 55],
    ['nesterov', 0.9, 0.3, 'wave', (n) => n > 1],
    ['nesterov', 1.2, 0.5, 'zigzag', (n) => n > 50],
    ['nesterov', 1.6, 0.5, 'diverging', (n) => n > 50],
  ]
  for (const [rule, lr, momentum, motion, changes] of motions) {
    expect(motionOf(rule, { lr, momentum }, 1), `${rule} ${lr} ${momentum}`).toBe(motion)
    expect(
      changes(signs(rule, lr, momentum)),
      `${rule} ${lr} ${momentum}: ${signs(rule, lr, momentum)}`,
    ).toBe(true)
  }
})
