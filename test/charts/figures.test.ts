import { describe, expect, it } from 'vitest'
import type { EChartsOption } from 'echarts'
import { countCurves } from '../../src/charts/countCurves.ts'
import { finalStrip, stripHeight, type StripRow } from '../../src/charts/finalStrip.ts'
import { learningCurves } from '../../src/charts/learningCurves.ts'
import { lossCurves, type CurveSeries } from '../../src/charts/lossCurves.ts'
import { assignStyles, dashes, type SeriesStyle } from '../../src/charts/palette.ts'
import { scheduleCurve } from '../../src/charts/scheduleCurve.ts'
import { sensitivity, type SensitivityLine } from '../../src/charts/sensitivity.ts'
import type { ThemeName } from '../../src/charts/theme.ts'
import { trace1d } from '../../src/charts/trace1d.ts'
import { trace2d } from '../../src/charts/trace2d.ts'
import { weightCurves } from '../../src/charts/weights.ts'
import { renderPng, renderSvg } from '../../src/lab/report/render.ts'
import { meanInterval } from '../../src/math/statistics.ts'
import { expectGolden } from './golden.ts'
import { sampleRuns, threeSeries, type SampleSeries } from './sampleRuns.ts'

const wide = { width: 760, height: 420, theme: 'light', locale: 'en' } as const
const orange: SeriesStyle = { hue: 'orange', dash: [], marker: 'circle' }

function curveSeries(series: readonly SampleSeries[], seeds: number): CurveSeries[] {
  const styles = assignStyles(series.map(({ label, optimizer }) => ({ key: label, optimizer })))
  return series.map((one) => ({
    label: one.label,
    style: styles.get(one.label) as SeriesStyle,
    runs: sampleRuns([one], seeds),
  }))
}

function svg(
  option: EChartsOption,
  { width, height, theme }: { width: number; height: number; theme: ThemeName },
): string {
  return renderSvg(option, { width, height, theme, id: 'golden', title: 'Golden', description: 'A figure.' })
}

const momentumOnValley: number[][] = [[-5, -2]]
for (let i = 0; i < 20; i++) {
  const [x1, x2] = momentumOnValley.at(-1) as [number, number]
  momentumOnValley.push([x1 - 0.4 * 0.2 * x1, x2 - 0.4 * 4 * x2])
}

