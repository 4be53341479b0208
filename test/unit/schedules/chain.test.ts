import { describe, expect, test } from 'vitest'
import { lookUp } from '../../../src/contract/lookup.ts'
import { Random } from '../../../src/math/random.ts'
import {
  chainOf,
  chainSchedule,
  compileChain,
  linkKinds,
  type Chain,
  type Link,
} from '../../../src/schedules/chain.ts'
import { schedules } from '../../../src/schedules/index.ts'
import { settleSchedule, type Schedule } from '../../../src/schedules/schedule.ts'

const link = (kind: Link['kind'], steps: number, to: number): Link => ({ kind, steps, to })
/** What a run would train at; an lr that must not shine through. */
const runs = (chain: Chain): Schedule => {
  const { id, set } = compileChain(chain)
  return settleSchedule(lookUp(schedules, id, 'schedule'), set, 123.456)
}
const first = (rate: Schedule, count: number) => Array.from({ length: count }, (_, t) => rate(t))
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 13) as number)

const exact: [string, Chain, string, Record<string, number | number[]>][] = [
  [
    'warm-up and cosine stay the cosine schedule',
    { begin: 0, links: [link('linear', 5, 0.3), link('cosine', 20, 0.01)] },
    'cosine',
    { base: 0.3, final: 0.01, maxUpdate: 20, 'warmup.steps': 5, 'warmup.begin': 0 },
  ],
  ['a hold is a constant', { begin: 9, links: [link('hold', 5, 0.3)] }, 'constant', { base: 0.3 }],
  [
    'warm-up and hold',
    { begin: 0.01, links: [link('linear', 5, 0.3), link('hold', 9, 0.3)] },
    'constant',
    { base: 0.3, 'warmup.steps': 5, 'warmup.begin': 0.01 },
  ],
  [
    'a warm-up alone goes on at its end',
    { begin: 0.01, links: [link('linear', 5, 0.3)] },
    'constant',
    { base: 0.3, 'warmup.steps': 5, 'warmup.begin': 0.01 },
  ],
  [
    'warm-up and stairs; equal holds are one',
    {
      begin: 0,
      links: [link('linear', 4, 1), link('hold', 3, 1), link('hold', 2, 1), link('hold', 9, 0.1)],
    },
    'piecewise',
    { boundaries: [5], values: [1, 0.1], 'warmup.steps': 4, 'warmup.begin': 0 },
  ],
  [
    'warm-up, hold and linear decay have a knot at every corner',
    { begin: 0, links: [link('linear', 5, 0.3), link('hold', 10, 0.3), link('linear', 20, 0)] },
    'knots',
    { boundaries: [0, 5, 15, 35], values: [0, 0.3, 0.3, 0] },
  ],
  [
    'a jump behind a warm-up rises between two indices',
    { begin: 0, links: [link('linear', 4, 0.4), link('hold', 4, 1)] },
    'knots',
    { boundaries: [0, 3, 4], values: [0, expect.closeTo(0.3, 15), 1] as number[] },
  ],
]

describe('a chain becomes settings that runs know', () => {
  test.each(exact)('%s', (_, chain, id, set) => {
    const compiled = compileChain(chain)
    expect(compiled).toEqual({ id, set, error: 0 })
    expect(first(runs(chain), 60)).toEqual(close(first(chainSchedule(chain), 60)))
  })

  test('short curves have a knot at every index and lose nothing', () => {
    const chain = {
      begin: 0.4,
      links: [link('cosine', 20, 0.1), link('exponential', 30, 0.001), link('hold', 5, 0.2)],
    }
    expect(compileChain(chain)).toMatchObject({ id: 'knots', error: 0 })
    expect(first(runs(chain), 80)).toEqual(close(first(chainSchedule(chain), 80)))
  })

  test('long curves say how far they are off', () => {
    const chain = { begin: 0.4, links: [link('hold', 10, 0.4), link('cosine', 10_000, 0)] }
    const { error, set } = compileChain(chain)
    expect((set['boundaries'] as number[]).length).toBeLessThan(80)
    const [wanted, rate] = [chainSchedule(chain), runs(chain)]
    const worst = Math.max(...first((t) => Math.abs(wanted(t) - rate(t)), 11_000)) / 0.4
    expect(worst).toBeGreaterThan(0)
    expect(worst).toBeLessThanOrEqual(error * 1.01)
    expect(error).toBeLessThan(1e-3)
  })

  test('any chain runs as it is drawn', () => {
    const random = Random.from(7, 'chains')
    for (let n = 0; n < 300; n++) {
      const chain = {
        begin: 0.01 + random.uniform(),
        links: Array.from({ length: 1 + (random.uint32() % 5) }, () =>
          link(
            linkKinds[random.uint32() % linkKinds.length] ?? 'hold',
            1 + (random.uint32() % 40),
            random.uint32() % 3 === 0 ? 0.5 : 0.01 + random.uniform(),
          ),
        ),
      }
      expect(compileChain(chain).error).toBe(0)
      expect(first(runs(chain), 210), JSON.stringify(chain)).toEqual(close(first(chainSchedule(chain), 210)))
    }
  })
})

describe('taking a schedule apart', () => {
  test.each([
    ['constant', { base: 0.3, 'warmup.steps': 5 }],
    ['cosine', { base: 0.3, final: 0.01, maxUpdate: 20, 'warmup.steps': 5, 'warmup.begin': 0.1 }],
    ['cosine', {}],
    ['knots', { boundaries: [3, 8, 20], values: [0.1, 0.4, 0] }],
    ['knots', { boundaries: [0, 8, 9], values: [0, 0.4, 0.2], 'warmup.steps': 2 }],
  ])('%s %j', (id, set) => {
    const chain = chainOf(id, set, 0.2)
    const wanted = settleSchedule(lookUp(schedules, id, 'schedule'), set, 0.2)
    expect(chain && first(runs(chain), 60)).toEqual(close(first(wanted, 60)))
  })

  test('what is no chain stays whole', () => {
    expect(chainOf('factor', {}, 0.2)).toBeNull()
    expect(chainOf('cosine', { warmupSteps: 3 }, 0.2)).toBeNull()
    expect(chainOf('knots', { boundaries: [1.5, 3], values: [1, 2] }, 0.2)).toBeNull()
  })
})

test.each<[Chain, RegExp]>([
  [{ begin: -1, links: [link('hold', 1, 1)] }, /beginning is -1/],
  [{ begin: 1, links: [] }, /0 links/],
  [{ begin: 1, links: [link('hold', 1.5, 1)] }, /link 1 is 1\.5/],
  [{ begin: 1, links: [link('hold', 1, 1), link('linear', 2, NaN)] }, /link 2 is NaN/],
  [{ begin: 1, links: [link('exponential', 5, 0)] }, /above 0/],
])('%j is refused', (chain, message) => {
  expect(() => compileChain(chain)).toThrow(message)
})
