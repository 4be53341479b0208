import { describe, expect, it } from 'vitest'
import { averageSeries, type XAxis } from '../../src/charts/average.ts'
import type { MeasuredRun } from '../../src/charts/comparison.ts'
import { contour, contourLevels, sampleGrid } from '../../src/charts/contours.ts'
import {
  assignStyles,
  dashes,
  hueNames,
  hues,
  markers,
  optimizerHue,
  pictureStyles,
} from '../../src/charts/palette.ts'
import { quantityColumns } from '../../src/charts/quantity.ts'
import { darkOf, themes } from '../../src/charts/theme.ts'
import { thinBand, thinLine } from '../../src/charts/thin.ts'
import { axisTicks, linearTicks, logTicks, tickFormat } from '../../src/charts/ticks.ts'
import { Random } from '../../src/math/random.ts'
import { meanInterval } from '../../src/math/statistics.ts'
import { sampleRun, sampleRuns } from './sampleRuns.ts'

describe('averages', () => {
  it('equal the statistics of the seeds at every point', () => {
    const runs = sampleRuns([{ label: 'adam', optimizer: 'adam' }], 5)
    const average = averageSeries(runs, 'epoch')
    expect(average.n).toBe(5)
    expect(average.missing).toBe(0)
    for (let i = 0; i < average.x.length; i++) {
      const expected = meanInterval(runs.map(({ metrics }) => metrics.trainLoss[i] as number))
      expect(average.mean[i]).toBeCloseTo(expected.mean, 14)
      expect(average.low[i]).toBeCloseTo(expected.low as number, 13)
      expect(average.high[i]).toBeCloseTo(expected.high as number, 13)
    }
    expect([average.x[0], average.x.at(-1)]).toEqual([0, 2])
  })

  it('leave diverged seeds out, cut at the last finite value', () => {
    const runs = sampleRuns([{ label: 'sgd', optimizer: 'sgd', diverging: [1] }], 3)
    const average = averageSeries(runs, 'step')
    expect(average.n).toBe(2)
    const [first, , third] = runs
    expect(average.mean.at(-1)).toBeCloseTo(
      ((first?.metrics.trainLoss.at(-1) ?? 0) + (third?.metrics.trainLoss.at(-1) ?? 0)) / 2,
      14,
    )
    const broken = sampleRun({ label: 'sgd', optimizer: 'sgd' }, 0)
    broken.metrics.trainLoss[3] = Number.NaN
    expect(averageSeries([broken], 'step').mean).toHaveLength(3)
  })

  it('stop where the first seed stopped, and say so', () => {
    const runs = sampleRuns(
      [{ label: 'sgd', optimizer: 'sgd', stopped: [{ seed: 2, status: 'interrupted' }] }],
      3,
    )
    const average = averageSeries(runs, 'step')
    const shortest = runs[2]?.metrics.step ?? new Float64Array()
    expect(average.x.at(-1)).toBe(shortest.at(-1))
    expect(average.missing).toBe((runs[0]?.metrics.step.length ?? 0) - shortest.length)
  })

  it('use only the steps that all seeds share', () => {
    const [a, b] = sampleRuns([{ label: 'sgd', optimizer: 'sgd' }], 2) as [
      ReturnType<typeof sampleRun>,
      ReturnType<typeof sampleRun>,
    ]
    const drop = (column: Float64Array) => column.filter((_, i) => i !== 4)
    const { step, examples, seconds, trainLoss } = b.metrics
    const gap = {
      ...b,
      metrics: {
        step: drop(step),
        examples: drop(examples),
        seconds: drop(seconds),
        trainLoss: drop(trainLoss),
      },
    }
    const average = averageSeries([a, gap], 'step')
    expect([...average.x]).toEqual([...drop(a.metrics.step)])
    expect(average.mean[4]).toBeCloseTo(((a.metrics.trainLoss[5] ?? 0) + (trainLoss[5] ?? 0)) / 2, 14)
  })
})