const figures: Record<string, () => string> = {
  'loss-curves-epoch': () => svg(lossCurves(curveSeries(threeSeries, 5), { ...wide, x: 'epoch' }), wide),
  'loss-curves-seconds-dark-zh': () => {
    const options = { ...wide, theme: 'dark', locale: 'zh-CN' } as const
    return svg(lossCurves(curveSeries(threeSeries, 4), { ...options, x: 'seconds', xScale: 'log' }), options)
  },
  'loss-curves-one-seed': () =>
    svg(lossCurves(curveSeries(threeSeries.slice(0, 1), 1), { ...wide, x: 'step' }), wide),
  'loss-curves-all-diverged': () =>
    svg(
      lossCurves(curveSeries([{ label: 'sgd lr 9', optimizer: 'sgd', diverging: [0, 1] }], 2), {
        ...wide,
        x: 'examples',
      }),
      wide,
    ),
  'loss-curves-narrow-24-series': () => {
    const many = Array.from({ length: 24 }, (_, k) => ({
      label: `adam lr ${k + 1}e-4, a label that is longer than its place`,
      optimizer: k % 2 ? 'adam' : 'adamw',
      floor: 0.243 + k * 0.0003,
    }))
    const options = { ...wide, width: 400, height: 620 }
    return svg(lossCurves(curveSeries(many, 2), { ...options, x: 'epoch' }), options)
  },
  'test-accuracy': () => {
    const series = [
      {
        label: 'sgd',
        optimizer: 'sgd',
        workload: 'lenet-fashion-mnist',
        batch: 256,
        epochs: 6,
        accuracy: true,
      },
    ]
    return svg(lossCurves(curveSeries(series, 3), { ...wide, x: 'epoch', quantity: 'testAccuracy' }), wide)
  },
  'learning-curves': () => {
    const series = { label: 'sgd', optimizer: 'sgd', workload: 'lenet-fashion-mnist', batch: 256, epochs: 6 }
    return svg(learningCurves(curveSeries([{ ...series, accuracy: true }], 1), wide), wide)
  },
  'final-strip-accuracy': () => {
    const options = { ...wide, height: stripHeight(2), quantity: 'testAccuracy' } as const
    const rows = [[0.884, 0.8862, 0.8871], [0.9012]].map((values, k): StripRow => ({
      label: k === 0 ? 'constant' : 'cosine',
      style: orange,
      values,
      interval: meanInterval(values),
      diverged: 0,
      incomplete: 0,
    }))
    return svg(finalStrip(rows, options), options)
  },
  'final-strip': () => {
    const rows = curveSeries(threeSeries, 5).map(({ label, style, runs }): StripRow => {
      const values = runs.flatMap(({ record }) => record.final.trainLoss ?? [])
      return {
        label,
        style,
        values,
        interval: meanInterval(values),
        diverged: runs.length - values.length,
        incomplete: 0,
      }
    })
    rows.push({ label: 'gone', style: orange, values: [], interval: null, diverged: 5, incomplete: 0 })
    rows.push({
      label: 'lone',
      style: orange,
      values: [0.25],
      interval: meanInterval([0.25]),
      diverged: 3,
      incomplete: 1,
    })
    const options = { ...wide, height: stripHeight(rows.length) }
    return svg(finalStrip(rows, options), options)
  },
  'tuning-sensitivity': () => {
    const rates = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
    const line = (
      optimizer: string,
      losses: readonly (number | null)[],
      isCloud = false,
    ): SensitivityLine => ({
      label: optimizer,
      style: assignStyles([{ key: optimizer, optimizer }]).get(optimizer) as SeriesStyle,
      points: rates.map((x, k) => ({ x, y: losses[k] ?? null, isPartial: isCloud && k === 0 })),
      chosen: { x: 0.1, y: losses[3] ?? 0 },
      isCloud,
    })
    return svg(
      sensitivity(
        [
          line('sgd', [0.49, 0.47, 0.4, 0.29, 900, null]),
          line('momentum', [0.48, 0.4, 0.3, 0.287, null, 0.7]),
          line('adam', [0.45, 0.35, 0.29, 0.285, 0.5, 0.9], true),
        ],
        {
          ...wide,
          x: { title: 'lr', scale: 'log', low: 1e-4, high: 10 },
          y: { title: 'Validation loss', scale: 'log' },
        },
      ),
      wide,
    )
  },
  'tuning-sensitivity-all-diverged-dark-zh': () => {
    const options = { ...wide, theme: 'dark', locale: 'zh-CN' } as const
    const points = [0, 1].map((x) => ({ x, y: null, isPartial: false }))
    return svg(
      sensitivity([{ label: 'sgd', style: orange, points, chosen: null, isCloud: true }], {
        ...options,
        x: { title: 'epsPlacement', scale: 'linear', low: -0.5, high: 1.5, names: ['inside', 'outside'] },
        y: { title: '验证损失', scale: 'log' },
      }),
      options,
    )
  },
  'count-curves': () =>
    svg(
      countCurves(
        ['sgd', 'adam'].map((optimizer, k) => ({
          label: optimizer,
          style: assignStyles([{ key: optimizer, optimizer }]).get(optimizer) as SeriesStyle,
          points: [1, 2, 3, 4, 8].map((x) => ({
            x,
            y: k === 0 && x === 1 ? Infinity : 0.28 + (0.2 + k / 10) / x,
            low: 0.28,
            high: x < 3 && k === 0 ? Infinity : 0.28 + 0.5 / x,
          })),
        })),
        {
          ...wide,
          x: { title: 'Trials', scale: 'log' },
          y: { title: 'Validation loss', scale: 'log' },
          note: 'medians and quartiles',
        },
      ),
      wide,
    ),
  'performance-profile': () =>
    svg(
      countCurves(
        [
          [1.5, 0.6, 0.8],
          [2.2, 0.4, 1],
        ].map(([x = 1, from = 0, to = 0], k) => ({
          label: k === 0 ? 'sgd' : 'adam',
          style: assignStyles([{ key: 'k', optimizer: k === 0 ? 'sgd' : 'adam' }]).get('k') as SeriesStyle,
          points: [1, x, 4].map((tau, i) => ({ x: tau, y: i === 0 ? from : to, low: NaN, high: NaN })),
        })),
        {
          ...wide,
          steps: true,
          x: { title: 'τ', scale: 'linear' },
          y: { title: 'ρ(τ)', scale: 'linear', low: 0, high: 1.02 },
        },
      ),
      wide,
    ),
  'schedule-curves': () =>
    svg(
      scheduleCurve(
        [
          {
            label: 'cosine',
            style: { hue: 'blue', dash: [], marker: 'circle' },
            values: Array.from({ length: 30 }, (_, t) =>
              t < 20 ? 0.01 + 0.145 * (1 + Math.cos((Math.PI * t) / 20)) : 0.01,
            ),
          },
          {
            label: 'multistep',
            style: { hue: 'vermillion', dash: dashes[1] ?? [], marker: 'rect' },
            values: Array.from({ length: 30 }, (_, t) => (t < 15 ? 0.5 : 0.25)),
          },
        ],
        { ...wide, per: 'epoch' },
      ),
      wide,
    ),
  'momentum-weights': () => svg(weightCurves('power', [0.95, 0.9, 0.6, 0], wide), wide),
  'rmsprop-weights': () => svg(weightCurves('average', [0.95, 0.9, 0.8, 0.7], wide), wide),
  'trace-1d': () =>
    svg(
      trace1d([{ label: 'lr 0.2', style: orange, points: [10, 6, 3.6, 2.16, 1.296, 0.7776] }], {
        ...wide,
        f: (x) => x * x,
      }),
      wide,
    ),
  'trace-2d': () =>
    svg(
      trace2d([{ label: 'sgd lr 0.4', style: orange, points: momentumOnValley }], {
        ...wide,
        f: (x1, x2) => 0.1 * x1 ** 2 + 2 * x2 ** 2,
        x1: [-5.5, 1],
        x2: [-3, 1],
        minimum: [0, 0],
      }),
      wide,
    ),
}

