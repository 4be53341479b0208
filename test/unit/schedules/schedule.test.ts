import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { DescentError } from '../../../src/contract/errors.ts'
import { lookUp } from '../../../src/contract/lookup.ts'
import { schedules } from '../../../src/schedules/index.ts'
import {
  parametersOf,
  settleSchedule,
  withOffset,
  type ScheduleDefinition,
} from '../../../src/schedules/schedule.ts'

const settle = (id: string, set: Record<string, unknown> = {}, lr = 0.2) =>
  settleSchedule(lookUp(schedules, id, 'schedule'), set, lr)

const first = (values: (t: number) => number, count: number) =>
  Array.from({ length: count }, (_, t) => values(t))

function refusal(attempt: () => unknown): DescentError {
  try {
    attempt()
  } catch (error) {
    if (error instanceof DescentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const each = schedules.map((definition) => [definition.id, definition] as const)
const withBase = each.filter(([, { baseOf }]) => !baseOf)

test('ids are the specification’s, those of the Crowded Valley study, and knots, to which what is composed is compiled', () => {
  expect(schedules.map(({ id }) => id).sort()).toEqual(
    [
      'constant',
      'cosine',
      'cosine-restarts',
      'exponential',
      'factor',
      'inverse-power',
      'knots',
      'multistep',
      'piecewise',
      'trapezoid',
    ].sort(),
  )
})

test('parameters are the specification’s', () => {
  const names = Object.fromEntries(
    schedules.map((definition) => [definition.id, Object.keys(parametersOf(definition))]),
  )
  const warmup = ['warmup.steps', 'warmup.begin']
  expect(names).toEqual({
    constant: ['base', ...warmup],
    factor: ['base', 'factor', 'stop', ...warmup],
    multistep: ['base', 'milestones', 'gamma', ...warmup],
    exponential: ['base', 'rate', ...warmup],
    'inverse-power': ['base', 'scale', 'power', ...warmup],
    piecewise: ['boundaries', 'values', ...warmup],
    knots: ['boundaries', 'values', ...warmup],
    cosine: ['base', 'final', 'maxUpdate', 'warmupSteps', 'warmupBegin', ...warmup],
    'cosine-restarts': ['base', 'final', 'firstCycle', 'cycleFactor', ...warmup],
    trapezoid: ['base', 'begin', 'rise', 'hold', 'decay', 'final', ...warmup],
  })
})

describe('definitions', () => {
  test.each(each)('%s speaks both languages and renders', (_, definition: ScheduleDefinition) => {
    const texts = [
      definition.title,
      definition.description,
      ...Object.values(parametersOf(definition)).map(({ meaning }) => meaning),
    ]
    for (const { en, 'zh-CN': zh } of texts) {
      expect(en).not.toMatch(/^$|\p{Script=Han}/u)
      expect(zh).toMatch(/\p{Script=Han}/u)
    }
    expect(() => katex.renderToString(definition.tex, { throwOnError: true, strict: 'error' })).not.toThrow()
  })

  test.each(each)('%s runs with nothing set', (_, definition) => {
    for (const value of first(settleSchedule(definition, {}, 0.2), 1000)) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(0.2)
    }
  })
})

describe('base', () => {
  test.each(withBase)('%s: defaults to the optimizer’s lr and otherwise wins over it', (id) => {
    const values = first(settle(id, {}, 0.4), 30)
    expect(first(settle(id, { base: 0.4 }, 17), 30)).toEqual(values)
    expect(first(settle(id, {}, 17), 30)).not.toEqual(values)
  })

  test('0 is a base, not the lack of one', () => {
    expect(settle('constant', { base: 0 }, 0.3)(5)).toBe(0)
  })

  test('piecewise has its rates in its values and takes no base', () => {
    const { code, message, remedy } = refusal(() => settle('piecewise', { base: 0.1 }))
    expect(code).toBe('not-found')
    expect(message).toContain('base')
    expect(remedy).toContain('boundaries, values')
    expect(settle('piecewise', { boundaries: [1], values: [3, 4] }, 17)(0)).toBe(3)
  })
})

describe('warm-up goes around any schedule', () => {
  test.each(each)('%s', (id, definition) => {
    const plain = settle(id, {}, 0.2)
    const base = definition.baseOf ? 0.1 : 0.2
    const around = settle(id, { 'warmup.steps': 4, 'warmup.begin': 0.02 }, 0.2)
    const rise = (base - 0.02) / 4
    first(around, 4).forEach((value, t) => expect(value).toBeCloseTo(0.02 + rise * t, 14))
    expect(around(0)).toBe(0.02)
    // Afterwards the schedule starts at its own 0.
    expect(first((t) => around(t + 4), 50)).toEqual(first(plain, 50))
  })

  test.each(each)('%s: no steps, no warm-up', (id) => {
    expect(first(settle(id, { 'warmup.steps': 0, 'warmup.begin': 99 }), 50)).toEqual(first(settle(id), 50))
  })

  test('from above: a warm-up may begin higher than the base', () => {
    expect(first(settle('constant', { base: 1, 'warmup.steps': 2, 'warmup.begin': 3 }), 4)).toEqual([
      3, 2, 1, 1,
    ])
  })

  test('around the cosine’s own warm-up', () => {
    const both = settle('cosine', {
      base: 1,
      maxUpdate: 6,
      warmupSteps: 2,
      'warmup.steps': 2,
      'warmup.begin': 0.5,
    })
    const own = settle('cosine', { base: 1, maxUpdate: 6, warmupSteps: 2 })
    expect(first(both, 4)).toEqual([0.5, 0.75, own(0), own(1)])
  })
})

describe('offset', () => {
  const schedule = (t: number) => 100 + t

  test('epoch k runs at schedule(k + offset)', () => {
    expect(first(withOffset(schedule, 0, 9), 3)).toEqual([100, 101, 102])
    expect(first(withOffset(schedule, 2, 9), 3)).toEqual([102, 103, 104])
  })

  test('a negative index runs at the optimizer’s own lr, whatever the base', () => {
    expect(first(withOffset(schedule, -2, 9), 4)).toEqual([9, 9, 100, 101])
    const tutorial = withOffset(
      settle('cosine', { base: 0.3, final: 0.01, maxUpdate: 20, warmupSteps: 5 }, 0.7),
      -1,
      0.7,
    )
    expect(tutorial(0)).toBe(0.7)
    expect(tutorial(1)).toBe(0)
    expect(tutorial(6)).toBe(0.3)
    expect(tutorial(21)).toBe(0.01)
    expect(tutorial(1000)).toBe(0.01)
  })
})

describe('values at the edges', () => {
  test('a milestone is the first index of the lower rate', () => {
    expect(first(settle('multistep', { base: 1, milestones: [2, 4], gamma: 0.5 }), 6)).toEqual([
      1, 1, 0.5, 0.5, 0.25, 0.25,
    ])
    expect(first(settle('multistep', { base: 1, milestones: [], gamma: 0.5 }), 3)).toEqual([1, 1, 1])
  })

  test('a boundary is the first index of the next value', () => {
    expect(first(settle('piecewise', { boundaries: [1, 3], values: [3, 2, 1] }), 5)).toEqual([3, 2, 2, 1, 1])
    expect(settle('piecewise', { boundaries: [], values: [7] })(100)).toBe(7)
  })

  test('knots: level outside, straight between, one knot is a constant', () => {
    expect(first(settle('knots', { boundaries: [1, 5], values: [4, 2] }), 8)).toEqual([
      4, 4, 3.5, 3, 2.5, 2, 2, 2,
    ])
    expect(first(settle('knots', { boundaries: 3, values: 7 }), 6)).toEqual([7, 7, 7, 7, 7, 7])
    expect(settle('knots', { boundaries: [0.5, 1.5], values: [1, 3] })(1)).toBe(2)
  })

  test('factor counts the multiplication before the first index and stops at its floor', () => {
    expect(first(settle('factor', { base: 1, factor: 0.5, stop: 0.2 }), 4)).toEqual([0.5, 0.25, 0.2, 0.2])
  })

  test('a milestone given as one number is a list of one, as the command line writes it', () => {
    expect(first(settle('multistep', { base: 1, milestones: 1, gamma: 0.5 }), 3)).toEqual([1, 0.5, 0.5])
  })

  test('a cosine of one step', () => {
    expect(first(settle('cosine', { base: 1, final: 0.25, maxUpdate: 1 }), 3)).toEqual([1, 0.25, 0.25])
  })

  test('a restart is the first index at the base again; cycles may grow', () => {
    const same = settle('cosine-restarts', { base: 1, firstCycle: 2, cycleFactor: 1 })
    first(same, 6).forEach((value, t) => expect(value).toBeCloseTo(t % 2 === 0 ? 1 : 0.5, 15))
    const growing = settle('cosine-restarts', { base: 1, firstCycle: 1, cycleFactor: 3 })
    const restarts = Array.from({ length: 50 }, (_, t) => t).filter((t) => growing(t) === 1)
    expect(restarts).toEqual([0, 1, 4, 13, 40])
  })

  test('a trapezoid without a rise, a hold or either', () => {
    const of = (rise: number, hold: number, decay: number) =>
      first(settle('trapezoid', { base: 4, begin: 1, rise, hold, decay, final: 2 }), 6)
    expect(of(0, 2, 2)).toEqual([4, 4, 4, 3, 2, 2])
    expect(of(3, 0, 2)).toEqual([1, 2, 3, 4, 3, 2])
    expect(of(0, 0, 1)).toEqual([4, 2, 2, 2, 2, 2])
  })

  test('far out nothing overflows', () => {
    for (const [id] of each)
      for (const value of [settle(id)(1e6), settle(id)(1e15)]) expect(value).toBeGreaterThanOrEqual(0)
  })
})

describe('refusals name the value and the bound', () => {
  // schedule, settings, what the sentence must contain
  const refused: [string, Record<string, unknown>, string[]][] = [
    ['constant', { base: -0.1 }, ['base', '-0.1', '0']],
    ['constant', { base: '0.1' }, ['base', '"0.1"', 'number']],
    ['constant', { base: null }, ['base', 'null', 'number']],
    ['constant', { 'warmup.steps': -1 }, ['warmup.steps', '-1', '0']],
    ['constant', { 'warmup.steps': 1.5 }, ['warmup.steps', '1.5', 'whole']],
    ['constant', { 'warmup.begin': -2 }, ['warmup.begin', '-2', '0']],
    ['factor', { factor: -1 }, ['factor', '-1', '0']],
    ['factor', { stop: -1e-9 }, ['stop', '-1e-9', '0']],
    ['multistep', { milestones: [3, 2] }, ['milestones', '[3,2]', 'increasing']],
    ['multistep', { milestones: [3, 3] }, ['milestones', '[3,3]', 'increasing']],
    ['multistep', { milestones: ['3'] }, ['milestones', '["3"]', 'numbers']],
    ['multistep', { milestones: 'soon' }, ['milestones', '"soon"', 'numbers']],
    ['multistep', { gamma: true }, ['gamma', 'true', 'number']],
    ['exponential', { rate: -0.1 }, ['rate', '-0.1', '0']],
    ['inverse-power', { scale: -0.1 }, ['scale', '-0.1', '0']],
    ['inverse-power', { power: [1] }, ['power', '[1]', 'number']],
    ['piecewise', { boundaries: [1, 2], values: [1, 2] }, ['2 boundaries', '3 values', '2']],
    ['piecewise', { boundaries: [2, 1], values: [1, 2, 3] }, ['boundaries', '[2,1]', 'increasing']],
    ['piecewise', { boundaries: [] }, ['0 boundaries', '1 value', '2']],
    ['knots', { boundaries: [1, 2], values: [1] }, ['2 boundaries', '1']],
    ['knots', { boundaries: [], values: [] }, ['empty', 'knot']],
    ['knots', { boundaries: [2, 2], values: [1, 2] }, ['boundaries', '[2,2]', 'increasing']],
    ['knots', { boundaries: [1], values: [-1] }, ['values', '[-1]', '0']],
    ['cosine', { final: -1 }, ['final', '-1', '0']],
    ['cosine', { maxUpdate: 0 }, ['maxUpdate', '0', '1']],
    ['cosine', { maxUpdate: 2.5 }, ['maxUpdate', '2.5', 'whole']],
    ['cosine', { maxUpdate: 5, warmupSteps: 5 }, ['warmupSteps', '5', 'maxUpdate']],
    ['cosine-restarts', { firstCycle: 0 }, ['firstCycle', '0', '1']],
    ['cosine-restarts', { cycleFactor: 1.5 }, ['cycleFactor', '1.5', 'whole']],
    ['cosine-restarts', { final: -1 }, ['final', '-1', '0']],
    ['trapezoid', { decay: 0 }, ['decay', '0', '1']],
    ['trapezoid', { hold: -1 }, ['hold', '-1', '0']],
    ['trapezoid', { begin: -1 }, ['begin', '-1', '0']],
    ['cosine', { warmupSteps: 20 }, ['warmupSteps', '20', 'maxUpdate']],
  ]
  test.each(refused)('%s %j', (id, set, parts) => {
    const { code, message, remedy } = refusal(() => settle(id, set))
    expect(code).toBe('invalid-value')
    for (const part of parts) expect(message).toContain(part)
    expect(message).toMatch(/\.$/)
    expect(remedy).not.toBe('')
  })

  test.each([Infinity, -Infinity, NaN])('%f is named as it is', (base) => {
    expect(refusal(() => settle('constant', { base })).message).toContain(String(base))
  })

  test('a negative rate is refused in a list, too', () => {
    const { code, message } = refusal(() => settle('piecewise', { boundaries: [1], values: [0.1, -0.1] }))
    expect(code).toBe('invalid-value')
    expect(message).toContain('-0.1')
  })

  test.each(['warmup', 'Base', 'constructor', 'toString', '__proto__'])(
    'there is no parameter %s',
    (name) => {
      const set = JSON.parse(`{"${name}": 1}`) as Record<string, unknown>
      const { code, message, remedy } = refusal(() => settle('factor', set))
      expect(code).toBe('not-found')
      expect(message).toContain(name)
      expect(remedy).toContain('base, factor, stop')
    },
  )
})
