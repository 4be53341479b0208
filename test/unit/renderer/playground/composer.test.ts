import { describe, expect, test } from 'vitest'
import {
  addKnot,
  commandOf,
  csvOf,
  curveOf,
  draftOf,
  freshComposer,
  knotsOf,
  moveKnot,
  readCurve,
  removeLink,
  valuesOf,
} from '../../../../renderer/src/pages/playground/schedules/composer.ts'
import { csvOf as csvOfWalk, readRegion } from '../../../../renderer/src/pages/playground/stability/region.ts'
import { readNamed, readStart } from '../../../../renderer/src/pages/playground/stability/objective.ts'
import { plotArea } from '../../../../renderer/src/lib/plot-area.ts'
import { chainSchedule, type Chain } from '../../../../src/schedules/chain.ts'
import { scheduleCurve } from '../../../../src/charts/scheduleCurve.ts'

const chain: Chain = {
  begin: 0,
  links: [
    { kind: 'linear', steps: 5, to: 0.3 },
    { kind: 'hold', steps: 10, to: 0.3 },
    { kind: 'cosine', steps: 15, to: 0 },
  ],
}
const ends = (one: Chain) => knotsOf(one).map(({ t, value }) => [t, value])

describe('knots', () => {
  test('stand at the beginning and at every end', () => {
    expect(ends(chain)).toEqual([
      [0, 0],
      [5, 0.3],
      [15, 0.3],
      [30, 0],
    ])
    expect(ends({ begin: 9, links: [{ kind: 'hold', steps: 4, to: 1 }] })).toEqual([[4, 1]])
  })

  test('a level rises and falls as one, from either of its ends', () => {
    for (const link of [0, 1]) {
      const moved = moveKnot(chain, link, link === 0 ? 5 : 15, 0.5)
      expect(ends(moved)).toEqual([
        [0, 0],
        [5, 0.5],
        [15, 0.5],
        [30, 0],
      ])
    }
  })

  test('neighbours stay where they are, and none is passed', () => {
    expect(ends(moveKnot(chain, 0, 8, 0.3)).map(([t]) => t)).toEqual([0, 8, 15, 30])
    expect(ends(moveKnot(chain, 0, 99, 0.3)).map(([t]) => t)).toEqual([0, 14, 15, 30])
    expect(ends(moveKnot(chain, 1, -5, 0.3)).map(([t]) => t)).toEqual([0, 5, 6, 30])
    expect(ends(moveKnot(chain, 2, 44.4, 0.1)).at(-1)).toEqual([44, 0.1])
    expect(moveKnot(chain, -1, 7, 0.05).begin).toBe(0.05)
    expect(moveKnot(chain, 2, 30, -1).links[2]?.to).toBe(0)
  })

  test('a first hold takes its beginning along', () => {
    const level: Chain = {
      begin: 1,
      links: [
        { kind: 'hold', steps: 4, to: 1 },
        { kind: 'linear', steps: 4, to: 0 },
      ],
    }
    const moved = moveKnot(level, 0, 4, 2)
    expect(chainSchedule(moved)(0)).toBe(2)
    expect(chainSchedule(moved)(4)).toBe(2)
  })

  test('one more changes no line, one less keeps the length', () => {
    const line: Chain = { begin: 0, links: [{ kind: 'linear', steps: 10, to: 1 }] }
    const more = addKnot(line, 4, 0.9)
    expect(ends(more)).toEqual([
      [0, 0],
      [4, 0.4],
      [10, 1],
    ])
    expect(ends(removeLink(more, 0))).toEqual(ends(line))
    expect(ends(addKnot(line, 14, 0.2)).at(-1)).toEqual([14, 0.2])
    expect(addKnot(line, 0, 0.2)).toEqual(line)
    const held = addKnot(chain, 10, 0)
    expect([5, 9, 10, 14].map(chainSchedule(held))).toEqual([0.3, 0.3, 0.3, 0.3])
    expect(removeLink(line, 0)).toEqual(line)
  })
})