describe('accuracies', () => {
  const classifier = {
    label: 'sgd',
    optimizer: 'sgd',
    workload: 'lenet-fashion-mnist',
    batch: 256,
    epochs: 2,
  }
  /** A run of two epochs of 235 steps whose test accuracies, and training accuracies at both epochs' ends, are given. */
  function run(seed: number, train: readonly number[], test: readonly number[]): MeasuredRun {
    const { record, metrics } = sampleRun(classifier, seed)
    const ends = train.map((_, epoch) => (epoch + 1) * 235)
    return {
      record: {
        ...record,
        totalSteps: 470,
        epochs: test.map((testAccuracy, epoch) => ({
          epoch,
          seconds: (epoch + 1) * (2 + seed),
          trainLoss: 0.5,
          testAccuracy,
        })),
      },
      metrics: {
        ...metrics,
        step: Float64Array.from(ends),
        examples: Float64Array.from(ends, (_, epoch) => (epoch + 1) * 60_000),
        seconds: Float64Array.from(ends, (_, epoch) => (epoch + 1) * (2 + seed)),
        trainLoss: Float64Array.from(ends, () => 0.5),
        trainAccuracy: Float64Array.from(train),
      },
    }
  }

  it('of training are those of the points, with their interval over seeds', () => {
    const { n, x, mean, high } = averageSeries(
      [run(0, [0.5, 0.7], []), run(1, [0.7, 0.9], [])],
      'epoch',
      'trainAccuracy',
    )
    expect([n, ...x]).toEqual([2, 1, 2])
    expect([...mean]).toEqual([expect.closeTo(0.6, 14), expect.closeTo(0.8, 14)])
    // Student's factor for n = 2 from a printed table; the deviation of two values is their distance over √2.
    expect((high[0] as number) - (mean[0] as number)).toBeCloseTo((12.7062047 * 0.2) / 2, 7)
  })

  it('of tests are means over the epochs that all seeds have, at the ends of epochs', () => {
    const seeds = [run(0, [0.6, 0.8], [0.8, 0.85]), run(1, [0.6, 0.8], [0.82])]
    const at = (axis: XAxis) => averageSeries(seeds, axis, 'testAccuracy')
    expect([...at('epoch').x]).toEqual([1])
    expect(at('epoch').mean[0]).toBeCloseTo(0.81, 14)
    expect(at('epoch').missing).toBe(1)
    expect([at('step').x[0], at('examples').x[0], at('seconds').x[0]]).toEqual([235, 60_000, 2.5])
  })

  it('that were never measured have no curve', () => {
    const { n, mean } = averageSeries(
      sampleRuns([{ label: 'a', optimizer: 'sgd' }], 2),
      'epoch',
      'testAccuracy',
    )
    expect([n, mean.length]).toEqual([0, 0])
  })

  it('end where a run diverged, as its loss does', () => {
    const lost = run(0, [0.6, Number.NaN], [0.8])
    expect([...averageSeries([lost], 'step', 'trainAccuracy').mean]).toEqual([0.6])
  })

  it('belong to as many examples as were seen, also where no point lies at the epoch’s end', () => {
    const { metrics } = run(0, [0.6, 0.8], [])
    const epochs = [{ epoch: 0, seconds: 1, trainLoss: 0.5, testLoss: 0.4 }]
    expect([...quantityColumns('testLoss', metrics, epochs, 235).examples]).toEqual([60_000])
    const early = {
      step: Float64Array.of(200),
      examples: Float64Array.of(51_200),
      seconds: Float64Array.of(1),
      trainLoss: Float64Array.of(0.5),
    }
    expect([...quantityColumns('testLoss', early, epochs, 235).examples]).toEqual([60_160])
  })
})

