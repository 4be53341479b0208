import { describe, expect, test } from 'vitest'
import { computeFigure } from '../../src/figures/compute.ts'
import type { TrainingFigure } from '../../src/figures/figure.ts'
import { lenet } from '../../src/figures/lenet.ts'
import { papers } from '../../src/figures/papers.ts'
import { numbersOf } from '../../src/figures/numbers.ts'
import { chapters, stations } from '../../src/lessons/index.ts'
import { drawWalks, walk, type Walked } from '../../src/lessons/picture.ts'
import type { Station } from '../../src/lessons/station.ts'
import { renderSvg } from '../../src/lab/report/render.ts'
import { linkOf, readLink } from '../../src/playground/link.ts'
import { recordedFigure } from '../figures/train.ts'

const station = (id: string): Station => {
  const found = stations.find((one) => one.id === id)
  if (!found) throw new Error(`There is no station ${id}.`)
  return found
}
/** The walks of a station with its knob at a value, or where it stands first. */
function walksAt(id: string, value = station(id).knob?.value ?? 0): Walked[] {
  const shown = station(id).show(value)
  if (shown.kind !== 'walks') throw new Error(`${id} shows no walks.`)
  return walk(shown.state)
}
const end = ({ trace }: Walked): number[] => trace.points.at(-1) as number[]
const height = ({ trace }: Walked): number => trace.values.at(-1) as number
const ends = (id: string, value?: number): number[][] => walksAt(id, value).map(end)

test('there are 12 to 18 stations, each in both languages, with papers and one thing to try', () => {
  expect(stations.length).toBeGreaterThanOrEqual(12)
  expect(stations.length).toBeLessThanOrEqual(18)
  expect(new Set(stations.map(({ id }) => id)).size).toBe(stations.length)
  expect(chapters.flatMap((chapter) => chapter.stations)).toEqual(stations)
  for (const { id, title, text, attempt, papers: cited } of stations) {
    for (const words of [title, text, attempt]) {
      expect(words.en, id).not.toMatch(/[\u4e00-\u9fff]/)
      expect(words['zh-CN'], id).toMatch(/[\u4e00-\u9fff]/)
    }
    expect(text.en.length, id).toBeLessThan(460)
    expect(cited.length, id).toBeGreaterThan(0)
    for (const paper of cited) expect(Object.keys(papers)).toContain(paper)
  }
})

describe.each(stations.filter(({ knob }) => knob).map((one) => [one.id, one] as const))(
  '%s',
  (_, { knob, show }) => {
    test('its knob goes from end to end, and every value is drawn in a playground’s state', () => {
      if (!knob) throw new Error('no knob')
      expect(knob.value).toBeGreaterThanOrEqual(knob.min)
      expect(knob.value).toBeLessThanOrEqual(knob.max)
      expect((knob.value - knob.min) / knob.step).toBeCloseTo(
        Math.round((knob.value - knob.min) / knob.step),
        6,
      )
      for (const value of [knob.min, knob.value, knob.max]) {
        const shown = show(value)
        if (shown.kind === 'figure') {
          if (shown.figure.kind === 'training') throw new Error('a run has no knob')
          for (const number of numbersOf(computeFigure(shown.figure))) expect(number.value).not.toBeNaN()
          continue
        }
        expect(readLink(linkOf(shown.state))).toEqual(shown.state)
        const size = { width: 640, height: 420, theme: 'light', locale: 'zh-CN' } as const
        const option = drawWalks(walk(shown.state), shown.state, shown.formula, size)
        expect(renderSvg(option, { ...size, id: 'a', title: 'b', description: 'c' })).not.toMatch(
          /NaN|undefined/,
        )
      }
    })
  },
)

