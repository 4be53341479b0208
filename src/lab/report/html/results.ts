import { pictureStyles } from '../../../charts/palette.ts'
import {
  accuracyDecimals,
  formatAccuracy,
  formatDuration,
  formatFixed,
  formatInteger,
  formatNumber,
} from '../../../locales/format.ts'
import { message, type Locale } from '../../../locales/message.ts'
import {
  accuracyText,
  columnDecimals,
  differenceText,
  intervalColumn,
  trendOf,
  whyNone,
} from '../../../comparison/present.ts'
import { escapeXml as esc } from '../render.ts'
import type { SectionSummary, SeriesSummary } from '../../../comparison/summary.ts'
import { none, numberCell, section, sectionTitle, seriesHead, table, type Column } from './elements.ts'
import { accuracyFigure, curvesFigure, hasAccuracy, hasCurve, stripFigure } from './figures.ts'
import { measures } from './measures.ts'
import type { Page } from './page.ts'
import { middlesTable, verdicts } from './verdicts.ts'

/** The sections: curves, table and final losses of what can be compared with one another. */
export function results(page: Page): string[] {
  const { sections } = page.summary
  return sections.map((one, index) => {
    const { series } = one
    const title =
      sections.length > 1 ? sectionTitle(one, page.locale) : message(page.locale, 'report.results.title')
    // In the order of the page: figures and tables are numbered as they are made.
    return section(
      `section-${index}`,
      title,
      series.some(hasCurve) ? curvesFigure(page, series, `s${index}-epoch`, 'epoch') : '',
      resultsTable(page, one),
      verdicts(page, one),
      middlesTable(page, one),
      measures(page, one),
      series.some(({ final }) => final) ? stripFigure(page, one, `s${index}-finals`) : '',
      series.some(hasAccuracy) ? accuracyFigure(page, series, `s${index}-accuracy`) : '',
      series.some(hasCurve) ? curvesFigure(page, series, `s${index}-seconds`, 'seconds') : '',
    )
  })
}

/** Where an experiment crosses batch sizes, all of them together against time: the one axis they share. */
export function acrossBatches(page: Page): string[] {
  const { summary, locale } = page
  const split = Map.groupBy(
    summary.sections.filter(({ batch }) => batch !== null),
    ({ workload }) => workload,
  )
  return [...split].map(([workload, sections], index) => {
    const series = sections.flatMap((one) =>
      one.series.map((member) => ({
        ...member,
        label: `${member.label} · ${message(locale, 'report.section.batch', { batch: formatInteger(one.batch ?? 0) })}`,
      })),
    )
    const styles = pictureStyles(series.map(({ key, settings }) => ({ key, optimizer: settings.optimizer })))
    const styled = series.map((one) => ({ ...one, style: styles.get(one.key) ?? one.style }))
    return section(
      `batches-${index}`,
      `${workload}, ${message(locale, 'report.section.batches')}`,
      curvesFigure(page, styled, `b${index}-seconds`, 'seconds', true),
    )
  })
}

type ColumnName =
  | 'final'
  | 'delta'
  | 'testAccuracy'
  | 'trainAccuracy'
  | 'bestTestAccuracy'
  | 'sd'
  | 'best'
  | 'n'
  | 'diverged'
  | 'time'
type NoteName = 'finalNote' | 'deltaNote' | 'sdNote' | 'bestNote' | 'nNote'

