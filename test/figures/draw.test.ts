import { describe, expect, it, test } from 'vitest'
import { themes, type ThemeName } from '../../src/charts/theme.ts'
import { computeFigure, type FigureData } from '../../src/figures/compute.ts'
import { drawFigure, figureSize } from '../../src/figures/draw.ts'
import type { Figure, TrainingFigure } from '../../src/figures/figure.ts'
import { figures } from '../../src/figures/index.ts'
import { renderPng, renderSvg } from '../../src/lab/report/render.ts'
import { locales, type Locale } from '../../src/locales/message.ts'
import { recordedFigure, trainFigure } from './train.ts'

/** As the command line draws it. */
function svg(data: FigureData, locale: Locale = 'en', theme: ThemeName = 'light'): string {
  const { figure } = data
  const size = figureSize(figure)
  const title = figure.title[locale]
  return renderSvg(drawFigure(data, { ...size, theme, locale, title }), {
    ...size,
    theme,
    id: figure.id,
    title,
    description: figure.caption[locale],
  })
}

const isPlain = (figure: Figure): figure is Exclude<Figure, TrainingFigure> => figure.kind !== 'training'
const known = new Map<string, FigureData>()
function dataOf(figure: Figure): FigureData {
  const data =
    known.get(figure.id) ??
    (isPlain(figure)
      ? computeFigure(figure)
      : figure.id.startsWith('lenet')
        ? recordedFigure(figure)
        : trainFigure(figure))
  known.set(figure.id, data)
  return data
}

/** Every number that places something, from the drawing's paths. */
const coordinates = (picture: string): number[] =>
  [...picture.matchAll(/ (?:d|points)="([^"]*)"/g)].flatMap(([, path = '']) =>
    [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number),
  )

describe('every figure’s picture', () => {
  it.each(figures.map((figure) => [figure.id, figure] as const))('%s is as committed', async (id, figure) => {
    await expect(`${svg(dataOf(figure))}\n`).toMatchFileSnapshot(`./golden/${id}.svg`)
  })
})

describe('every figure', () => {
  it.each(figures.map((figure) => [figure.id, figure] as const))(
    '%s is drawn in both languages',
    (_, figure) => {
      for (const locale of locales) {
        const picture = svg(dataOf(figure), locale)
        expect(picture).not.toMatch(/NaN|undefined|Infinity/)
        expect(picture).toContain(`<title id="${figure.id}-title">`)
        // An ellipsis would stand where the title or a name is too long.
        expect(picture).not.toContain('…')
        // What names the axes is in the language too.
        const drawn = picture.replace(/<(title|desc)[\s\S]*?<\/\1>/g, '')
        if (locale === 'en') expect(drawn).not.toMatch(/[\u4e00-\u9fff]/)
        else expect(drawn.match(/[\u4e00-\u9fff]+/g)?.length).toBeGreaterThan(1)
      }
    },
  )

  it('takes its colours from the theme', () => {
    for (const theme of ['light', 'dark', 'print'] as const)
      expect(svg(dataOf(figures[0] as Figure), 'en', theme)).toContain(`fill="${themes[theme].background}"`)
  })
})

test('a trace that leaves the picture is cut at its edge (resvg ended the process over coordinates of 10⁵ pixels)', async () => {
  const figure = figures.find(({ id }) => id === 'gd-2d-0.6') as Figure
  const picture = svg(dataOf(figure))
  for (const value of coordinates(picture)) expect(Math.abs(value)).toBeLessThan(1000)
  expect(picture).toContain('20 points outside the picture')
  expect((await renderPng(picture, 4)).readUInt32BE(16)).toBe(4 * 720)
})

test('the numbers stand in the picture', () => {
  const text = (id: string) => svg(dataOf(figures.find((one) => one.id === id) as Figure))
  expect(text('gd-1d-0.2')).toContain('10 steps, to x = 0.060466')
  expect(text('gd-2d-0.6')).toContain('x₁ = −0.387814, x₂ = −1673.365109')
  expect(text('sgd-2d-exponential')).toContain('seed 2')
  expect(text('airfoil-adam')).toMatch(/seed 1 · final loss 0\.24\d\d/)
  expect(text('airfoil-adam')).toContain('least-squares minimum 0.2417')
  expect(text('airfoil-time')).toMatch(/batch 1500, 0\.24\d\d/)
  expect(text('lenet-constant')).toMatch(
    /training accuracy 0\.923 · test accuracy 0\.855 · recorded \d{4}-\d\d-\d\d with tensorflow/,
  )
})

test('loss against time has a logarithmic axis, and each time is a median', () => {
  const figure = figures.find(({ id }) => id === 'airfoil-time') as TrainingFigure
  const data = dataOf(figure) as Extract<FigureData, { kind: 'training' }>
  const drawn = (runs: typeof data.runs) => svg({ ...data, runs })
  expect(drawn(data.runs)).toContain('Training time (s), log scale')
  // Four of nine that took a thousand times as long change nothing; five do.
  const slowed = (count: number) =>
    data.runs.map((list) =>
      list.map((run, k) =>
        k < count
          ? { ...run, metrics: { ...run.metrics, seconds: run.metrics.seconds.map((s) => 1000 * s) } }
          : run,
      ),
    )
  expect(drawn(slowed(4))).toBe(drawn(data.runs))
  expect(drawn(slowed(5))).not.toBe(drawn(data.runs))
})

test('a PNG has the size asked for', async () => {
  const png = await renderPng(svg(dataOf(figures[0] as Figure), 'zh-CN'), 2)
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 840])
})
