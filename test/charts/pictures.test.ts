import { describe, expect, it } from 'vitest'
import type { EChartsOption } from 'echarts'
import { densityOf } from '../../src/charts/density.ts'
import { frame } from '../../src/charts/frame.ts'
import { finalStrip, stripHeight, type StripRow } from '../../src/charts/finalStrip.ts'
import { heatMap, heatMapHeight, type HeatCell } from '../../src/charts/heatMap.ts'
import { assignStyles, type SeriesStyle } from '../../src/charts/palette.ts'
import { isBrushed, parallelLines, parallelPlaces, shareOnAxis } from '../../src/charts/parallelLines.ts'
import { performanceProfile, shareAt, type ProfileLine } from '../../src/charts/performanceProfile.ts'
import { rankCurves } from '../../src/charts/rankCurves.ts'
import { searchContour, type SearchPoint } from '../../src/charts/searchContour.ts'
import { darkGrades, gradeColour, gradeInk } from '../../src/charts/sequential.ts'
import { panelPlaces, smallMultiples } from '../../src/charts/smallMultiples.ts'
import { darkOf, textWidth, type ThemeName } from '../../src/charts/theme.ts'
import { parallelPlot, type Tried } from '../../src/comparison/parallel.ts'
import { renderSvg } from '../../src/lab/report/render.ts'
import { formatNumber } from '../../src/locales/format.ts'
import { Random } from '../../src/math/random.ts'
import { meanInterval } from '../../src/math/statistics.ts'
import { expectGolden } from './golden.ts'
import { sampleRuns, threeSeries } from './sampleRuns.ts'

const wide = { width: 760, height: 420, theme: 'light', locale: 'en' } as const
const darkZh = { ...wide, theme: 'dark', locale: 'zh-CN' } as const
const styleOf = (optimizer: string): SeriesStyle =>
  assignStyles([{ key: optimizer, optimizer }]).get(optimizer) as SeriesStyle

function svg(
  option: EChartsOption,
  { width, height, theme }: { width: number; height: number; theme: ThemeName },
): string {
  return renderSvg(option, { width, height, theme, id: 'golden', title: 'Golden', description: 'A figure.' })
}

const profile: ProfileLine[] = [
  {
    label: 'adam',
    score: 0.861,
    points: [1, 1.4, 4].map((tau, k) => ({ tau, share: [0.6, 0.8, 1][k] ?? 0 })),
    style: styleOf('adam'),
  },
  {
    label: 'sgd',
    score: 0.42,
    points: [1, 2.2, 4].map((tau, k) => ({ tau, share: [0.2, 0.4, 0.8][k] ?? 0 })),
    style: styleOf('sgd'),
  },
]

const cell = (mean: number | null, n = 5, diverged = 0): HeatCell => ({ mean, n, diverged })
const heat = [
  [cell(0.2442), cell(0.2438), cell(0.251, 3, 2)],
  [cell(0.2431), cell(0.62), null],
  [cell(null, 0, 5), cell(31, 4, 1), cell(0.2449)],
]
const heatOptions = {
  x: { title: 'Schedule', names: ['constant', 'cosine', 'multistep with many milestones'] },
  y: { title: 'Optimizer', names: ['SGD', 'Adam', 'RMSProp'] },
  measure: 'Final training loss',
  higherIsBetter: false,
  write: (value: number) => formatNumber(value),
} as const

/** A bowl in the logarithms of two settings, with a cliff. */
function searched(count: number): SearchPoint[] {
  const random = Random.from(7, 'searched')
  return Array.from({ length: count }, (_, k) => {
    const [a, b] = [random.uniform(), random.uniform()]
    const value = 0.243 + 0.5 * ((a - 0.6) ** 2 + (b - 0.4) ** 2)
    return {
      x: 10 ** (-4 + 4 * a),
      y: 10 ** (-3 + 3 * b),
      value: a > 0.85 && b > 0.7 ? null : value,
      isPartial: k % 13 === 5,
    }
  })
}
const contourOptions = {
  x: { title: 'lr', scale: 'log', low: 1e-4, high: 1 },
  y: { title: '1 − momentum', scale: 'log', low: 1e-3, high: 1 },
  measure: 'Validation loss',
  higherIsBetter: false,
  write: (value: number) => formatNumber(value),
} as const

function tried(count: number): Tried[] {
  const random = Random.from(11, 'tried')
  return Array.from({ length: count }, () => {
    const optimizer = ['SGD', 'Adam', 'Yogi'][Math.floor(random.uniform() * 3)] ?? ''
    const lr = 10 ** (-4 + 4 * random.uniform())
    const batch = [10, 32, 100][Math.floor(random.uniform() * 3)] ?? 10
    const momentum = optimizer === 'SGD' ? undefined : random.uniform()
    const cost = 0.243 + 0.1 * Math.abs(Math.log10(lr) + 2) + 0.02 * random.uniform()
    return { ids: [], values: [optimizer, batch, lr, momentum], result: lr > 0.6 ? null : cost }
  })
}
const plot = (count: number) =>
  parallelPlot(
    [{ title: 'optimizer' }, { title: 'batch' }, { title: 'lr' }, { title: 'momentum', scale: 'linear' }],
    tried(count),
    {
      title: 'Final training loss',
      higherIsBetter: false,
    },
  )

