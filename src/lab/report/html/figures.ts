import type { EChartsOption } from 'echarts'
import { averageSeries, type XAxis } from '../../../charts/average.ts'
import { finalStrip, stripHeight } from '../../../charts/finalStrip.ts'
import { legendHeight, type ChartOptions } from '../../../charts/frame.ts'
import { lossCurves, type CurveSeries, type LossCurveOptions } from '../../../charts/lossCurves.ts'
import { formatAccuracy, formatRanges } from '../../../locales/format.ts'
import { message, type Locale } from '../../../locales/message.ts'
import { intervalColumn } from '../../../comparison/present.ts'
import { escapeXml as esc, renderSvg } from '../render.ts'
import { stripRow } from '../../../comparison/strip-row.ts'
import type { SectionSummary, SeriesSummary } from '../../../comparison/summary.ts'
import type { Page } from './page.ts'

/** 12 px become 13.6 on a wide screen and 6.7 points on A4. */
const wide = 920
const narrow = 400
/** A screen reader is told so many series one by one. */
const seriesDescribed = 8
/** More single seeds than this are a fog. */
const rawRunsShown = 60

export const hasCurve = ({ runs }: SeriesSummary): boolean =>
  runs.some(({ metrics }) => metrics.trainLoss.length > 0)

export const hasAccuracy = ({ runs }: SeriesSummary): boolean =>
  runs.some(({ record }) => record.epochs.some((epoch) => epoch.testAccuracy !== undefined))

/** Loss curves of a section's series against epochs, or against training time. */
export function curvesFigure(
  page: Page,
  series: readonly SeriesSummary[],
  id: string,
  x: XAxis,
  batches = false,
): string {
  const { locale } = page
  const runCount = series.reduce((count, { runs }) => count + runs.length, 0)
  // Against time every seed has its own x, so that fewer can be told apart.
  const raw = runCount <= rawRunsShown && (x !== 'seconds' || series.length <= 6)
  const counts = seedsCounted(series)
  const missing = series.filter(({ runs }) => averageSeries(runs, x).missing > 0).length
  const band =
    counts.length === 0
      ? message(locale, 'report.curves.none')
      : counts.every((n) => n === 1)
        ? message(locale, 'report.curves.single')
        : message(locale, raw ? 'report.curves.band' : 'report.curves.bandNoRaw', { n: formatRanges(counts) })
  const extra = [
    ...(missing > 0 ? [message(locale, 'report.curves.missing', { count: missing })] : []),
    ...(series.some(({ diverged }) => diverged.length > 0)
      ? [message(locale, 'report.curves.diverged')]
      : []),
  ].join(message(locale, 'sentence.join'))
  const caption =
    x === 'seconds'
      ? message(locale, batches ? 'report.seconds.batches' : 'report.seconds.caption', { band })
      : message(locale, 'report.curves.caption', { band, missing: extra })
  const ends = series
    .flatMap(({ runs }) => runs.map(({ metrics }) => metrics.seconds.at(-1) ?? 0))
    .filter((value) => value > 0)
  const xScale = x === 'seconds' && Math.max(...ends) > 8 * Math.min(...ends) ? 'log' : 'linear'
  return lineFigure(page, id, series, describe(series, locale), caption, { x, xScale, raw })
}

export function accuracyFigure(page: Page, series: readonly SeriesSummary[], id: string): string {
  const { locale } = page
  const counts = seedsCounted(series)
  const band = counts.every((n) => n === 1)
    ? message(locale, 'report.accuracy.single')
    : message(locale, 'report.accuracy.band', { n: formatRanges(counts) })
  const list = series
    .slice(0, seriesDescribed)
    .flatMap(({ label, endings: { testAccuracy } }) =>
      testAccuracy
        ? [message(locale, 'report.describe.series', { label, value: formatAccuracy(testAccuracy.mean) })]
        : [],
    )
    .join(message(locale, 'list.semicolon'))
  return lineFigure(
    page,
    id,
    series.filter(hasAccuracy),
    message(locale, 'report.describe.curves', { list }),
    message(locale, 'report.accuracy.caption', { band }),
    { x: 'epoch', quantity: 'testAccuracy' },
  )
}

