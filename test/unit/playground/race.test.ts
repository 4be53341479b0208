import { describe, expect, test } from 'vitest'
import { optimizers } from '../../../src/optimizers/index.ts'
import { objectives } from '../../../src/objectives/index.ts'
import { parseObjective } from '../../../src/objectives/expression.ts'
import { valleyExpression } from '../../../src/objectives/valley.ts'
import { knownMinima, lowestInside } from '../../../src/playground/minima.ts'
import { RaceTrack } from '../../../src/playground/race.ts'
import { playgroundState, traceSettingsOf, type PlaygroundState } from '../../../src/playground/state.ts'
import { trace } from '../../../src/traces/trace.ts'

const state = (given: Partial<PlaygroundState> = {}): PlaygroundState =>
  playgroundState.parse({
    objective: 'rosenbrock',
    view: null,
    start: [-1.2, 1],
    steps: 60,
    noise: 0.3,
    sparse: 0.7,
    seed: 5,
    walkers: optimizers.map(({ id }) => ({ optimizer: id, set: { lr: 0.001 } })),
    ...given,
  })

const expectTraces = (given: PlaygroundState, track = new RaceTrack()): void => {
  const { runners } = track.run(given)
  runners.forEach(({ walk }, i) => {
    const wanted = trace(traceSettingsOf(given, given.walkers[i] as PlaygroundState['walkers'][number]))
    expect([...(walk?.points ?? [])]).toEqual(wanted.points.flat())
    expect([...(walk?.values ?? [])]).toEqual(wanted.values)
    expect([...(walk?.rates ?? [])]).toEqual(wanted.rates)
    expect(walk?.divergedAt ?? undefined).toBe(wanted.divergedAt)
  })
}

describe('a race', () => {
  test('is every optimizer’s trace, to the last bit', () => expectTraces(state()))

  test('stays so while things are dragged', () => {
    const track = new RaceTrack()
    for (let i = 0; i < 5; i++) {
      expectTraces(state({ start: [-1.2 + i / 10, 1], seed: i % 2 }), track)
      expectTraces(
        state({
          walkers: [
            { ...(state().walkers[6] as PlaygroundState['walkers'][number]), set: { lr: 0.01 * (i + 1) } },
          ],
        }),
        track,
      )
      expectTraces(state({ objective: 'narrow-valley', condition: 10 + i, rotation: 15 * i }), track)
    }
  })

  test('walks again only who is concerned', () => {
    const track = new RaceTrack()
    const one = state()
    const before = track.run(one).runners
    const changed = one.walkers.map((walker, i) => (i === 2 ? { ...walker, set: { lr: 0.002 } } : walker))
    const after = track.run({ ...one, walkers: changed }).runners
    expect(after.map(({ walk }, i) => walk === before[i]?.walk)).toEqual(before.map((_, i) => i !== 2))
  })

  test('one that cannot walk says why, and the others walk', () => {
    const [first, second] = new RaceTrack().run(
      state({
        walkers: [
          { optimizer: 'adam', set: { beta1: 2 }, schedule: { id: 'constant', set: {}, offset: 0 } },
          ...state().walkers,
        ],
      }),
    ).runners
    expect(first?.error?.message).toMatch(/beta1 is 2/)
    expect(second?.walk?.taken).toBe(60)
  })

  test('on nothing that can be read nobody walks, and the place of the fault is told', () => {
    const { objective, error, runners } = new RaceTrack().run(state({ objective: 'x1+y' }))
    expect(objective).toBeNull()
    expect(error?.message).toMatch(/^Column 4/)
    expect(runners.every(({ walk }) => walk === null)).toBe(true)
    const outside = new RaceTrack().run(state({ objective: 'log(x1)+x2', start: [-1, 1] }))
    expect(outside.objective).not.toBeNull()
    expect(outside.error?.message).toMatch(/not a number at the start/)
  })
})

describe('the narrow valley with sliders', () => {
  test('is the tutorial’s at condition number 20', () =>
    expect(valleyExpression(20, 0)).toBe('0.1*x1^2+2*x2^2'))

  test.each([
    [1, 0],
    [20, 30],
    [100, -45],
    [500, 90],
    [7, 180],
    [10_000, 123.4],
  ])('has condition number %d, turned by %d degrees', (condition, rotation) => {
    const { gradient } = parseObjective(valleyExpression(condition, rotation))
    const g = new Float64Array(2)
    const angle = (rotation * Math.PI) / 180
    const along = [Math.cos(angle), Math.sin(angle)]
    const across = [-Math.sin(angle), Math.cos(angle)]
    gradient(along, g)
    expect([...g]).toEqual(along.map((x) => expect.closeTo((4 / condition) * x, 9) as number))
    gradient(across, g)
    expect([...g]).toEqual(across.map((x) => expect.closeTo(4 * x, 9) as number))
  })
})

test('a minimum that nobody told is found, and one at the edge is none', () => {
  for (const { id, expression, minima, range } of objectives) {
    if (minima.length === 0) continue
    const sides = 'x' in range ? [range.x] : [range.x1, range.x2]
    const found = lowestInside(parseObjective(expression), sides) as number[]
    const nearest = Math.min(
      ...minima.map((minimum) => Math.hypot(...minimum.map((x, i) => x - (found[i] as number)))),
    )
    expect(nearest, id).toBeLessThan(1e-3)
  }
  expect(
    lowestInside(parseObjective('x1+x2'), [
      [-1, 1],
      [-1, 1],
    ]),
  ).toBeNull()
  expect(lowestInside(parseObjective('log(x)'), [[-2, -1]])).toBeNull()
  expect(knownMinima({ objective: '0.1*x1^2+2*x2^2', condition: 20, rotation: 0 })).toEqual([[0, 0]])
  expect(knownMinima({ objective: 'x1^2', condition: 20, rotation: 0 })).toBeNull()
})