describe('thinning', () => {
  const random = Random.from(7, 'thin')
  const n = 750_000
  const x = Float64Array.from({ length: n }, (_, i) => i)
  const y = Float64Array.from({ length: n }, () => random.normal())
  y[123_456] = 40
  y[654_321] = -40
  const columns = { count: 900, low: 0, high: n - 1 }

  it('keeps first, lowest, highest and last of each pixel column', () => {
    const kept = thinLine(x, y, columns)
    expect(kept.length).toBeLessThanOrEqual(4 * 900)
    expect(kept).toContain(123_456)
    expect(kept).toContain(654_321)
    expect([kept[0], kept.at(-1)]).toEqual([0, n - 1])
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
    const drawn = new Set(kept)
    for (const column of [0, 333, 899]) {
      const scale = 900 / (n - 1)
      const inside = (i: number) => Math.min(899, Math.floor(i * scale)) === column
      let from = Math.max(0, Math.floor(column / scale) - 2)
      while (!inside(from)) from++
      let until = Math.min(n - 1, Math.ceil((column + 1) / scale) + 2)
      while (!inside(until)) until--
      let low = from
      let high = from
      for (let i = from; i <= until; i++) {
        if ((y[i] as number) < (y[low] as number)) low = i
        if ((y[i] as number) > (y[high] as number)) high = i
      }
      for (const index of [from, low, high, until]) expect(drawn.has(index)).toBe(true)
    }
  })

  it('leaves few points alone, and skips what is not a number', () => {
    expect(thinLine([0, 1, 2], [1, Number.NaN, 3], { count: 10, low: 0, high: 2 })).toEqual([0, 2])
  })

  it('wraps bands, never narrows them', () => {
    const low = y.map((value) => value - 1)
    const high = y.map((value) => value + 1)
    const band = thinBand(x, low, high, columns)
    expect(band.x.length).toBeLessThanOrEqual(2 * 900)
    expect(Math.max(...band.high)).toBe(41)
    expect(Math.min(...band.low)).toBe(-41)
  })
})

describe('contours', () => {
  it('lie on the level, in closed lines around a minimum', () => {
    const grid = sampleGrid((a, b) => a * a + 2 * b * b, [-3, 3], [-3, 3], 241, 241)
    const { lines } = contour(grid, 2)
    expect(lines).toHaveLength(1)
    const [line] = lines as [[number, number][]]
    expect(line[0]).toEqual(line.at(-1))
    for (const [a, b] of line) expect(Math.abs(a * a + 2 * b * b - 2)).toBeLessThan(2e-3)
    // The ellipse's area is π·√2·1; the polygon's by the shoelace formula.
    const area = line.slice(1).reduce((sum, [bx, by], i) => {
      const [ax, ay] = line[i] as [number, number]
      return sum + (ax * by - bx * ay) / 2
    }, 0)
    expect(Math.abs(area)).toBeCloseTo(Math.PI * Math.SQRT2, 2)
  })

  it('cross a saddle without touching', () => {
    const { lines } = contour(
      sampleGrid((a, b) => a * b, [-1, 1], [-1, 1], 20, 20),
      0.01,
    )
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(new Set(line.map(([a]) => Math.sign(a))).size).toBe(1)
  })

  it('leave out what is not a number, and have levels inside the range', () => {
    const grid = sampleGrid((a, b) => Math.log(a) + b, [-1, 1], [0, 1], 41, 21)
    expect(
      contour(grid, 0)
        .lines.flat()
        .every(([a]) => a > 0),
    ).toBe(true)
    const plain = sampleGrid((a, b) => a * a + b * b, [-1, 1], [-1, 1])
    for (const logarithmic of [false, true])
      for (const level of contourLevels(plain, 8, logarithmic)) {
        expect(level).toBeGreaterThan(0)
        expect(level).toBeLessThan(2)
      }
  })
})