/** Final losses of the seeds, a row a series, the lowest mean first. */
export function stripFigure(page: Page, { series }: SectionSummary, id: string): string {
  const { locale } = page
  const anyInterval = series.some(({ final }) => final?.low != null)
  // A lone survivor is not a mean: it comes after those that have an interval, and those without a number come last.
  const group = ({ final }: SeriesSummary) => (final === null ? 2 : anyInterval && final.low === null ? 1 : 0)
  const ordered = series.toSorted(
    (a, b) => group(a) - group(b) || (a.final?.mean ?? 0) - (b.final?.mean ?? 0),
  )
  const rows = ordered.map((one) => stripRow(one, 'trainLoss'))
  const caption = anyInterval
    ? message(locale, 'report.finals.caption', { bar: message(locale, 'report.finals.bar') })
    : message(locale, 'report.finals.captionSingle', { bar: message(locale, 'report.finals.single') })
  const height = stripHeight(rows.length)
  return figure(
    page,
    id,
    message(locale, 'chart.final.trainLoss'),
    describe(ordered, locale),
    caption,
    (width, pixels) => finalStrip(rows, { width, height: pixels, theme: 'light', locale }),
    { wide: height, narrow: height },
  )
}

/** Seeds that count, of each series that has any. */
const seedsCounted = (series: readonly SeriesSummary[]): number[] =>
  series.map(({ runs, diverged }) => runs.length - diverged.length).filter((count) => count > 0)

function lineFigure(
  page: Page,
  id: string,
  curves: readonly CurveSeries[],
  description: string,
  caption: string,
  how: Pick<LossCurveOptions, 'x' | 'xScale' | 'raw' | 'quantity'>,
): string {
  const { locale } = page
  const labels = curves.map(({ label }) => label)
  const title = `${message(locale, `chart.axis.${how.quantity ?? 'trainLoss'}`)} · ${message(locale, `chart.axis.${how.x}`)}`
  const height = how.x === 'epoch' && !how.quantity ? 470 : 400
  return figure(
    page,
    id,
    title,
    description,
    caption,
    (width, pixels) => lossCurves(curves, { ...how, width, height: pixels, theme: 'light', locale }),
    { wide: height + legendHeight(labels, wide), narrow: 330 + legendHeight(labels, narrow) },
  )
}

/** A chart under a caption; `labels` are those of its legend. */
export function chartFigure(
  page: Page,
  id: string,
  {
    title,
    description,
    caption,
    chart,
    labels,
    height,
  }: {
    title: string
    description: string
    caption: string
    chart: (options: ChartOptions) => EChartsOption
    labels: readonly string[]
    /** Pixels, where it needs neither more nor less. */
    height?: number
  },
): string {
  const { locale } = page
  return figure(
    page,
    id,
    title,
    description,
    caption,
    (width, height) => chart({ width, height, theme: 'light', locale }),
    {
      wide: height ?? 400 + legendHeight(labels, wide),
      narrow: height ?? 330 + legendHeight(labels, narrow),
    },
  )
}

/** A picture drawn twice, for wide pages and for narrow ones; the style sheet shows one of them. */
function figure(
  page: Page,
  id: string,
  title: string,
  description: string,
  caption: string,
  draw: (width: number, height: number) => ReturnType<typeof lossCurves>,
  heights: { wide: number; narrow: number },
): string {
  const number = ++page.numbers.figure
  const svg = (name: 'wide' | 'narrow', width: number) =>
    renderSvg(draw(width, heights[name]), {
      width,
      height: heights[name],
      theme: 'light',
      id: `${id}-${name}`,
      title,
      description,
      transparent: true,
    }).replace('<svg ', `<svg class="${name}" `)
  return [
    `<figure id="${id}">`,
    svg('wide', wide),
    svg('narrow', narrow),
    `<figcaption><b>${esc(message(page.locale, 'report.figure', { number }))}</b> ${esc(caption.trim())}</figcaption>`,
    '</figure>',
  ].join('\n')
}

/** The series and their final losses in words. */
function describe(series: readonly SeriesSummary[], locale: Locale): string {
  const column = intervalColumn(series.map(({ final }) => final))
  const parts = series
    .slice(0, seriesDescribed)
    .map(({ label, final, diverged, runs }) =>
      final
        ? message(locale, 'report.describe.series', { label, value: column(final) })
        : message(
            locale,
            diverged.length === runs.length ? 'report.describe.diverged' : 'report.describe.unfinished',
            { label },
          ),
    )
  if (series.length > seriesDescribed)
    parts.push(message(locale, 'report.describe.more', { count: series.length - seriesDescribed }))
  return message(locale, 'report.describe.curves', { list: parts.join(message(locale, 'list.semicolon')) })
}