const many = Array.from({ length: 14 }, (_, k) => 0.2432 + 0.0004 * ((k * 7) % 11) + (k === 5 ? 0.004 : 0))
const stripRows: StripRow[] = [
  {
    label: 'SGD',
    style: styleOf('sgd'),
    values: many,
    interval: meanInterval(many),
    diverged: 0,
    incomplete: 0,
  },
  {
    label: 'Adam',
    style: styleOf('adam'),
    values: many.slice(0, 4).map((value) => value + 0.003),
    interval: meanInterval(many.slice(0, 4).map((value) => value + 0.003)),
    diverged: 1,
    incomplete: 0,
  },
]

const figures: Record<string, () => string> = {
  'performance-profile-tau': () => svg(performanceProfile(profile, { ...wide, tau: 1.75 }), wide),
  'performance-profile-log-dark-zh': () =>
    svg(performanceProfile(profile, { ...darkZh, tau: 2, scale: 'log' }), darkZh),
  'heat-map': () => {
    const options = { ...wide, height: heatMapHeight(3) }
    return svg(heatMap(heat, { ...options, ...heatOptions }), options)
  },
  'heat-map-accuracy-dark-zh': () => {
    const options = { ...darkZh, height: heatMapHeight(2) }
    return svg(
      heatMap(
        [
          [cell(0.88), cell(0.904)],
          [cell(0.871, 2, 3), null],
        ],
        {
          ...options,
          ...heatOptions,
          x: { title: '调度器', names: ['constant', 'cosine'] },
          y: { title: '优化器', names: ['SGD', 'Adam'] },
          measure: '测试精度',
          higherIsBetter: true,
        },
      ),
      options,
    )
  },
  'parallel-lines': () => {
    const { axes, lines } = plot(60)
    return svg(parallelLines(lines, axes, wide), wide)
  },
  'parallel-lines-brushed-dark-zh': () => {
    const { axes, lines } = plot(40)
    return svg(parallelLines(lines, axes, { ...darkZh, brushes: new Map([['lr', [0.3, 0.7]]]) }), darkZh)
  },
  'search-contour': () => svg(searchContour(searched(60), { ...wide, ...contourOptions }), wide),
  'search-contour-dark-zh': () => svg(searchContour(searched(24), { ...darkZh, ...contourOptions }), darkZh),
  'rank-curves': () => {
    const lines = ['sgd', 'adam', 'yogi'].map((optimizer, k) => ({
      label: optimizer,
      style: styleOf(optimizer),
      ranks:
        [
          [2, 2, 1, 1, 1],
          [1, 1, 2.5, 2, null],
          [3, 3, 2.5, null, null],
        ][k] ?? [],
    }))
    const targets = ['0.46', '0.35', '0.29', '0.25', '0.244']
    return svg(rankCurves(lines, { ...wide, targets, x: 'Target: training loss, harder to the right' }), wide)
  },
  'small-multiples': () => {
    const panels = threeSeries.map((one) => ({
      title: one.label,
      series: [{ label: one.label, style: styleOf(one.optimizer), runs: sampleRuns([one], 3) }],
    }))
    const options = { ...wide, height: panelPlaces(panels.length, wide.width).height }
    return svg(smallMultiples(panels, { ...options, x: 'epoch' }), options)
  },
  'final-strip-density': () => {
    const options = { ...wide, height: stripHeight(2, 'density') }
    return svg(finalStrip(stripRows, { ...options, shape: 'density' }), options)
  },
  'final-strip-box-dark-zh': () => {
    const options = { ...darkZh, height: stripHeight(2, 'box') }
    return svg(finalStrip(stripRows, { ...options, shape: 'box', scale: 'log' }), options)
  },
}

describe('pictures of a comparison', () => {
  it.each(Object.entries(figures))('%s is as committed', (name, draw) => {
    expectGolden(name, draw())
  })

  it.each(Object.entries(figures))('%s is a document of its own', (_name, draw) => {
    expect(draw()).not.toMatch(/NaN|undefined|Infinity|<script|<image|class=/)
  })
})

it('a profile is read between its steps', () => {
  const [adam] = profile as [ProfileLine]
  expect([1, 1.39, 1.4, 3.9, 4].map((tau) => shareAt(adam, tau))).toEqual([0.6, 0.6, 0.8, 0.8, 1])
})

