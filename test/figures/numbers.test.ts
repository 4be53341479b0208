import { expect, test } from 'vitest'
import { computeFigure, type FigureData } from '../../src/figures/compute.ts'
import { figureCsv } from '../../src/figures/csv.ts'
import { expectedEnd } from '../../src/figures/expected-end.ts'
import type { Figure, TraceFigure } from '../../src/figures/figure.ts'
import { figures } from '../../src/figures/index.ts'
import { numbersOf, type FigureNumber } from '../../src/figures/numbers.ts'
import { subjects } from '../../src/figures/subjects.ts'
import { mean, sampleStandardDeviation } from '../../src/math/statistics.ts'
import { trace } from '../../src/traces/trace.ts'
import { airfoil, lastPoints, leastSquares, noisy } from './specified.ts'
import { recordedFigure, trainFigure } from './train.ts'

const found = (id: string): Figure => {
  const figure = figures.find((one) => one.id === id)
  if (!figure) throw new Error(`There is no figure ${id}.`)
  return figure
}
const dataOf = (figure: Figure): FigureData =>
  figure.kind !== 'training'
    ? computeFigure(figure)
    : figure.id.startsWith('lenet')
      ? recordedFigure(figure)
      : trainFigure(figure)
const rowsOf = (id: string): FigureNumber[] => numbersOf(dataOf(found(id)))

test.each(Object.entries(lastPoints))('%s: the gallery shows the specified last point', (id, [, last]) => {
  const rows = rowsOf(id)
  expect(rows.map(({ value }) => value?.toFixed(6))).toEqual(last)
  for (const [i, { references, origin }] of rows.entries()) {
    expect(origin).toBe('computed')
    expect(references).toEqual([{ by: 'specification', value: Number(last[i]), decimals: 6, agrees: true }])
  }
})

test.each(Object.entries(noisy))(
  '%s: the gallery computes the specified mean and deviation, and its own sample is among them',
  (id, { mean, deviation }) => {
    const rows = rowsOf(id)
    expect(rows).toHaveLength(6)
    mean.forEach((wanted, i) => {
      const [ofMean, ofDeviation, sample] = rows.slice(3 * i, 3 * i + 3)
      expect(Number(ofMean?.value?.toFixed(4))).toBeCloseTo(wanted, 10)
      expect(ofDeviation?.value?.toFixed(3)).toBe((deviation[i] as number).toFixed(3))
      expect(Math.abs((sample?.value as number) - wanted)).toBeLessThan(4 * (deviation[i] as number))
    })
    for (const { references } of rows) expect(references.map(({ agrees }) => agrees)).toEqual([true])
  },
)

test('the exact distribution is that of seeds', () => {
  const { trace: settings } = found('sgd-2d-inverse-power') as TraceFigure
  const seeds = 400
  const ends = Array.from(
    { length: seeds },
    (_, seed) => trace({ ...settings, seed }).points.at(-1) as number[],
  )
  const expected = expectedEnd(settings, trace(settings))
  for (const i of [0, 1]) {
    const values = ends.map((end) => end[i] as number)
    const deviation = expected.deviation[i] as number
    expect(Math.abs(mean(values) - (expected.mean[i] as number))).toBeLessThan(
      (4 * deviation) / Math.sqrt(seeds),
    )
    // The standard error of a standard deviation is σ/√(2n).
    const ratio = (sampleStandardDeviation(values) as number) / deviation
    expect(Math.abs(ratio - 1)).toBeLessThan(4 / Math.sqrt(2 * seeds))
  }
})

test('there is no exact distribution of another rule’s end, nor on a function that is no quadratic', () => {
  const { trace: settings } = found('sgd-2d-constant') as TraceFigure
  expect(() => expectedEnd({ ...settings, optimizer: 'adam' }, { rates: [0.1] })).toThrow(/adam/)
  for (const objective of ['x1^4+x2^2', 'x1*x2', '(x1+x2)^2'])
    expect(() => expectedEnd({ ...settings, objective }, { rates: [0.1] })).toThrow(/no sum/)
})

test.each(Object.entries(airfoil))('%s: the gallery holds the loss against both bounds', (id, { loss }) => {
  const [row, ...others] = rowsOf(id)
  expect(others).toEqual([])
  expect(row).toMatchObject({ origin: 'trained' })
  expect(row?.references.map(({ by, value, agrees }) => [by, value, agrees])).toEqual([
    ['tutorial', loss, true],
    ['bound', leastSquares, true],
  ])
})

test('recorded runs say that they are, beside the tutorial’s and the independent ones', () => {
  const rows = rowsOf('lenet-multistep')
  expect(rows).toHaveLength(6)
  expect(rows.every(({ origin }) => origin === 'recorded')).toBe(true)
  const [asRun] = rows
  expect(asRun?.references.map(({ by, value }) => [by, value])).toEqual([
    ['tutorial', 0.195],
    ['independent', 0.196],
  ])
  // What the tutorial never ran has no figure of its.
  expect(rows[3]?.references.map(({ by }) => by)).toEqual(['independent'])
})

test('every figure has numbers, in both languages, and rows of its data', () => {
  for (const figure of figures) {
    const data = dataOf(figure)
    const rows = numbersOf(data)
    expect(rows.length, figure.id).toBeGreaterThan(0)
    for (const { name, value } of rows) {
      expect(name.en).not.toMatch(/[\u4e00-\u9fff]/)
      expect(name['zh-CN'].length).toBeGreaterThan(0)
      expect(Number.isFinite(value), `${figure.id}: ${name.en}`).toBe(true)
    }
    const [header = '', ...lines] = figureCsv(data).trimEnd().split('\n')
    expect(lines.length, figure.id).toBeGreaterThanOrEqual(10)
    for (const line of lines) expect(line.split(',')).toHaveLength(header.split(',').length)
  }
  expect(
    figureCsv(dataOf(found('gd-1d-0.2')))
      .split('\n')
      .slice(0, 3),
  ).toEqual(['step,x,value,lr', '0,10,100,', '1,6,36,0.2'])
})

test('every figure is in one subject', () => {
  expect(subjects.flatMap((subject) => subject.figures.map(({ id }) => id))).toEqual(
    figures.map(({ id }) => id),
  )
})