test('what is drawn is what would be trained at, whatever the axis counts', () => {
  const draft = freshComposer('x')
  const first = readCurve(draft.curves[0]!, 0.3) // a fresh composer has two curves
  const length = { epochs: 3, stepsAnEpoch: 2 }
  const rates = [0, 0.06, 0.12, 0.18].map((rate) => expect.closeTo(rate, 12) as number)
  expect(valuesOf(first, 'epoch', length)).toEqual(rates)
  expect(valuesOf(first, 'step', length)).toEqual([0, 0, 1, 1, 2, 2, 3].map((epoch) => rates[epoch]))
})

test('fields hold what the curve says', () => {
  for (const draft of freshComposer('x').curves) {
    const curve = curveOf(draft)
    expect(curveOf(draftOf(curve, draft.key))).toEqual(curve)
  }
  const wrong = freshComposer('x').curves[1]
  if (!wrong || wrong.chain) throw new Error('the second is a schedule')
  wrong.schedule.set['maxUpdate'] = '0'
  expect(readCurve(wrong, 0.3)).toMatchObject({ schedule: null, settings: null })
  expect(readCurve(wrong, 0.3).fault).toContain('maxUpdate')
  wrong.schedule.offset = 'x'
  expect(readCurve(wrong, 0.3).fault).toContain('offset')
})

test('a command gives the curve’s own values', () => {
  const settings = {
    id: 'cosine',
    set: { final: 0.01, maxUpdate: 20 },
    per: 'epoch',
    offset: 0,
    error: 0,
  } as const
  expect(commandOf(settings, 0.3, 30)).toBe(
    'npm run -s descent -- schedule cosine --set base=0.3 --set final=0.01 --set maxUpdate=20 --steps 30',
  )
  const knots = { ...settings, id: 'knots', set: { boundaries: [0, 5], values: [0, 1] } }
  expect(commandOf(knots, 0.3, 6)).toBe(
    'npm run -s descent -- schedule knots --set boundaries=0,5 --set values=0,1 --steps 6',
  )
})

test('tables for a spreadsheet', () => {
  expect(csvOf([{ label: 'a "b"', values: [1, 2] }], 'epoch')).toBe('epoch,"a ""b"""\n0,1\n1,2\n')
  expect(csvOfWalk([[1], [-0.5]])).toBe('step,x,distance\n0,1,1\n1,-0.5,0.5\n')
})

test('the verdict is that of the worst direction', () => {
  const at = (lr: number) => readRegion({ rule: 'sgd', curvatures: [0.2, 4], lr, momentum: 0.9 })
  expect(at(0.1).motion).toBe('monotone')
  expect(at(0.4).motion).toBe('zigzag')
  expect(at(0.5).motion).toBe('edge')
  expect(at(0.51)).toMatchObject({ motion: 'diverging', edge: 0.5, steps: Infinity })
  expect(at(0.51).directions.map(({ motion }) => motion)).toEqual(['monotone', 'diverging'])
})

test('an objective by name, by its expression, or typed', () => {
  expect(readNamed('himmelblau')).toMatchObject({ range: { x1: [-5, 5] }, error: null })
  expect(readNamed('x1^2+').error?.code).toBe('expression')
  expect(readNamed('x^2').objective?.dimension).toBe(1)
  expect(readStart('-5, -2', 2)).toEqual([-5, -2])
  for (const text of ['1', '1,2,3', '1,', 'a,b', '']) expect(readStart(text, 2)).toBeNull()
})

test('pixels and numbers lead to each other', () => {
  const size = { width: 600, height: 400 }
  for (const yScale of ['linear', 'log'] as const) {
    const option = scheduleCurve(
      [{ label: '', style: { hue: 'blue', dash: [], marker: 'circle' }, values: [0.1, 0.01] }],
      { ...size, theme: 'light', locale: 'en', per: 'epoch', yScale, range: [0.001, 0.5] },
    )
    const area = plotArea(option, size)
    const [x, y] = area.toPixel(0.25, 0.02)
    const [a, b] = area.fromPixel(x, y)
    expect(a).toBeCloseTo(0.25, 12)
    expect(b).toBeCloseTo(0.02, 12)
    expect(area.fromPixel(-100, 1e4)).toEqual([0, expect.closeTo(0.001, 12)])
  }
})
