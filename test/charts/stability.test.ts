import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { basinColour, basinMap } from '../../src/charts/basinMap.ts'
import { mixColours } from '../../src/charts/mix.ts'
import { assignStyles, type SeriesStyle } from '../../src/charts/palette.ts'
import { rateCurve } from '../../src/charts/rateCurve.ts'
import { rateMap } from '../../src/charts/rateMap.ts'
import { scheduleCurve } from '../../src/charts/scheduleCurve.ts'
import { sweepLines } from '../../src/charts/sweepLines.ts'
import { themes, type ThemeName } from '../../src/charts/theme.ts'
import { distanceLine, walkLines } from '../../src/charts/walkLines.ts'
import { renderSvg } from '../../src/lab/report/render.ts'
import { levelSets } from '../../src/stability/level-sets.ts'
import { bestSetting, largestRate, slowestRadius, spectralRadius } from '../../src/stability/quadratic.ts'
import { sweep } from '../../src/stability/sweep.ts'
import { walkQuadratic } from '../../src/stability/walk.ts'
import { expectGolden } from './golden.ts'

const size = { width: 560, height: 460, locale: 'en' } as const
const light = { ...size, theme: 'light' } as const
const svg = (option: EChartsOption, options: { width: number; height: number; theme: ThemeName }): string =>
  renderSvg(option, { ...options, id: 'golden', title: 'Golden', description: 'A figure.' })

const curvatures = [0.2, 4]
const map = (rule: 'momentum' | 'nesterov', options: Parameters<typeof rateMap>[0]['theme']) => {
  const best = bestSetting(rule, 0.2, 4)
  const mostRate = Math.max(largestRate(rule, 0, 4), largestRate(rule, 1, 4)) * 1.12
  const full = { ...size, theme: options }
  return svg(
    rateMap({
      ...full,
      levels: levelSets(rule, curvatures, [1, 0.99, 0.95, 0.9, 0.8, 0.7, 0.6], mostRate),
      mostRate,
      edge: { label: 'edge', at: [largestRate(rule, 0.35, 4), 0.35] },
      plainEdge: 0.5,
      best: [best.lr, best.momentum],
      current: [0.2, 0.8],
    }),
    full,
  )
}

describe('figures of the stability view', () => {
  it('map of heavy ball', () => expectGolden('stability-heavy-ball', map('momentum', 'light')))
  it('map of Nesterov, dark', () => expectGolden('stability-nesterov-dark', map('nesterov', 'dark')))

  it('radius of gradient descent', () => {
    const option = rateCurve({
      ...light,
      curves: curvatures.map((curvature) => ({
        label: `λ = ${curvature}`,
        radius: (lr) => spectralRadius('sgd', { lr, momentum: 0 }, curvature),
      })),
      mostRate: 0.56,
      edge: { label: '2/λ', lr: 0.5 },
      best: bestSetting('sgd', 0.2, 4),
      current: { lr: 0.3, radius: 0.94 },
    })
    expectGolden('stability-gradient-descent', svg(option, light))
  })

  it('a walk that oscillates, and one that leaves', () => {
    const small = { ...light, height: 220 }
    const walk = walkQuadratic('momentum', { lr: 0.2, momentum: 0.8 }, curvatures, 60)
    const lines = [0, 1].map((i) => ({ label: `x${i + 1}`, values: walk.map((point) => point[i] as number) }))
    expectGolden('stability-walk', svg(walkLines({ ...small, lines }), small))
    const away = walkQuadratic('momentum', { lr: 0.95, momentum: 0.8 }, curvatures, 60)
    const option = distanceLine({
      ...small,
      distances: away.map((point) => Math.hypot(...point)),
      radius: slowestRadius('momentum', { lr: 0.95, momentum: 0.8 }, curvatures),
    })
    expectGolden('stability-distance', svg(option, small))
  })

  it('a sweep of three rules, edges marked', () => {
    const rules = ['sgd', 'momentum', 'adam']
    const styles = assignStyles(rules.map((optimizer) => ({ key: optimizer, optimizer })))
    const lines = rules.map((optimizer) => {
      const range = { least: 1e-3, greatest: 10, count: 61 }
      const start = [-5, -2]
      const result = sweep({ expression: '0.1*x1^2+2*x2^2', optimizer, set: {}, start, steps: 60, ...range })
      const style = styles.get(optimizer) as SeriesStyle
      return { ...result, label: optimizer, style, chosen: { rate: 0.1, final: 0.5 } }
    })
    const option = sweepLines(lines, { ...light, least: 1e-3, greatest: 10, floor: 0, began: 10.5 })
    expectGolden('learning-rate-sweep', svg(option, light))
  })

  it('basins: a legend entry a kind, in the colour that the starts have', () => {
    const kinds = [0, 1].map((rank) => ({ label: `minimum ${rank}`, colour: basinColour('light', rank) }))
    const option = basinMap({
      ...light,
      x1: [-5, 5],
      x2: [-4, 4],
      image: {},
      kinds,
      minima: [[3, 2]],
    })
    const series = option.series as { name: string; itemStyle?: { color: string } }[]
    for (const { label, colour } of kinds)
      expect(series.find(({ name }) => name === label)?.itemStyle?.color).toBe(colour)
    expect((option.legend as { data: string[] }).data).toEqual(kinds.map(({ label }) => label))
  })

  it('neighbours in the list of minima are told apart', () => {
    for (const theme of ['light', 'dark'] as const) {
      const colours = Array.from({ length: 21 }, (_, rank) => basinColour(theme, rank))
      expect(new Set(colours).size).toBe(21)
      expect(colours).not.toContain(themes[theme].background)
    }
    expect(mixColours('#000000', '#ffffff', 0.5)).toBe('#808080')
    expect(mixColours('#102030', '#ffffff', 0)).toBe('#102030')
  })
})

it('a schedule’s axis stands still where it is told to', () => {
  const style = { hue: 'blue', dash: [], marker: 'circle' } as const
  const option = scheduleCurve([{ label: 'a', style, values: [1, 2] }], {
    ...light,
    per: 'epoch',
    range: [0, 7],
  })
  expect(option.yAxis).toMatchObject({ min: 0, max: 7 })
})
