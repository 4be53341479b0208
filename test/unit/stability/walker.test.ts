import { describe, expect, test } from 'vitest'
import { parseObjective } from '../../../src/objectives/expression.ts'
import { objectives } from '../../../src/objectives/index.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { BasinMap, diverged, notYet, shownEnding, wandering } from '../../../src/stability/basins.ts'
import { minimumNear } from '../../../src/stability/minimum.ts'
import { lowestValue, sweep } from '../../../src/stability/sweep.ts'
import { Walker } from '../../../src/stability/walker.ts'
import { trace } from '../../../src/traces/trace.ts'

const named = (id: string) => {
  const found = objectives.find((one) => one.id === id)
  if (!found || !('x1' in found.range)) throw new Error(`${id} is no objective of two variables`)
  return { ...found, range: found.range }
}
const himmelblau = named('himmelblau')

test.each(optimizers.map(({ id }) => id))('%s walks as `trace` does, also the second time', (optimizer) => {
  const set = { lr: 0.01 }
  const walker = new Walker(parseObjective(himmelblau.expression, 2), optimizer, set)
  walker.run([4, -4], 30, 0.5) // leaves nothing behind
  const visited: number[][] = []
  walker.run([1, 2], 50, 0.01, (theta) => {
    visited.push([...theta])
    return false
  })
  const { points } = trace({ objective: himmelblau.expression, optimizer, set, start: [1, 2], steps: 50 })
  expect(visited).toEqual(points.slice(1))
})

test('a walk that a trace calls diverged is one', () => {
  const walker = new Walker(parseObjective('x1^2+2*x2^2', 2), 'sgd', {})
  expect(walker.run([-5, -2], 500, 0.6)).toBe(false)
  expect(walker.run([-5, -2], 500, 0.49)).toBe(true)
})

describe('the minimum near a point', () => {
  test.each(['himmelblau', 'rosenbrock', 'beale', 'booth', 'styblinski-tang', 'ackley', 'bowl'])(
    '%s',
    (id) => {
      const { expression, minima } = named(id)
      for (const minimum of minima) {
        const from = [(minimum[0] as number) + 0.05, (minimum[1] as number) - 0.08]
        const found = minimumNear(parseObjective(expression, 2), from, 0.2)
        expect(
          Math.hypot(
            (found[0] as number) - (minimum[0] as number),
            (found[1] as number) - (minimum[1] as number),
          ),
        ).toBeLessThan(1e-5)
      }
    },
  )

  test('a hill is left, never climbed', () => {
    const objective = parseObjective('(x1^2-1)^2+x2^2', 2)
    expect(minimumNear(objective, [1e-3, 0], 0.1)[0]).toBeCloseTo(1, 6)
    expect(minimumNear(objective, [-1e-3, 0], 0.1)[0]).toBeCloseTo(-1, 6)
  })
})

