import katex from 'katex'
import { Document, isCollection, isMap, isScalar, visit } from 'yaml'
import { averageSeries, type XAxis } from '../../charts/average.ts'
import type { Comparison } from '../../charts/comparison.ts'
import { finalStrip, stripHeight } from '../../charts/finalStrip.ts'
import { legendHeight } from '../../charts/frame.ts'
import { lossCurves, type CurveSeries, type LossCurveOptions } from '../../charts/lossCurves.ts'
import { assignStyles, type SeriesStyle } from '../../charts/palette.ts'
import { themes } from '../../charts/theme.ts'
import {
  formatDuration,
  formatFixed,
  formatInteger,
  formatNumber,
  formatRanges,
  formatSigned,
  formatTime,
} from '../../locales/format.ts'
import { isMessageKey, message, type Locale } from '../../locales/message.ts'
import { findings } from './findings.ts'
import { columnDecimals, intervalColumn, scheduleText, setText, trainCommand, whyNone } from './present.ts'
import { escapeXml as esc, renderSvg } from './render.ts'
import { styleSheet } from './style.ts'
import { summarise, type ComparisonSummary, type SectionSummary, type SeriesSummary } from './summary.ts'

export interface Formula {
  /** KaTeX source. */
  tex: string
  title: string
  source: string
}