function resultsTable(page: Page, section: SectionSummary): string {
  const { locale } = page
  const { series, lowest, tied } = section
  const several = series.length > 1
  const overlapping = new Set(tied.map((index) => series[index]))
  const { plain, decimals } = columnDecimals(series.map(({ final }) => final))
  const fixed = (value: number) => (plain ? formatFixed(value, decimals) : formatNumber(value))
  const number = (
    name: ColumnName,
    note: NoteName | null,
    html: (one: SeriesSummary) => string,
  ): Column<SeriesSummary> => ({
    head: message(locale, `report.column.${name}`),
    note: note ? message(locale, `report.column.${note}`) : undefined,
    numeric: true,
    cell: (one) => numberCell(html(one)),
  })
  /** The value, or why there is none: `whenFinal` where the series has a final loss. */
  const orNone = (
    value: string | null,
    one: SeriesSummary,
    whenFinal: 'report.why.single' | 'report.why.unmeasured' = 'report.why.unmeasured',
  ): string =>
    value === null ? none(one.final ? message(locale, whenFinal) : whyNone(one, locale)) : esc(value)
  /** A column of mean accuracies with their intervals, where any series has one, and differences to the baseline. */
  const accuracies = (name: 'testAccuracy' | 'trainAccuracy'): Column<SeriesSummary>[] => {
    if (!series.some(({ endings }) => endings[name])) return []
    const baseline = section.baseline.endings[name]?.mean ?? 1
    return [
      number(name, 'finalNote', (one) => {
        const ending = one.endings[name]
        const text = orNone(ending && accuracyText(ending), one)
        if (ending?.delta == null) return text
        const delta = differenceText(ending.delta, baseline, accuracyDecimals)
        return `${text}<small>Δ ${arrowed(delta, trendOf(ending.delta, true))}</small>`
      }),
    ]
  }
  const bestTest: Column<SeriesSummary>[] = series.some((one) => one.bestTestAccuracy)
    ? [
        number('bestTestAccuracy', 'bestNote', (one) => {
          const best = one.bestTestAccuracy
          if (!best) return orNone(null, one)
          const epoch = message(locale, 'report.afterEpoch', { epoch: formatInteger(best.epoch + 1) })
          return `${esc(formatAccuracy(best.value))}<small>${esc(epoch)}</small>`
        }),
      ]
    : []
  const writeFinal = intervalColumn(series.map(({ final }) => final))
  const tie = `<span class="tied" title="${esc(message(locale, 'report.tied'))}">≈</span> `
  const columns: Column<SeriesSummary>[] = [
    { head: message(locale, 'report.column.series'), cell: seriesHead },
    number('final', 'finalNote', (one) =>
      one.final
        ? `${overlapping.has(one) ? tie : ''}${esc(writeFinal(one.final))}`
        : none(whyNone(one, locale)),
    ),
    ...(several ? [number('delta', 'deltaNote', (one) => deltaHtml(one, section, decimals, locale))] : []),
    ...accuracies('testAccuracy'),
    ...accuracies('trainAccuracy'),
    ...bestTest,
    number('sd', 'sdNote', (one) =>
      orNone(one.sd === null ? null : sdText(one.sd, plain, decimals), one, 'report.why.single'),
    ),
    number('best', 'bestNote', (one) => {
      if (!one.best) return orNone(null, one)
      const at = message(locale, 'report.atStep', { steps: formatInteger(one.best.step), count: 1 })
      return `${esc(fixed(one.best.value))}<small>${esc(at)}</small>`
    }),
    number('n', 'nNote', (one) => String(one.finals.length)),
    ...(series.some(({ diverged }) => diverged.length > 0)
      ? [number('diverged', null, (one) => divergedHtml(one, locale))]
      : []),
    number('time', null, (one) =>
      orNone(one.secondsPerEpoch && formatDuration(locale, one.secondsPerEpoch.mean), one),
    ),
  ]
  const winner = several && lowest !== null ? series[lowest] : undefined
  return table(page, resultsCaption(section, locale), columns, series, (one) => one === winner)
}

function resultsCaption({ series, lowest, baseline }: SectionSummary, locale: Locale): string {
  const hasDifferences = series.length > 1 && lowest !== null
  const isSingle = series.every(({ final }) => final?.low == null)
  const what =
    lowest === null
      ? 'report.results.captionNone'
      : isSingle
        ? 'report.results.captionSingle'
        : 'report.results.caption'
  return [
    message(locale, what),
    ...(hasDifferences ? [message(locale, 'report.results.delta', { label: baseline.label })] : []),
    ...(hasDifferences && series.some(({ endings }) => endings.testAccuracy ?? endings.trainAccuracy)
      ? [message(locale, 'report.results.deltaAccuracy')]
      : []),
  ].join(message(locale, 'sentence.join'))
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
  const baseline = section.baseline.final?.mean ?? 1
  const text = differenceText(one.delta, baseline, decimals)
  return arrowed(text, trendOf(one.delta))
}

/** A difference with its arrow, coloured by whether it is for the better. */
function arrowed(text: string, trend: ReturnType<typeof trendOf>): string {
  if (!trend) return esc(text)
  return `${esc(text)} <span class="${trend.isBetter ? 'better' : 'worse'}">${trend.arrow}</span>`
}

function divergedHtml({ diverged, runs }: SeriesSummary, locale: Locale): string {
  if (diverged.length === 0) return `<span class="none">${esc(message(locale, 'report.why.zero'))}</span>`
  const steps = diverged.flatMap(({ step }) => step ?? [])
  const [least, most] = [Math.min(...steps), Math.max(...steps)]
  const range =
    steps.length === 0
      ? '?'
      : least === most
        ? formatInteger(least)
        : `${formatInteger(least)}–${formatInteger(most)}`
  const of = message(locale, 'report.divergedOf', { diverged: diverged.length, total: runs.length })
  return `<span class="bad">${esc(of)}</span><small>${esc(message(locale, 'report.atStep', { steps: range, count: least === most ? 1 : 2 }))}</small>`
}