it('ink on every grade reaches 4.5:1, and the best stands out most from the ground', () => {
  const light = (colour: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string): number => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y) as [number, number]
    return (high + 0.05) / (low + 0.05)
  }
  for (const [theme, ground] of [
    ['light', '#ffffff'],
    ['dark', '#15181c'],
  ] as const) {
    const grades = Array.from({ length: 21 }, (_, k) => gradeColour(theme, k / 20))
    grades.forEach((colour, k) => {
      expect(contrast(colour, gradeInk(theme, k / 20))).toBeGreaterThanOrEqual(4.49)
    })
    const against = grades.map((colour) => contrast(colour, ground))
    expect(against).toEqual(against.toSorted((a, b) => a - b))
  }
})

it('a report in the dark has the dark colour of every grade, with an ink that reads on it', () => {
  const shares = Array.from({ length: 41 }, (_, k) => k / 40)
  expect(new Set(shares.map((share) => gradeColour('light', share))).size).toBe(41)
  for (const share of shares) {
    expect(darkGrades.get(gradeColour('light', share))).toBe(gradeColour('dark', share))
    expect(darkGrades.get(gradeInk('light', share))).toBe(gradeInk('dark', share))
  }
  for (const colour of darkGrades.keys()) expect(darkOf.has(colour)).toBe(false)
})

it('a density has the area and the shape of SciPy’s gaussian_kde with the same bandwidth', () => {
  // scipy.stats.gaussian_kde(values, bw_method=h/std(values, ddof=1)) at the values’ ends and their middle, over its
  // greatest value on 61 equally spaced points.
  const values = [1, 1.5, 2, 2.2, 2.4, 2.5, 2.6, 2.9, 3.4, 5]
  const density = densityOf(values) ?? expect.fail()
  expect(density.bandwidth).toBeCloseTo(0.32842742371263806, 12)
  expect([density.height[0], density.height[30], density.height[60]].map((one) => one?.toFixed(9))).toEqual([
    '0.298440609',
    '0.556551749',
    '0.225247030',
  ])
  expect(densityOf(values.slice(1))).toBeNull()
  expect(densityOf(values.map(() => 1))).toBeNull()
})

describe('parallel coordinates', () => {
  it('put the setting that matters most beside the result, on a log axis where it spans decades', () => {
    const { axes } = plot(200)
    expect(axes.map(({ id }) => id).slice(-2)).toEqual(['lr', 'result'])
    expect(axes.at(-2)?.scale).toBe('log')
    expect(axes.find(({ id }) => id === 'batch')?.scale).toBe('linear')
    expect(axes.find(({ id }) => id === 'optimizer')?.names).toEqual(['Adam', 'SGD', 'Yogi'])
  })

  it('lead a line without a value below the axis, where a brush can take it', () => {
    const { axes, lines } = plot(60)
    const momentum = axes.findIndex(({ id }) => id === 'momentum')
    const without = lines.filter(({ values }) => values[momentum] === null)
    expect(without.length).toBe(tried(60).filter(({ values }) => values[0] === 'SGD').length)
    const below = new Map([['momentum', [-1, -0.01] as const]])
    expect(lines.filter((line) => isBrushed(line, axes, below))).toEqual(without)
    expect(shareOnAxis({ id: 'lr', title: 'lr', scale: 'log', low: 1e-4, high: 1 }, 1e-2)).toBeCloseTo(0.5)
  })

  it('have room for the names on the first axis, which no other axis gives them', () => {
    const names = ['Momentum · cosine', 'RMSProp · cosine', 'SGD']
    const first = { id: 'optimizer', title: 'Optimizer', scale: 'linear', low: 0, high: 2, names } as const
    const last = { id: 'result', title: 'Loss', scale: 'linear', low: 0, high: 1 } as const
    const widest = Math.max(...names.map((name) => textWidth(name, 11)))
    expect(parallelPlaces([first, last], 760, 420).shown[0]?.x).toBeGreaterThan(widest)
    // However long they are, most of the width is the lines'.
    const long = { ...first, names: [names.join(' ')] }
    expect(parallelPlaces([long, last], 760, 420).shown[0]?.x).toBe(760 / 5)
  })

  it('leave out what never changes, and grade by rank', () => {
    const { axes, lines } = parallelPlot(
      [{ title: 'a' }, { title: 'same' }],
      [1, 2, 3].map((value) => ({ ids: [], values: [value, 'x'], result: value === 3 ? null : value * 100 })),
      { title: 'loss', higherIsBetter: false },
    )
    expect(axes.map(({ id }) => id)).toEqual(['a', 'result'])
    expect(lines.map(({ grade }) => grade)).toEqual([1, 0, null])
  })
})

describe('the note of a figure', () => {
  it('stands below the title of the axis where both and “log scale” do not fit in a line', () => {
    const x = { title: 'Step', scale: 'linear', low: 0, high: 1 } as const
    const y = { title: 'Training loss', scale: 'log', low: 0.1, high: 1 } as const
    const heights = (width: number): number[] => {
      const { option } = frame({ ...wide, width }, { x, y, note: 'one seed each: no interval' })
      return (option.graphic as { y: number }[]).map((text) => text.y)
    }
    expect(new Set(heights(760)).size).toBe(1)
    expect(new Set(heights(300)).size).toBe(2)
  })
})