export interface HtmlOptions {
  locale: Locale
  formulas?: Readonly<Record<string, Formula>> | undefined
  now: Date
  /** Names of the CSV files written beside the report. */
  csv?: { curves: string; runs: string } | undefined
  /** Everything unfolded, for paper. */
  unfolded?: boolean | undefined
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
/** 12 px become 13.6 on a wide screen and 6.7 points on A4. */
const wide = 920
const narrow = 400
/** More runs than this are folded away. */
const runsShown = 24
const seriesDescribed = 8

/** The report as one file: no script, nothing loaded, readable in either theme and on paper. */
export function htmlReport(comparison: Comparison, options: HtmlOptions): string {
  const { locale, now } = options
  const summary = summarise(comparison.runs)
  const numbers = { figure: 0, table: 0 }
  const page: Page = { comparison, summary, options, locale, numbers }
  const several = summary.sections.length > 1
  const version = versionsOf(comparison)['descent-lab']
  const body = [
    `<a class="skip" href="#findings">${esc(message(locale, 'report.skip'))}</a>`,
    '<div class="page">',
    header(page),
    '<main>',
    ...summary.sections.map((section, index) => sectionHtml(page, section, index, several)),
    ...acrossBatches(page),
    whatWasRun(page),
    repeat(page),
    provenance(page),
    method(page),
    '</main>',
    `<footer>${esc(
      version
        ? message(locale, 'report.footer', { version, date: formatTime(now) })
        : message(locale, 'report.footerNoVersion', { date: formatTime(now) }),
    )}</footer>`,
    '</div>',
  ]
  return [
    '<!doctype html>',
    `<html lang="${locale}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="generator" content="Descent Lab">',
    `<title>${esc(comparison.title)}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

interface Page {
  comparison: Comparison
  summary: ComparisonSummary
  options: HtmlOptions
  locale: Locale
  numbers: { figure: number; table: number }
}

function header({ comparison, summary, options, locale }: Page): string {
  const { sections } = summary
  const [only] = sections
  const said =
    sections.length === 1 && only
      ? paragraphs(findings(only, locale, marked), locale)
      : sections
          .map((section, index) => {
            const sentences = findings(section, locale, marked)
            return `<h3><a href="#section-${index}">${esc(sectionTitle(section, locale))}</a></h3>\n<p>${emphasised(sentences.join(message(locale, 'sentence.join')))}</p>`
          })
          .join('\n')
  const question = comparison.question
    ? `<p class="question"><b>${esc(message(locale, 'report.question'))}</b>${esc(comparison.question)}</p>`
    : ''
  return [
    '<header>',
    `<p class="kicker">${esc(message(locale, 'report.kicker'))} · <time datetime="${options.now.toISOString()}">${esc(formatTime(options.now))}</time></p>`,
    `<h1>${esc(comparison.title)}</h1>`,
    question,
    `<section class="findings" id="findings" aria-labelledby="findings-title">`,
    `<h2 id="findings-title">${esc(message(locale, 'report.findings'))}</h2>`,
    said,
    '</section>',
    facts(comparison, summary, locale),
    '</header>',
  ]
    .filter(Boolean)
    .join('\n')
}

/** Labels travel through the sentences between Unicode's isolates, which also keep their direction to themselves. */
function marked(label: string): string {
  return `\u2068${label.replace(/[\u2066-\u2069]/g, '')}\u2069`
}

function emphasised(sentence: string): string {
  return esc(sentence).replaceAll('\u2068', '<b>').replaceAll('\u2069', '</b>')
}

function paragraphs(sentences: readonly string[], locale: Locale): string {
  const [lead = '', ...rest] = sentences
  const join = message(locale, 'sentence.join')
  return `<p class="lead">${emphasised(lead)}</p>${rest.length > 0 ? `\n<p>${emphasised(rest.join(join))}</p>` : ''}`
}

function facts(
  { runs }: Comparison,
  { sections, runCount, divergedCount, incompleteCount }: ComparisonSummary,
  locale: Locale,
): string {
  const series = sections.flatMap((section) => section.series)
  const workloads = [...new Set(sections.map(({ workload }) => workload))]
  const devices = [
    ...new Set(runs.flatMap(({ record }) => (record.provenance ? [record.provenance.device] : []))),
  ]
  const seconds = runs.reduce(
    (sum, { record }) => sum + (Number.isFinite(record.seconds) ? record.seconds : 0),
    0,
  )
  const none = message(locale, 'report.fact.none')
  const rows: [string, string, boolean?][] = [
    [
      message(locale, workloads.length > 1 ? 'report.fact.workloads' : 'report.fact.workload'),
      workloads.join(', '),
    ],
    [message(locale, 'report.fact.series'), formatInteger(series.length)],
    [message(locale, 'report.fact.seeds'), formatRanges(series.map(({ runs: members }) => members.length))],
    [message(locale, 'report.fact.runs'), formatInteger(runCount)],
    [
      message(locale, 'report.fact.diverged'),
      divergedCount > 0 ? formatInteger(divergedCount) : none,
      divergedCount > 0,
    ],
    ...(incompleteCount > 0
      ? [
          [message(locale, 'report.fact.incomplete'), formatInteger(incompleteCount), true] as [
            string,
            string,
            boolean,
          ],
        ]
      : []),
    [message(locale, 'report.fact.time'), formatDuration(locale, seconds)],
    ...(devices.length > 0
      ? [[message(locale, 'report.fact.device'), devices.join('; ')] as [string, string]]
      : []),
  ]
  return `<dl class="facts">${rows
    .map(
      ([name, value, bad]) =>
        `<div><dt>${esc(name)}</dt><dd${bad ? ' class="bad"' : ''}>${esc(value)}</dd></div>`,
    )
    .join('')}</dl>`
}

function sectionTitle({ workload, batch }: SectionSummary, locale: Locale): string {
  return batch === null
    ? workload
    : `${workload}, ${message(locale, 'report.section.batch', { batch: formatInteger(batch) })}`
}

function sectionHtml(page: Page, section: SectionSummary, index: number, several: boolean): string {
  const { locale } = page
  const title = several ? sectionTitle(section, locale) : message(locale, 'report.results.title')
  const measured = section.series.some(({ runs }) => runs.some(({ metrics }) => metrics.trainLoss.length > 0))
  const accuracy = section.series.some(({ runs }) =>
    runs.some(({ record }) => record.epochs.some((epoch) => epoch.testAccuracy !== undefined)),
  )
  return [
    `<section aria-labelledby="section-${index}">`,
    `<h2 id="section-${index}">${esc(title)}</h2>`,
    measured ? curvesFigure(page, section.series, `s${index}-epoch`, 'epoch') : '',
    resultsTable(page, section),
    section.series.some(({ final }) => final) ? stripFigure(page, section, `s${index}-finals`) : '',
    accuracy ? accuracyFigure(page, section.series, `s${index}-accuracy`) : '',
    measured ? curvesFigure(page, section.series, `s${index}-seconds`, 'seconds') : '',
    '</section>',
  ]
    .filter(Boolean)
    .join('\n')
}

/** Where an experiment crosses batch sizes, all of them together against time: the one axis they share. */
function acrossBatches(page: Page): string[] {
  const { summary, locale } = page
  const split = Map.groupBy(
    summary.sections.filter(({ batch }) => batch !== null),
    ({ workload }) => workload,
  )
  return [...split].map(([workload, sections], index) => {
    const series = sections.flatMap((section) =>
      section.series.map((one) => ({
        ...one,
        label: `${one.label} · ${message(locale, 'report.section.batch', { batch: formatInteger(section.batch ?? 0) })}`,
      })),
    )
    const styles = assignStyles(series.map(({ key, settings }) => ({ key, optimizer: settings.optimizer })))
    const styled = series.map((one) => ({ ...one, style: styles.get(one.key) ?? one.style }))
    const axis = message(locale, 'chart.axis.seconds')
    return `<section aria-labelledby="batches-${index}">\n<h2 id="batches-${index}">${esc(`${workload}: ${axis}`)}</h2>\n${curvesFigure(page, styled, `b${index}-seconds`, 'seconds', true)}\n</section>`
  })
}

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

function curvesFigure(
  page: Page,
  series: readonly SeriesSummary[],
  id: string,
  x: XAxis,
  batches = false,
): string {
  const { locale } = page
  const curves: CurveSeries[] = series.map(({ label, style, runs }) => ({ label, style, runs }))
  const runCount = curves.reduce((count, { runs }) => count + runs.length, 0)
  // Against time every seed has its own x: beyond a few series single seeds are a fog.
  const raw = runCount <= 60 && (x !== 'seconds' || series.length <= 6)
  const counts = series.flatMap(({ runs, diverged }) =>
    runs.length > diverged.length ? [runs.length - diverged.length] : [],
  )
  const missing = series.filter(({ runs }) => averageSeries(runs, x).missing > 0).length
  const diverged = series.some((one) => one.diverged.length > 0)
  const join = message(locale, 'sentence.join')
  const band =
    counts.length === 0
      ? message(locale, 'report.curves.none')
      : counts.every((n) => n === 1)
        ? message(locale, 'report.curves.single')
        : message(locale, raw ? 'report.curves.band' : 'report.curves.bandNoRaw', { n: formatRanges(counts) })
  const extra = [
    ...(missing > 0 ? [message(locale, 'report.curves.missing', { count: missing })] : []),
    ...(diverged ? [message(locale, 'report.curves.diverged')] : []),
  ].join(join)
  const caption =
    x === 'seconds'
      ? message(locale, batches ? 'report.seconds.batches' : 'report.seconds.caption', { band })
      : message(locale, 'report.curves.caption', { band, missing: extra })
  const ends = series
    .flatMap(({ runs }) => runs.map(({ metrics }) => metrics.seconds.at(-1) ?? 0))
    .filter((value) => value > 0)
  const xScale = x === 'seconds' && Math.max(...ends) > 8 * Math.min(...ends) ? 'log' : 'linear'
  return curveFigure(page, id, curves, describe(series, locale), caption, { x, xScale, raw })
}

function accuracyFigure(page: Page, series: readonly SeriesSummary[], id: string): string {
  const { locale } = page
  const counts = series.flatMap(({ runs, diverged }) =>
    runs.length > diverged.length ? [runs.length - diverged.length] : [],
  )
  const band = counts.every((n) => n === 1)
    ? message(locale, 'report.accuracy.single')
    : message(locale, 'report.accuracy.band', { n: formatRanges(counts) })
  const list = series
    .slice(0, seriesDescribed)
    .flatMap(({ label, testAccuracy }) =>
      testAccuracy ? [`${label}: ${formatNumber(testAccuracy.mean * 100, 3)} %`] : [],
    )
    .join(message(locale, 'list.semicolon'))
  const shown = series.filter(({ runs }) =>
    runs.some(({ record }) => record.epochs.some((epoch) => epoch.testAccuracy !== undefined)),
  )
  return curveFigure(
    page,
    id,
    shown,
    message(locale, 'report.describe.curves', { list }),
    message(locale, 'report.accuracy.caption', { band }),
    {
      x: 'epoch',
      quantity: 'testAccuracy',
    },
  )
}

function curveFigure(
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

function stripFigure(page: Page, section: SectionSummary, id: string): string {
  const { locale } = page
  const anyInterval = section.series.some(({ final }) => final?.low != null)
  // A lone survivor is not a mean: it comes after those that have an interval, and those without a number come last.
  const group = ({ final }: SeriesSummary) => (final === null ? 2 : anyInterval && final.low === null ? 1 : 0)
  const ordered = section.series.toSorted(
    (a, b) => group(a) - group(b) || (a.final?.mean ?? 0) - (b.final?.mean ?? 0),
  )
  const rows = ordered.map(({ label, style, finals, final, diverged, incomplete }) => ({
    label,
    style,
    values: finals,
    interval: final,
    diverged: diverged.length,
    incomplete: incomplete.length,
  }))
  const single = rows.every(({ interval }) => interval?.low == null)
  const caption = single
    ? message(locale, 'report.finals.captionSingle', { bar: message(locale, 'report.finals.single') })
    : message(locale, 'report.finals.caption', { bar: message(locale, 'report.finals.bar') })
  const height = stripHeight(rows.length)
  return figure(
    page,
    id,
    message(locale, 'chart.axis.finalLoss'),
    describe(ordered, locale),
    caption,
    (width, pixels) => finalStrip(rows, { width, height: pixels, theme: 'light', locale }),
    { wide: height, narrow: height },
  )
}

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

/** A dash, and why. */
function none(why: string): string {
  return `<span class="none">— <small>${esc(why)}</small></span>`
}

function seriesHead({ label, style }: { label: string; style: SeriesStyle }): string {
  return `<th scope="row" class="series"><span>${swatch(style)}<i>${esc(label)}</i></span></th>`
}

/** A piece of the series' line with its marker. */
function swatch({ hue, dash, marker }: SeriesStyle): string {
  const color = themes.light.hues[hue]
  const shapes: Readonly<Record<string, string>> = {
    circle: 'M9.5,5a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0',
    rect: 'M10,2h6v6h-6z',
    triangle: 'M13,1.5l4,7h-8z',
    diamond: 'M13,1l4,4l-4,4l-4,-4z',
  }
  const path = marker.startsWith('path://')
    ? `<path transform="translate(9 1) scale(.8)" d="${esc(marker.slice(7))}" fill="${color}"/>`
    : `<path d="${shapes[marker] ?? ''}" fill="${color}"/>`
  const dashArray = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''
  return `<svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true"><path d="M0,5H26" stroke="${color}" stroke-width="2"${dashArray} fill="none"/>${path}</svg>`
}

interface Column {
  head: string
  note?: string
  numeric?: boolean
}

function table(
  page: Page,
  caption: string,
  columns: readonly Column[],
  rows: readonly { cells: string; strong?: boolean }[],
): string {
  const number = ++page.numbers.table
  const heads = columns
    .map(
      ({ head, note, numeric }) =>
        `<th scope="col"${numeric ? ' class="n"' : ''}>${esc(head)}${note ? `<small>${esc(note)}</small>` : ''}</th>`,
    )
    .join('')
  const label = message(page.locale, 'report.table', { number })
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${esc(label)}">`,
    '<table>',
    `<caption><div><b>${esc(label)}</b> ${esc(caption)}</div></caption>`,
    `<thead><tr>${heads}</tr></thead>`,
    '<tbody>',
    ...rows.map(({ cells, strong }) => `<tr${strong ? ' class="first"' : ''}>${cells}</tr>`),
    '</tbody>',
    '</table>',
    '</div>',
  ].join('\n')
}

function resultsTable(page: Page, section: SectionSummary): string {
  const { locale } = page
  const { series, lowest, tied } = section
  const final = intervalColumn(series.map((one) => one.final))
  const test = intervalColumn(series.map(({ testAccuracy }) => testAccuracy))
  const train = intervalColumn(series.map(({ trainAccuracy }) => trainAccuracy))
  const hasTest = series.some(({ testAccuracy }) => testAccuracy)
  const hasTrain = series.some(({ trainAccuracy }) => trainAccuracy)
  const hasDiverged = series.some(({ diverged }) => diverged.length > 0)
  const several = series.length > 1
  const { plain, decimals } = columnDecimals(series.map((one) => one.final))
  const fixed = (value: number) => (plain ? formatFixed(value, decimals) : formatNumber(value))
  const columns: Column[] = [
    { head: message(locale, 'report.column.series') },
    {
      head: message(locale, 'report.column.final'),
      note: message(locale, 'report.column.finalNote'),
      numeric: true,
    },
    ...(several
      ? [
          {
            head: message(locale, 'report.column.delta'),
            note: message(locale, 'report.column.deltaNote'),
            numeric: true,
          },
        ]
      : []),
    ...(hasTest
      ? [
          {
            head: message(locale, 'report.column.testAccuracy'),
            note: message(locale, 'report.column.finalNote'),
            numeric: true,
          },
        ]
      : []),
    ...(hasTrain
      ? [
          {
            head: message(locale, 'report.column.trainAccuracy'),
            note: message(locale, 'report.column.finalNote'),
            numeric: true,
          },
        ]
      : []),
    {
      head: message(locale, 'report.column.sd'),
      note: message(locale, 'report.column.sdNote'),
      numeric: true,
    },
    { head: message(locale, 'report.column.median'), numeric: true },
    {
      head: message(locale, 'report.column.best'),
      note: message(locale, 'report.column.bestNote'),
      numeric: true,
    },
    {
      head: message(locale, 'report.column.step'),
      note: message(locale, 'report.column.bestStep'),
      numeric: true,
    },
    { head: message(locale, 'report.column.n'), note: message(locale, 'report.column.nNote'), numeric: true },
    ...(hasDiverged ? [{ head: message(locale, 'report.column.diverged'), numeric: true }] : []),
    { head: message(locale, 'report.column.time'), numeric: true },
  ]
  const rows = series.map((one, index) => {
    const why = whyNone(one, locale)
    const cell = (html: string) => `<td class="n">${html}</td>`
    const value = (text: string | null, reason = why) => cell(text === null ? none(reason) : esc(text))
    const cells = [
      seriesHead(one),
      cell(
        one.final
          ? (tied.includes(index)
              ? `<span class="tied" title="${esc(message(locale, 'report.tied'))}">≈</span> `
              : '') + esc(final(one.final))
          : none(why),
      ),
      ...(several ? [cell(deltaHtml(one, section, decimals, locale))] : []),
      ...(hasTest
        ? [
            value(
              one.testAccuracy && test(one.testAccuracy),
              one.final ? message(locale, 'report.why.unmeasured') : why,
            ),
          ]
        : []),
      ...(hasTrain
        ? [
            value(
              one.trainAccuracy && train(one.trainAccuracy),
              one.final ? message(locale, 'report.why.unmeasured') : why,
            ),
          ]
        : []),
      value(
        one.sd === null ? null : sdText(one.sd, plain, decimals),
        one.final ? message(locale, 'report.why.single') : why,
      ),
      value(one.median === null ? null : fixed(one.median)),
      value(one.best && fixed(one.best.value)),
      value(one.best && formatInteger(one.best.step)),
      cell(String(one.finals.length)),
      ...(hasDiverged ? [cell(divergedHtml(one, locale))] : []),
      value(
        one.secondsPerEpoch && formatDuration(locale, one.secondsPerEpoch.mean),
        one.final ? message(locale, 'report.why.unmeasured') : why,
      ),
    ]
    return { cells: cells.join(''), strong: several && index === lowest }
  })
  const single = series.every((one) => one.final?.low == null)
  const caption = [
    message(
      locale,
      lowest === null
        ? 'report.results.captionNone'
        : single
          ? 'report.results.captionSingle'
          : 'report.results.caption',
    ),
    ...(several && lowest !== null
      ? [message(locale, 'report.results.delta', { label: (series[0] as SeriesSummary).label })]
      : []),
  ].join(message(locale, 'sentence.join'))
  return table(page, caption, columns, rows)
}

/** The column's decimals, or two digits where those would show nothing. */
function sdText(sd: number, plain: boolean, decimals: number): string {
  return plain && (sd === 0 || sd >= 10 ** -decimals) ? formatFixed(sd, decimals) : formatNumber(sd, 2)
}

function deltaHtml(one: SeriesSummary, section: SectionSummary, decimals: number, locale: Locale): string {
  if (one.isBaseline)
    return `<span class="none"><small>${esc(message(locale, 'report.baseline'))}</small></span>`
  if (one.delta === null)
    return none(one.final ? message(locale, 'report.why.baseline') : whyNone(one, locale))
  const baseline = section.series[0]?.final?.mean ?? 1
  const text = Math.abs(baseline) < 1e-4 ? formatNumber(one.delta, 2) : formatSigned(one.delta, decimals)
  if (one.delta === 0) return esc(text)
  return one.delta > 0 ? `${esc(text)} <span class="up">▲</span>` : `${esc(text)} <span class="down">▼</span>`
}

function divergedHtml({ diverged, runs }: SeriesSummary, locale: Locale): string {
  if (diverged.length === 0) return `<span class="none">${esc(message(locale, 'report.why.zero'))}</span>`
  const steps = diverged.flatMap(({ step }) => (step === null ? [] : [step]))
  const [least, most] = [Math.min(...steps), Math.max(...steps)]
  const range =
    steps.length === 0
      ? '?'
      : least === most
        ? formatInteger(least)
        : `${formatInteger(least)}–${formatInteger(most)}`
  const of = message(locale, 'report.divergedOf', { diverged: diverged.length, total: runs.length })
  return `<span class="bad">${esc(of)}</span><small>${esc(message(locale, 'report.divergedAt', { steps: range, count: least === most ? 1 : 2 }))}</small>`
}

function whatWasRun(page: Page): string {
  const { summary, locale, options, comparison } = page
  const sections = summary.sections
  const column = (
    name: 'workload' | 'series' | 'optimizer' | 'set' | 'schedule' | 'batch' | 'epochs' | 'seeds' | 'device',
    numeric = false,
  ): Column => ({
    head: message(locale, `report.column.${name}`),
    numeric,
  })
  const many = new Set(sections.map(({ workload }) => workload)).size > 1
  const rows = sections.flatMap(({ series }) =>
    series.map((one) => {
      const { settings } = one
      const cells = [
        seriesHead(one),
        ...(many ? [`<td>${esc(settings.workload)}</td>`] : []),
        `<td>${esc(settings.optimizer)}</td>`,
        `<td>${esc(setText(settings.set, locale))}</td>`,
        `<td>${esc(scheduleText(settings.schedule, locale))}</td>`,
        `<td class="n">${formatInteger(settings.batch)}</td>`,
        `<td class="n">${formatInteger(settings.epochs)}</td>`,
        `<td class="n">${esc(formatRanges(one.seeds))}</td>`,
        `<td>${esc(settings.device)}</td>`,
      ]
      return { cells: cells.join('') }
    }),
  )
  const used = new Set(comparison.runs.map(({ record }) => record.settings.optimizer))
  const { formulas = {} } = options
  const rules = [...used].flatMap((id) => (Object.hasOwn(formulas, id) ? [formulas[id] as Formula] : []))
  return [
    '<section aria-labelledby="what">',
    `<h2 id="what">${esc(message(locale, 'report.run.title'))}</h2>`,
    table(
      page,
      message(locale, 'report.run.caption'),
      [
        column('series'),
        ...(many ? [column('workload')] : []),
        column('optimizer'),
        column('set'),
        column('schedule'),
        column('batch', true),
        column('epochs', true),
        column('seeds', true),
        column('device'),
      ],
      rows,
    ),
    ...(rules.length > 0
      ? [
          `<h3>${esc(message(locale, 'report.rules.title'))}</h3>`,
          '<div class="rules">',
          ...rules.map((rule) => ruleHtml(rule, locale)),
          '</div>',
        ]
      : []),
    '</section>',
  ].join('\n')
}

function ruleHtml({ tex, title, source }: Formula, locale: Locale): string {
  const math = katex.renderToString(tex, {
    output: 'mathml',
    displayMode: true,
    throwOnError: false,
    trust: false,
    strict: 'ignore',
  })
  return `<div class="rule"><h3>${esc(title)}</h3><div class="formula">${math}</div><p>${esc(message(locale, 'report.rules.source', { source }))}</p></div>`
}

function repeat({ comparison, summary, options, locale }: Page): string {
  const { experiment } = comparison
  const parts: string[] = []
  if (experiment) {
    const file = 'experiment.yaml'
    const source = compactYaml(experiment.source)
    parts.push(
      `<p>${esc(message(locale, 'report.repeat.file', { file }))}</p>`,
      `<pre><code>${esc(source.trimEnd())}</code></pre>`,
      `<p>${esc(message(locale, 'report.repeat.command'))}</p>`,
      `<pre><code>${esc(`npm run -s descent -- compare ${file} --out report`)}</code></pre>`,
    )
  } else {
    const commands = summary.sections.flatMap(({ series }) =>
      series.flatMap(({ settings, seeds }) =>
        seeds.map((seed) => `${trainCommand(settings)} --seed ${seed}`),
      ),
    )
    parts.push(
      `<p>${esc(message(locale, 'report.repeat.each'))}</p>`,
      `<pre><code>${esc(commands.join('\n'))}</code></pre>`,
    )
  }
  parts.push(`<p>${esc(message(locale, 'report.repeat.exact'))}</p>`)
  if (options.csv) parts.push(`<p>${esc(message(locale, 'report.repeat.data', options.csv))}</p>`)
  return `<section aria-labelledby="repeat">\n<h2 id="repeat">${esc(message(locale, 'report.repeat.title'))}</h2>\n${parts.join('\n')}\n</section>`
}

/** YAML with lists of numbers and maps of plain values on one line each. */
function compactYaml(value: unknown): string {
  const document = new Document(JSON.parse(JSON.stringify(value)))
  visit(document, {
    Collection: (_key, node) => {
      const items = node.items.map((item) =>
        typeof item === 'object' && item !== null && 'value' in item && 'key' in item ? item.value : item,
      )
      const plain = items.every((item) => isScalar(item))
      if (
        plain &&
        (isMap(node)
          ? node.items.length <= 4 && !node.has('title')
          : items.every((item) => isScalar(item) && typeof item.value !== 'string'))
      )
        node.flow = true
      if (isCollection(node) && node.items.length === 0) node.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function versionsOf({ runs }: Comparison): Readonly<Record<string, string>> {
  return runs.find(({ record }) => record.provenance)?.record.provenance?.versions ?? {}
}

function provenance(page: Page): string {
  const { comparison, locale, options } = page
  const records = comparison.runs.map(({ record }) => record)
  const unknown = message(locale, 'report.provenance.unknown')
  /** The distinct values; with counts where there are several. */
  const tally = (values: readonly string[]) => {
    const counts = Map.groupBy(values, (value) => value)
    if (counts.size === 0) return unknown
    if (counts.size === 1) return [...counts.keys()][0] as string
    return [...counts]
      .map(([value, same]) =>
        message(locale, 'report.provenance.someRuns', { value, count: same.length, total: values.length }),
      )
      .join(message(locale, 'list.semicolon'))
  }
  const versions = records.map(({ provenance: known }) =>
    known
      ? Object.entries(known.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')
      : unknown,
  )
  const engines = records.map(({ provenance: known }) => known?.engine ?? unknown)
  const devices = records.map(({ provenance: known }) => known?.device ?? unknown)
  const differing = [
    [versions, 'report.provenance.versions'],
    [engines, 'report.provenance.engine'],
    [devices, 'report.provenance.device'],
  ] as const
  const mixed = differing
    .filter(([values]) => new Set(values).size > 1)
    .map(([, key]) => message(locale, key))
  const times = records
    .flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt].filter((time) => time !== null))
    .sort()
  const restarts = records.reduce((count, record) => count + record.restarts, 0)
  const { experiment } = comparison
  const rows: [string, string][] = [
    [message(locale, 'report.provenance.versions'), esc(tally(versions))],
    [message(locale, 'report.provenance.engine'), esc(tally(engines))],
    [message(locale, 'report.provenance.device'), esc(tally(devices))],
    [
      message(locale, 'report.provenance.seeds'),
      esc(formatRanges(records.map(({ settings }) => settings.seed))),
    ],
    ...(experiment
      ? ([
          [
            message(locale, 'report.provenance.experiment'),
            `<span class="mono">${esc(experiment.id)}</span>`,
          ],
          [message(locale, 'report.provenance.hash'), `<span class="mono">${esc(experiment.hash)}</span>`],
        ] as [string, string][])
      : []),
    ...(times.length > 0
      ? ([
          [
            message(locale, 'report.provenance.ran'),
            esc(`${formatTime(times[0] as string)} – ${formatTime(times.at(-1) as string)}`),
          ],
        ] as [string, string][])
      : []),
    [message(locale, 'report.provenance.made'), esc(formatTime(options.now))],
    ...(restarts > 0
      ? ([
          [
            message(locale, 'report.provenance.restarts'),
            esc(message(locale, 'report.provenance.restartsText', { count: restarts })),
          ],
        ] as [string, string][])
      : []),
  ]
  return [
    '<section aria-labelledby="provenance">',
    `<h2 id="provenance">${esc(message(locale, 'report.provenance.title'))}</h2>`,
    mixed.length > 0
      ? `<p class="warn">${esc(message(locale, 'report.provenance.differ', { what: mixed.join(message(locale, 'list.comma')) }))}</p>`
      : '',
    `<dl class="facts2">${rows.map(([name, value]) => `<dt>${esc(name)}</dt><dd>${value}</dd>`).join('\n')}</dl>`,
    datasetsTable(page),
    runsTable(page),
    '</section>',
  ]
    .filter(Boolean)
    .join('\n')
}

function datasetsTable(page: Page): string {
  const { comparison, locale } = page
  const files = new Map(
    comparison.runs
      .flatMap(({ record }) => record.provenance?.datasets ?? [])
      .map((dataset) => [`${dataset.id}\n${dataset.file}\n${dataset.sha1}`, dataset]),
  )
  if (files.size === 0) return ''
  return table(
    page,
    message(locale, 'report.datasets.caption'),
    [
      { head: message(locale, 'report.column.dataset') },
      { head: message(locale, 'report.column.file') },
      { head: 'SHA-1' },
    ],
    [...files.values()].map(({ id, file, sha1 }) => ({
      cells: `<th scope="row">${esc(id)}</th><td class="mono">${esc(file)}</td><td class="mono">${esc(sha1)}</td>`,
    })),
  )
}

function runsTable(page: Page): string {
  const { summary, locale, options } = page
  const rows = summary.sections.flatMap(({ series }) =>
    series.flatMap((one) =>
      one.runs.map(({ record }) => {
        const diverged = one.diverged.find(({ seed }) => seed === record.settings.seed)
        const loss = record.final.trainLoss
        const status = message(locale, `status.${diverged ? 'diverged' : record.status}`)
        const at =
          diverged && diverged.step !== null
            ? ` <small>${esc(message(locale, 'chart.axis.step'))} ${formatInteger(diverged.step)}</small>`
            : ''
        const finalCell =
          !diverged && loss !== null && Number.isFinite(loss) ? esc(formatNumber(loss, 6)) : none(status)
        const cells = [
          `<th scope="row" class="mono">${esc(record.id)}</th>`,
          `<td>${esc(one.label)}</td>`,
          `<td class="n">${record.settings.seed}</td>`,
          `<td${diverged ? ' class="bad"' : ''}>${esc(status)}${at}</td>`,
          `<td class="n">${finalCell}</td>`,
          `<td>${record.startedAt ? esc(formatTime(record.startedAt)) : none(message(locale, 'report.provenance.unknown'))}</td>`,
        ]
        return { cells: cells.join('') }
      }),
    ),
  )
  const html = table(
    page,
    message(locale, 'report.runs.caption'),
    [
      { head: message(locale, 'report.column.run') },
      { head: message(locale, 'report.column.series') },
      { head: message(locale, 'report.column.seed'), numeric: true },
      { head: message(locale, 'report.column.status') },
      { head: message(locale, 'report.column.final'), numeric: true },
      { head: message(locale, 'report.column.started') },
    ],
    rows,
  )
  if (rows.length <= runsShown) return html
  return `<details${options.unfolded ? ' open' : ''}>\n<summary>${esc(message(locale, 'report.runs.show', { count: formatInteger(rows.length) }))}</summary>\n${html}\n</details>`
}

function method({ summary, locale }: Page): string {
  const workloads = [...new Set(summary.sections.map(({ workload }) => workload))]
  const finals = workloads.map((workload) => {
    const key = `report.method.final.${workload}`
    return isMessageKey(key)
      ? message(locale, 'report.method.final', {
          workload,
          detail: message(locale, key as 'report.method.final.airfoil'),
        })
      : message(locale, 'report.method.final.other')
  })
  const notes = [
    ...new Set(finals),
    ...(['best', 'time', 'band', 'overlap', 'diverged', 'smoothing'] as const).map((name) =>
      message(locale, `report.method.${name}`),
    ),
  ]
  return `<section aria-labelledby="method">\n<h2 id="method">${esc(message(locale, 'report.method.title'))}</h2>\n<ul class="method">\n${notes.map((note) => `<li>${esc(note)}</li>`).join('\n')}\n</ul>\n</section>`
}