describe('basins', () => {
  const map = (id: string, optimizer: string, set: Record<string, number>, steps = 400) => {
    const { expression, range } = named(id)
    return new BasinMap({ expression, optimizer, set, ...range, columns: 24, rows: 20, steps })
  }

  test('gradient descent on Himmelblau’s function: four basins, each around its minimum', () => {
    const basins = map('himmelblau', 'sgd', { lr: 0.002 })
    expect(basins.advance(1000)).toBe(true)
    expect(basins.minima).toHaveLength(4)
    for (const [x1, x2] of himmelblau.minima) {
      const own = basins.minima.findIndex(
        ({ point }) =>
          Math.hypot((point[0] as number) - (x1 as number), (point[1] as number) - (x2 as number)) < 1e-3,
      )
      expect(own).toBeGreaterThanOrEqual(0)
      const column = Math.floor((((x1 as number) + 5) / 10) * 24)
      const row = Math.floor((((x2 as number) + 5) / 10) * 20)
      expect(basins.endings[row * 24 + column]).toBe(own)
    }
    const counted = basins.minima.reduce((sum, { count }) => sum + count, 0)
    expect(counted + basins.wandered + basins.diverged).toBe(24 * 20)
    expect(counted).toBeGreaterThan(0.95 * 24 * 20)
  })

  test('a bowl has one basin; beyond 2/λ nothing arrives', () => {
    const bowl = map('bowl', 'sgd', { lr: 0.2 })
    bowl.advance(1000)
    expect(bowl.minima).toMatchObject([{ count: 480 }])
    const beyond = map('bowl', 'sgd', { lr: 0.51 }, 4000)
    beyond.advance(1000)
    expect(beyond.diverged).toBe(480)
    expect(beyond.minima).toEqual([])
    expect([...beyond.endings].every((ending) => ending === diverged)).toBe(true)
  })

  test('who has not arrived wanders', () => {
    const slow = map('bowl', 'sgd', { lr: 1e-5 }, 50)
    slow.advance(1000)
    // Only starts that lie at the minimum are there.
    expect(slow.wandered).toBeGreaterThan(470)
    expect(slow.endings).toContain(wandering)
  })

  test('no walk stands on a saddle for a minimum', () => {
    const saddle = new BasinMap({
      expression: '(x1^2-1)^2+x2^2',
      optimizer: 'sgd',
      set: { lr: 0.05 },
      x1: [-1.5, 1.5],
      x2: [-1, 1],
      columns: 1, // one column: all start at x1 = 0
      rows: 4,
      steps: 300,
    })
    saddle.advance(10)
    expect(saddle.wandered).toBe(4)
  })

  test('a rough picture comes first and every part agrees with the whole', () => {
    const piecemeal = map('himmelblau', 'adam', { lr: 0.1 }, 200)
    piecemeal.advance(9)
    expect(shownEnding(piecemeal.endings, 24, 7, 7)).toBe(piecemeal.endings[0])
    expect(piecemeal.endings[1]).toBe(notYet)
    while (!piecemeal.advance(17));
    const whole = map('himmelblau', 'adam', { lr: 0.1 }, 200)
    whole.advance(Infinity)
    expect(piecemeal.endings).toEqual(whole.endings)
    expect(piecemeal.endings).not.toContain(notYet)
  })

  test.each(optimizers.map(({ id }) => id))('%s fills its map', (optimizer) => {
    const basins = map('himmelblau', optimizer, {}, 30)
    expect(basins.advance(Infinity)).toBe(true)
    expect(basins.endings).not.toContain(notYet)
  })

  test('one variable is too few', () => {
    const one = { optimizer: 'sgd', set: {}, x1: [0, 1], x2: [0, 1], columns: 4, rows: 4, steps: 5 } as const
    expect(() => new BasinMap({ ...one, expression: 'x^2' })).toThrow(/one variable/)
  })
})

describe('sweep', () => {
  const over = (optimizer: string, set = {}, expression = '0.5*x^2', start: number[] = [3]) =>
    sweep({ expression, optimizer, set, start, steps: 60, least: 1e-3, greatest: 30, count: 90 })

  test('the edge of gradient descent is 2/λ, that of momentum nearly 2(1+β)/λ', () => {
    expect(over('sgd').edge).toBeCloseTo(2, 3)
    expect(over('sgd', {}, '4*x1^2+x2^2', [1, 1]).edge).toBeCloseTo(0.25, 3)
    // 60 steps are few for a wave that grows: it may end low by chance, so the edge is felt a little later or earlier.
    expect(over('momentum', { momentum: 0.5 }).edge).toBeCloseTo(3, 1)
    expect(over('nesterov', { momentum: 0.5 }).edge).toBeCloseTo(1.5, 1)
  })

  test('values are the last of a trace', () => {
    const { rates, finals } = over('adam', {}, himmelblau.expression, [1, 2])
    for (const i of [0, 40, 89]) {
      const set = { lr: rates[i] as number }
      const { values, status } = trace({
        objective: himmelblau.expression,
        optimizer: 'adam',
        set,
        start: [1, 2],
        steps: 60,
      })
      expect(status).toBe('done')
      expect(finals[i]).toBe(values.at(-1))
    }
  })

  test('the best is the lowest; an edge outside the range is none', () => {
    const { best, rates, finals } = over('sgd')
    expect(finals[rates.indexOf(best as number)]).toBe(Math.min(...finals.filter(Number.isFinite)))
    const below = sweep({
      expression: 'x^2',
      optimizer: 'sgd',
      set: {},
      start: [1],
      steps: 9,
      least: 1e-3,
      greatest: 0.5,
      count: 9,
    })
    expect(below.edge).toBeNull()
    const above = sweep({
      expression: 'x^2',
      optimizer: 'sgd',
      set: {},
      start: [1],
      steps: 9,
      least: 2,
      greatest: 5,
      count: 9,
    })
    expect(above.edge).toBe(2)
  })

  test('the floor of a named objective', () => {
    expect(lowestValue(himmelblau.expression)).toBeCloseTo(0, 12)
    expect(lowestValue(named('styblinski-tang').expression)).toBeCloseTo(-78.332, 2)
    expect(lowestValue('x^2+17')).toBeNull()
  })
})