describe('what the words say is so', () => {
  test('learning rates on x²', () => {
    expect(ends('descent', 0.5)).toEqual([[0]])
    expect(walksAt('descent', 0.5)[0]?.trace.points[1]).toEqual([0])
    expect(Math.abs(ends('descent', 0.05)[0]?.[0] as number)).toBeGreaterThan(3)
    expect(
      walksAt('divergence', 1)[0]
        ?.trace.points.map(([x]) => x)
        .slice(0, 4),
    ).toEqual([10, -10, 10, -10])
    expect(Math.abs(ends('divergence', 1.1)[0]?.[0] as number)).toBeGreaterThan(60)
    const [justBelow] = ends('divergence', 0.99)
    expect(Math.abs(justBelow?.[0] as number)).toBeLessThan(10)
    expect(Math.abs(justBelow?.[0] as number)).toBeGreaterThan(7)
  })

  test('where the wave is left', () => {
    const [shallow] = walksAt('local-minimum')
    const [deep] = walksAt('local-minimum', 0.5)
    expect(end(shallow as Walked)[0]).toBeLessThan(0)
    expect(height(deep as Walked)).toBeCloseTo(-7, 1)
  })

  test('two coordinates', () => {
    const [slow] = ends('two-coordinates', 0.1)
    const [fast] = ends('two-coordinates', 0.3)
    const { trace } = walksAt('two-coordinates', 0.3)[0] as Walked
    expect((trace.points[1]?.[1] as number) > 0).toBe(true) // overshot
    for (const i of [0, 1]) expect(Math.abs(fast?.[i] as number)).toBeLessThan(Math.abs(slow?.[i] as number))
    expect(ends('two-coordinates', 0.5)[0]?.[1]).toBeCloseTo(-2, 9)
  })

  test('noise: the rate sets the cloud', () => {
    const spread = (lr: number): number => {
      const { trace } = walksAt('noisy-gradients', lr)[0] as Walked
      const late = trace.points.slice(100).map(([x]) => x as number)
      return Math.sqrt(late.reduce((sum, x) => sum + x * x, 0) / late.length)
    }
    expect(spread(0.3)).toBeGreaterThan(1.3 * spread(0.1))
    const { trace } = walksAt('noisy-gradients', 0.02)[0] as Walked
    expect(Math.abs(trace.points[50]?.[0] as number)).toBeGreaterThan(0.3)
  })

  test('an exponentially falling rate freezes short of the minimum', () => {
    const [before, after] = [ends('decay', 100), ends('decay', 1000)]
    const moved = (i: number): number =>
      Math.hypot(...(after[i] ?? []).map((x, k) => x - (before[i]?.[k] as number)))
    expect(moved(0)).toBeLessThan(0.001)
    expect(Math.abs(after[0]?.[0] as number)).toBeGreaterThan(0.5)
    expect(Math.abs(after[1]?.[0] as number)).toBeLessThan(0.25)
  })

  test('the valley and its condition number', () => {
    const { trace } = walksAt('valley')[0] as Walked
    expect((trace.points[1]?.[1] as number) / -2).toBeCloseTo(-0.6, 12)
    expect((trace.points[1]?.[0] as number) / -5).toBeCloseTo(0.92, 12)
    expect(Math.abs(ends('valley', 0.52)[0]?.[1] as number)).toBeGreaterThan(2)
    for (const condition of [2, 20, 200])
      expect(ends('condition-number', condition)[0]?.[0]).toBeCloseTo(-5 * (1 - 1.6 / condition) ** 20, 6)
    expect(ends('condition-number', 200)[0]?.[0]).toBeLessThan(-4)
  })

  test('momentum', () => {
    expect(Math.hypot(...(ends('momentum', 0.5)[0] as number[]))).toBeLessThan(0.01)
    expect(Math.abs(ends('momentum', 0.1)[0]?.[1] as number)).toBeGreaterThan(50)
    expect((walksAt('momentum', 0.9)[0] as Walked).trace.points.some(([x]) => (x as number) > 0.5)).toBe(true)
    const shown = station('memory').show(0.9)
    if (shown.kind !== 'figure' || shown.figure.kind !== 'weights') throw new Error('no weights')
    const [sum] = numbersOf(computeFigure(shown.figure))
    expect(sum?.value).toBeCloseTo(10, 0)
    for (const beta of [0.9, 0.95]) {
      const [plain, ahead] = ends('nesterov', beta)
      expect(Math.abs(ahead?.[1] as number)).toBeLessThan(Math.abs(plain?.[1] as number) / 10)
    }
  })

  test('per-coordinate rates', () => {
    expect(ends('adagrad')[0]?.[0]).toBeCloseTo(-2.38, 2)
    const first = (walksAt('adagrad')[0] as Walked).trace.points[1] as number[]
    expect(first[0]).toBeCloseTo(-4.6, 5)
    expect(first[1]).toBeCloseTo(-1.6, 5)
    expect(Math.hypot(...(ends('adagrad', 2)[0] as number[]))).toBeLessThan(0.003)
    expect(Math.hypot(...(ends('rmsprop')[1] as number[]))).toBeLessThan(0.011)
    expect(Math.abs(ends('rmsprop', 0.5)[1]?.[1] as number)).toBeGreaterThan(0.1)
  })

  test('Adam’s first step is as long as the rate in each coordinate', () => {
    for (const lr of [0.2, 0.4, 0.8]) {
      const first = (walksAt('adam', lr)[0] as Walked).trace.points[1] as number[]
      expect(first[0]).toBeCloseTo(-5 + lr, 6)
      expect(first[1]).toBeCloseTo(-2 + lr, 6)
    }
  })

  test('rare gradients throw Adam about, and neither AMSGrad nor Yogi; seen always, all three settle', () => {
    const [adam, amsgrad, yogi] = walksAt('repair').map(height) as [number, number, number]
    expect(adam).toBeGreaterThan(0.1)
    for (const repaired of [amsgrad, yogi]) expect(repaired).toBeLessThan(0.01)
    for (const walked of walksAt('repair', 1)) expect(height(walked)).toBeLessThan(0.01)
  })

  test('the recorded cosine run ends at 0.89 and above the constant rate', () => {
    const accuracy = (figure: TrainingFigure): number => {
      const data = recordedFigure(figure)
      return (data.kind === 'training' && data.runs[0]?.[0]?.record.final.testAccuracy) || NaN
    }
    const shown = station('lenet').show(0)
    if (shown.kind !== 'figure' || shown.figure.kind !== 'training') throw new Error('no runs')
    const constant = lenet.find(({ id }) => id === 'lenet-constant') as TrainingFigure
    expect(accuracy(shown.figure).toFixed(2)).toBe('0.89')
    expect(accuracy(shown.figure)).toBeGreaterThan(accuracy(constant))
  })
})