describe('ticks', () => {
  it('are round', () => {
    expect(linearTicks(0, 2, 8)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
    expect(logTicks(0.24, 0.56, 7)).toEqual([0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55])
    expect(logTicks(1e-6, 1e3, 6)).toEqual([1e-6, 1e-4, 1e-2, 1, 100])
    expect(logTicks(0.9, 110, 8)).toEqual([1, 2, 5, 10, 20, 50, 100])
  })

  it('are at least three wherever there is a range', () => {
    for (const scale of ['linear', 'log'] as const)
      for (const [low, high] of [
        [0.2415, 0.2421],
        [1, 9],
        [0.5, 700],
      ] as const)
        expect(axisTicks(low, high, scale, 2).length).toBeGreaterThanOrEqual(3)
  })

  it('are written with equal decimals', () => {
    const ticks = linearTicks(0, 2, 8)
    expect(ticks.slice(0, 3).map(tickFormat(ticks))).toEqual(['0.00', '0.25', '0.50'])
    expect([1e-6, 1e-4].map(tickFormat([1e-6, 1e-4, 1e-2]))).toEqual(['10⁻⁶', '10⁻⁴'])
  })
})

describe('styles', () => {
  const ids = [
    'sgd',
    'momentum',
    'nesterov',
    'adagrad',
    'rmsprop',
    'adadelta',
    'adam',
    'amsgrad',
    'adamw',
    'nadam',
    'yogi',
    'adamax',
    'radam',
    'asgd',
    'rprop',
    'lion',
  ]

  it('name the sixteen optimizers apart, whoever comes with them', () => {
    const together = assignStyles(ids.map((id) => ({ key: id, optimizer: id })))
    const looks = new Set(
      [...together.values()].map(({ hue, dash, marker }) => `${hue} ${dash.join()} ${marker}`),
    )
    expect(looks.size).toBe(16)
    for (const id of ids) {
      const alone = assignStyles([{ key: id, optimizer: id }]).get(id)
      expect(alone).toEqual(together.get(id))
      expect(alone?.hue).toBe(optimizerHue(id).hue)
    }
  })

  it('tell 24 series of one optimizer apart by dash and marker', () => {
    const styles = assignStyles(Array.from({ length: 24 }, (_, k) => ({ key: String(k), optimizer: 'adam' })))
    expect(new Set([...styles.values()].map(({ dash, marker }) => `${dash.join()} ${marker}`)).size).toBe(24)
    expect(new Set([...styles.values()].map(({ hue }) => hue))).toEqual(new Set(['vermillion']))
    expect(dashes.length * markers.length).toBeGreaterThanOrEqual(48)
  })

  it('of a picture of one optimizer take hues in turn; its own says something beside others', () => {
    const series = (count: number) =>
      Array.from({ length: count }, (_, k) => ({ key: String(k), optimizer: 'adam' }))
    const looks = [...pictureStyles(series(24)).values()].map(
      ({ hue, dash, marker }) => `${hue} ${dash.join()} ${marker}`,
    )
    expect(new Set(looks).size).toBe(24)
    expect(new Set([...pictureStyles(series(4)).values()].map(({ hue }) => hue)).size).toBe(4)
    expect(pictureStyles(series(1))).toEqual(assignStyles(series(1)))
    const mixed = [...series(2), { key: 'x', optimizer: 'sgd' }]
    expect(pictureStyles(mixed)).toEqual(assignStyles(mixed))
  })

  const luminance = (color: string) => {
    const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    const [r = 0, g = 0, b = 0] = channels.map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }

  it.each(Object.values(themes))('reach 3:1 for graphics and 4.5:1 for text in the $name theme', (theme) => {
    for (const hue of hueNames) expect(contrast(theme.hues[hue], theme.background)).toBeGreaterThanOrEqual(3)
    for (const role of ['axis', 'contour'] as const)
      expect(contrast(theme[role], theme.background)).toBeGreaterThanOrEqual(3)
    for (const role of ['text', 'quiet', 'bad'] as const)
      expect(contrast(theme[role], theme.background)).toBeGreaterThanOrEqual(4.5)
  })

  it('have one dark colour for every light one', () => {
    const { name: _name, hues: lightHues, ...roles } = themes.light
    for (const color of [...Object.values(roles), ...Object.values(lightHues)])
      expect(darkOf.has(color)).toBe(true)
    expect(Object.keys(hues.dark)).toEqual(Object.keys(hues.light))
  })
})
