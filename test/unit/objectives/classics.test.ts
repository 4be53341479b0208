import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { parseObjective } from '../../../src/objectives/expression.ts'
import { objectives } from '../../../src/objectives/index.ts'
import type { ObjectiveDefinition } from '../../../src/objectives/objective.ts'

/** Values at the global minima, from the literature; the functions without one are those whose list is empty. */
const minimum: Record<string, number> = {
  parabola: 0,
  bowl: 0,
  'narrow-valley': 0,
  rosenbrock: 0,
  beale: 0,
  himmelblau: 0,
  rastrigin: 0,
  ackley: 0,
  booth: 0,
  'styblinski-tang': -78.33233140754282,
}

const each = objectives.map((definition) => [definition.id, definition] as const)
const withMinima = each.filter(([, { minima }]) => minima.length > 0)

const intervals = ({ range }: ObjectiveDefinition) => ('x' in range ? [range.x] : [range.x1, range.x2])

function slopes(definition: ObjectiveDefinition, point: readonly number[]): number[] {
  const into = new Float64Array(point.length)
  parseObjective(definition.expression).gradient(point, into)
  return [...into]
}

test('ids are unique and none is an expression', () => {
  expect(new Set(objectives.map(({ id }) => id)).size).toBe(objectives.length)
  for (const { id } of objectives) expect(() => parseObjective(id), id).toThrow()
})

test('the functions of the tutorial are there, as it writes them', () => {
  const expressions = objectives.map(({ expression }) => expression)
  for (const wanted of ['x^2', 'x*cos(0.15*pi*x)', 'x1^2+2*x2^2', '0.1*x1^2+2*x2^2'])
    expect(expressions).toContain(wanted)
})

describe('definitions', () => {
  test.each(each)('%s speaks both languages and renders', (_, definition) => {
    for (const { en, 'zh-CN': zh } of [definition.title, definition.description]) {
      expect(en).not.toMatch(/^$|\p{Script=Han}/u)
      expect(zh).toMatch(/\p{Script=Han}/u)
    }
    const { tex } = parseObjective(definition.expression)
    expect(() => katex.renderToString(tex, { throwOnError: true, strict: 'error' })).not.toThrow()
  })

  test.each(each)('%s: range, start and expression have one dimension', (_, definition) => {
    const { dimension, value } = parseObjective(definition.expression)
    expect(intervals(definition)).toHaveLength(dimension)
    expect(definition.start).toHaveLength(dimension)
    for (const [low, high] of intervals(definition)) expect(low).toBeLessThan(high)
    definition.start.forEach((x, i) => {
      const [low, high] = intervals(definition)[i] as readonly [number, number]
      expect(x).toBeGreaterThanOrEqual(low)
      expect(x).toBeLessThanOrEqual(high)
    })
    expect(value(definition.start)).toSatisfy(Number.isFinite)
    // A start at rest would show nothing.
    expect(Math.hypot(...slopes(definition, definition.start))).toBeGreaterThan(1e-4)
  })
})

describe('minima', () => {
  test('are declared where the literature has them', () => {
    expect(withMinima.map(([id]) => id).sort()).toEqual(Object.keys(minimum).sort())
    expect(objectives.find(({ id }) => id === 'himmelblau')?.minima).toHaveLength(4)
  })

  test.each(withMinima)(
    '%s: the known value, a zero gradient, and nothing lower around',
    (id, definition) => {
      const { value } = parseObjective(definition.expression)
      const declared = minimum[id] as number
      for (const point of definition.minima) {
        // A coordinate is declared to 16 digits at best; there the slope is its rounding times the curvature, at most 120.
        expect(Math.abs(value(point) - declared)).toBeLessThan(1e-13 * Math.max(1, Math.abs(declared)))
        // Ackley's is a kink; there, as for abs, it is the subgradient of least length.
        for (const slope of slopes(definition, point)) expect(Math.abs(slope)).toBeLessThan(1e-12)
        const [low, high] = [
          Math.min(...intervals(definition).flat()),
          Math.max(...intervals(definition).flat()),
        ]
        for (const x of point) expect(x).toSatisfy((at: number) => at >= low && at <= high)
      }
      // On a grid of the range nothing is lower.
      const count = 201
      const axes = intervals(definition).map(([low, high]) =>
        Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1)),
      )
      const [first = [], second = [0]] = axes
      for (const x of first)
        for (const y of second) expect(value([x, y])).toBeGreaterThanOrEqual(declared - 1e-9)
    },
  )

  test.each(withMinima)('%s: each minimum is in its own place', (_, { minima }) => {
    minima.forEach((a, i) =>
      minima
        .slice(i + 1)
        .forEach((b) => expect(Math.hypot(...a.map((x, j) => x - (b[j] as number)))).toBeGreaterThan(0.1)),
    )
  })
})

describe('the gradient is the slope', () => {
  // Central differences with step h are off by h²f‴/6 and by the rounding of f over h; at h = 1e-5 some 1e-9 of the
  // size of the function. Coarse, but it needs nothing of the code's own differentiation.
  test.each(each)('%s', (_, definition) => {
    const { value } = parseObjective(definition.expression)
    const h = 1e-5
    for (let k = 1; k <= 20; k++) {
      const point = intervals(definition).map(
        ([low, high], i) => low + (high - low) * ((k * (0.618 + 0.137 * i)) % 1),
      )
      const scale = 1 + Math.abs(value(point))
      slopes(definition, point).forEach((slope, i) => {
        const moved = (by: number) => value(point.map((x, j) => (j === i ? x + by : x)))
        expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - slope)).toBeLessThan(
          1e-6 * (scale + Math.abs(slope)),
        )
      })
    }
  })
})
