import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { objectives } from '../../../src/objectives/index.ts'
import { optimizers } from '../../../src/optimizers/index.ts'
import { schedules } from '../../../src/schedules/index.ts'
import { trace, type TraceSettings } from '../../../src/traces/trace.ts'

const parabola: TraceSettings = {
  objective: 'x^2',
  optimizer: 'sgd',
  set: { lr: 0.25 },
  start: [8],
  steps: 3,
}

function refusal(settings: Partial<TraceSettings>): DescentError {
  try {
    trace({ ...parabola, ...settings })
  } catch (error) {
    if (error instanceof DescentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a trace by hand', () => {
  expect(trace(parabola)).toEqual({
    optimizer: 'sgd',
    objective: 'x^2',
    points: [[8], [4], [2], [1]],
    values: [64, 16, 4, 1],
    rates: [0.25, 0.25, 0.25],
    status: 'done',
  })
})

test('every named objective with every rule, from its own start', () => {
  for (const { id, start } of objectives)
    for (const { id: optimizer } of optimizers) {
      const { points, values, status } = trace({ objective: id, optimizer, steps: 20 })
      expect(points[0]).toEqual(start)
      expect(points.length).toBe(values.length)
      if (status === 'done') expect(points).toHaveLength(21)
      expect(points.flat().concat(values).every(Number.isFinite), `${id} ${optimizer}`).toBe(true)
    }
})

test('a name and its expression are one objective', () => {
  const named = trace({ ...parabola, objective: 'parabola' })
  expect(named.points).toEqual(trace(parabola).points)
})

describe('schedules go step by step', () => {
  const rates = (schedule: TraceSettings['schedule'], set = { lr: 0.25 }) =>
    trace({ ...parabola, set, steps: 6, ...(schedule && { schedule }) }).rates

  test('step k runs at schedule(k + offset), at the optimizer’s lr before 0', () => {
    const set = { boundaries: [1, 2, 3], values: [0.4, 0.3, 0.2, 0.1] }
    expect(rates({ id: 'piecewise', set, offset: 0 })).toEqual([0.4, 0.3, 0.2, 0.1, 0.1, 0.1])
    expect(rates({ id: 'piecewise', set, offset: 2 })).toEqual([0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
    expect(rates({ id: 'piecewise', set, offset: -2 })).toEqual([0.25, 0.25, 0.4, 0.3, 0.2, 0.1])
  })

  test('base wins over lr and defaults to it, to the rule’s default, too', () => {
    expect(rates({ id: 'constant', set: { base: 0.5 }, offset: 0 })[0]).toBe(0.5)
    expect(rates({ id: 'constant', set: {}, offset: 0 })[0]).toBe(0.25)
    expect(trace({ objective: 'x^2', optimizer: 'adamax', start: [8], steps: 1 }).rates).toEqual([0.002])
  })

  test('the rates are what the points were reached with', () => {
    for (const { id } of schedules) {
      const { points, rates: used } = trace({ ...parabola, steps: 8, schedule: { id, set: {}, offset: 1 } })
      used.forEach((rate, k) => {
        const from = points[k]?.[0] as number
        expect(points[k + 1]?.[0]).toBe(from - rate * 2 * from)
      })
    }
  })

  test('a schedule changes the walk of every rule', () => {
    for (const { id } of optimizers) {
      const plain = trace({ ...parabola, optimizer: id, set: {}, steps: 6 })
      const scheduled = trace({
        ...parabola,
        optimizer: id,
        set: {},
        steps: 6,
        schedule: { id: 'constant', set: { base: 0.03 }, offset: 0 },
      })
      expect(scheduled.points, id).not.toEqual(plain.points)
    }
  })
})

describe('noise', () => {
  const noisy = (settings: Partial<TraceSettings>) => trace({ ...parabola, steps: 30, ...settings })

  test('one seed, one trace; another seed, another', () => {
    expect(noisy({ noise: 1, seed: 3 })).toEqual(noisy({ noise: 1, seed: 3 }))
    expect(noisy({ noise: 1, seed: 3 }).points).not.toEqual(noisy({ noise: 1, seed: 4 }).points)
    expect(noisy({ noise: 1 })).toEqual(noisy({ noise: 1, seed: 0 }))
  })

  test('none leaves the seed without effect', () => {
    expect(noisy({ noise: 0, seed: 3 })).toEqual(noisy({ seed: 4 }))
  })

  test('is a standard deviation: on a parabola the walk deviates in proportion to it', () => {
    const [none, one, two] = [0, 1, 2].map((noise) => noisy({ noise, seed: 5 }).points.flat()) as [
      number[],
      number[],
      number[],
    ]
    none.forEach((x, k) => expect((two[k] as number) - x).toBeCloseTo(2 * ((one[k] as number) - x), 12))
  })

  test('the values shown are without noise', () => {
    const { points, values } = noisy({ noise: 1 })
    expect(values).toEqual(points.map(([x]) => (x as number) ** 2))
  })

  test('the first steps do not depend on how many follow', () => {
    expect(noisy({ noise: 1, steps: 5 }).points).toEqual(noisy({ noise: 1 }).points.slice(0, 6))
  })
})

describe('divergence', () => {
  test('ends at the last finite point', () => {
    const { status, points, values, rates, divergedAt } = trace({ ...parabola, set: { lr: 1e6 }, steps: 100 })
    expect(status).toBe('diverged')
    expect(points).toHaveLength(values.length)
    expect(rates).toHaveLength(points.length - 1)
    expect(divergedAt).toBe(points.length)
    expect(Math.abs(values.at(-1) as number)).toBeLessThanOrEqual(1e30)
    // One step further would have been too far.
    expect(((points.at(-1)?.[0] as number) * (1 - 2e6)) ** 2).toBeGreaterThan(1e30)
  })

  test('a value of exactly 1e30 is still there, one above is not', () => {
    const settings = { objective: '1e30*x', optimizer: 'sgd', steps: 1 }
    expect(trace({ ...settings, start: [1], set: { lr: 0 } }).status).toBe('done')
    expect(trace({ ...settings, start: [1 + 2 ** -52], set: { lr: 0 } }).status).toBe('diverged')
    expect(trace({ ...settings, start: [-1 - 2 ** -52], set: { lr: 0 } }).status).toBe('diverged')
  })

  test('leaving the domain is divergence, not a crash', () => {
    const { status, points } = trace({
      objective: 'log(x)',
      optimizer: 'sgd',
      set: { lr: 5 },
      start: [1],
      steps: 10,
    })
    expect(status).toBe('diverged')
    expect(points).toEqual([[1]])
  })
})

describe('refusals', () => {
  test.each<[string, Partial<TraceSettings>, string, RegExp]>([
    ['no start', { start: undefined as unknown as number[] }, 'usage', /needs a start/],
    ['a start of two', { start: [1, 2] }, 'invalid-value', /1,2/],
    ['a start of one for two', { objective: 'x1+x2', start: [1] }, 'invalid-value', /1/],
    ['a start of three', { start: [1, 2, 3] }, 'invalid-value', /1,2,3/],
    ['an empty start', { start: [] }, 'invalid-value', /start/],
    ['a start that is no number', { start: [NaN] }, 'invalid-value', /NaN/],
    ['a start outside the domain', { objective: 'log(x)', start: [-1] }, 'invalid-value', /-1/],
    ['a start at infinity', { objective: '1/x', start: [0] }, 'invalid-value', /0/],
    ['no steps', { steps: 0 }, 'invalid-value', /steps is 0/],
    ['half a step', { steps: 1.5 }, 'invalid-value', /steps is 1.5/],
    ['too many steps', { steps: 1_000_001 }, 'invalid-value', /steps is 1000001.*1000000/],
    ['negative noise', { noise: -1 }, 'invalid-value', /noise is -1/],
    ['infinite noise', { noise: Infinity }, 'invalid-value', /noise is Infinity/],
    ['noise that is no number', { noise: NaN }, 'invalid-value', /noise is NaN/],
    ['an unknown rule', { optimizer: 'adm' }, 'not-found', /"adm"/],
    ['an unknown schedule', { schedule: { id: 'cosin', set: {}, offset: 0 } }, 'not-found', /"cosin"/],
    ['an unknown hyperparameter', { set: { lrr: 1 } }, 'not-found', /"lrr"/],
    ['a rate below 0', { set: { lr: -1 } }, 'invalid-value', /lr is -1/],
    ['no mathematics', { objective: 'x+' }, 'expression', /Column 3/],
    ['an unknown objective', { objective: 'rosenbrok' }, 'expression', /"rosenbrok" is not known/],
  ])('%s', (_, settings, code, sentence) => {
    const error = refusal(settings)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(sentence)
    expect(error.remedy).not.toBe('')
  })

  test('the nearest rule is suggested', () => {
    expect(refusal({ optimizer: 'adm' }).remedy).toContain('adam')
  })
})