describe('figures', () => {
  it.each(Object.entries(figures))('%s is as committed', (name, draw) => {
    expectGolden(name, draw())
  })

  it.each(Object.entries(figures))('%s is a document of its own', (_name, draw) => {
    const picture = draw()
    expect(picture).not.toMatch(/NaN|undefined|Infinity/)
    expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<script|<style|<image|class=|ecmeta/,
    )
    expect(picture).toContain('role="img" aria-labelledby="golden-title golden-desc"')
    expect(picture).toContain('<title id="golden-title">Golden</title>')
    const used = [...picture.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id)
    for (const id of used) expect(picture).toContain(`id="${id}"`)
  })

  it('are the same whatever was drawn before', () => {
    const draw = figures['loss-curves-epoch'] as () => string
    const first = draw()
    figures['trace-2d']?.()
    expect(draw()).toBe(first)
  })

  it('become PNG with hanzi, from the bundled fonts', async () => {
    const options = { ...wide, locale: 'zh-CN' } as const
    const picture = svg(lossCurves(curveSeries(threeSeries, 2), { ...options, x: 'epoch' }), options)
    const png = await renderPng(picture, 1)
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    expect(png.readUInt32BE(16)).toBe(760)
    // Without the title's hanzi the pixels differ: they are drawn, not dropped.
    expect(png.equals(await renderPng(picture.replaceAll('训练损失', '　　　　'), 1))).toBe(false)
  })
})

it('a hostile label stays text', () => {
  const series = [{ label: '</text><script>alert(1)</script>', optimizer: 'sgd' }]
  const picture = svg(lossCurves(curveSeries(series, 2), { ...wide, x: 'epoch' }), wide)
  expect(picture).not.toContain('<script')
  expect(picture).toContain('&lt;/text&gt;')
})

it('the figure says what its band is and that one seed has none', () => {
  const text = (seeds: number) =>
    svg(lossCurves(curveSeries(threeSeries.slice(0, 1), seeds), { ...wide, x: 'epoch' }), wide).replaceAll(
      '\u00a0',
      ' ',
    )
  expect(text(10)).toContain('mean ± 95 % CI, n = 10')
  expect(text(1)).toContain('one seed each: no interval')
})
