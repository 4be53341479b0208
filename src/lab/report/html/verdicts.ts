import { allVerdicts, mostRows, verdictRows, type VerdictRow } from '../../../comparison/verdict-rows.ts'
import {
  callSymbols,
  callWord,
  differenceCell,
  effectCell,
  equivalenceCell,
  furtherCell,
  improvementCell,
  marginText,
  middleInterval,
  middleText,
  pairsCaption,
  pCell,
} from '../../../comparison/verdict-text.ts'
import { columnDecimals, intervalColumn } from '../../../comparison/present.ts'
import {
  mostCrossed,
  verdictOf,
  type PairVerdict,
  type SectionVerdicts,
} from '../../../comparison/verdict.ts'
import type { MiddleName } from '../../../comparison/middles.ts'
import type { SectionSummary, SeriesSummary } from '../../../comparison/summary.ts'
import { lookThreats } from '../../../comparison/looks-text.ts'
import { threatsTo } from '../../../comparison/threats.ts'
import { tuningThreats } from '../../../comparison/tuning-text.ts'
import { formatInteger } from '../../../locales/format.ts'
import { message, type Locale } from '../../../locales/message.ts'
import { escapeXml as esc } from '../render.ts'
import { numberCell, section, sectionTitle, seriesHead, table, textCell, type Column } from './elements.ts'
import type { Page } from './page.ts'

/** Tables of more rows are folded on screen. */
const unfoldedRows = 15

/** Who is better than whom: a matrix to look at and the numbers behind it. */
export function verdicts(page: Page, one: SectionSummary): string {
  const judged = allVerdicts(one).filter(({ pairs }) => pairs.length > 0)
  if (judged.length === 0) return ''
  return [
    `<h3>${esc(message(page.locale, 'report.verdict.title'))}</h3>`,
    ...judged.flatMap((each) => [matrix(page, one, each), pairs(page, one, each)]),
  ].join('\n')
}

function matrix(page: Page, { series }: SectionSummary, judged: SectionVerdicts): string {
  const { locale } = page
  if (series.length > mostCrossed || judged.pairs.every(({ p }) => p === null)) return ''
  // Many labels side by side are wider than a page.
  const isNumbered = series.length > 5
  const columns: Column<number>[] = [
    {
      head: message(locale, 'report.column.series'),
      cell: (row) => {
        const { label, style } = series[row] as SeriesSummary
        return seriesHead({ style, label: isNumbered ? `${row + 1}. ${label}` : label })
      },
    },
    ...series.map(({ label }, column): Column<number> => ({
      head: isNumbered ? String(column + 1) : label,
      cell: (row) => {
        const verdict = verdictOf(judged, row, column)
        if (!verdict) return '<td class="call"></td>'
        const { call } = verdict
        if (isNumbered) {
          const word = esc(callWord(call, locale))
          return `<td class="call ${call}" title="${word}"><b role="img" aria-label="${word}">${callSymbols[call]}</b></td>`
        }
        return `<td class="call ${call}"><b aria-hidden="true">${callSymbols[call]}</b> ${esc(callWord(call, locale))}</td>`
      },
    })),
  ]
  const caption = message(locale, 'report.verdict.matrix', {
    quantity: message(locale, `chart.quantity.${judged.quantity}`),
    margin: marginText(judged.margin, locale),
  })
  return table(page, caption, columns, [...series.keys()])
}

const callCell = ({ call }: PairVerdict, locale: Locale): string =>
  `<td class="call ${call}"><b aria-hidden="true">${callSymbols[call]}</b> ${esc(callWord(call, locale))}</td>`

function pairs(page: Page, { series }: SectionSummary, judged: SectionVerdicts): string {
  const { locale, options } = page
  const all = verdictRows(judged, series, mostRows)
  const text = (name: 'a' | 'b', say: (row: VerdictRow) => string): Column<VerdictRow> => ({
    head: message(locale, `report.verdict.${name}`),
    cell: (row) => textCell(say(row)),
  })
  const number = (
    name: 'n' | 'difference' | 'improvement' | 'effect' | 'p' | 'equivalence' | 'further',
    say: (row: VerdictRow, locale: Locale) => string,
    note?: 'nNote' | 'effectNote' | 'pNote' | 'equivalenceNote',
  ): Column<VerdictRow> => ({
    head: message(locale, `report.verdict.${name}`),
    note: note && message(locale, `report.verdict.${note}`),
    numeric: true,
    cell: (row) => numberCell(esc(say(row, locale))),
  })
  const columns = [
    text('a', ({ a }) => a),
    text('b', ({ b }) => b),
    { head: message(locale, 'report.verdict.call'), cell: ({ pair }: VerdictRow) => callCell(pair, locale) },
    number('n', ({ pair }) => String(pair.seeds.length), 'nNote'),
    number('difference', differenceCell),
    number('improvement', improvementCell),
    number('effect', effectCell, 'effectNote'),
    number('p', pCell, 'pNote'),
    number('equivalence', equivalenceCell, 'equivalenceNote'),
    number('further', furtherCell),
  ]
  const caption = pairsCaption(judged, locale)
  const whole = table(page, caption, columns, all)
  if (all.length <= unfoldedRows || options.unfolded) return whole
  const summary = message(locale, 'report.verdict.show', { count: formatInteger(all.length) })
  return `<details><summary>${esc(summary)}</summary>\n${whole}\n</details>`
}

/** Interquartile means and medians beside the means, where there are seeds enough for an interval. */
export function middlesTable(page: Page, { series }: SectionSummary): string {
  const { locale } = page
  const measured = series.filter(({ finals, middles }) => finals.length > 1 && middles)
  if (measured.length === 0) return ''
  const { plain, decimals } = columnDecimals(series.map(({ final }) => final))
  const digits = plain ? decimals : 8
  const writeFinal = intervalColumn(series.map(({ final }) => final))
  const middle = (name: MiddleName): Column<SeriesSummary>[] => {
    return [
      {
        head: message(locale, `report.column.${name}`),
        numeric: true,
        cell: ({ middles }) => numberCell(esc(middles ? middleText(middles[name], digits, locale) : '')),
      },
      {
        head: message(locale, 'report.column.interval'),
        numeric: true,
        cell: ({ middles }) => numberCell(esc(middles ? middleInterval(middles, name, digits, locale) : '')),
      },
    ]
  }
  const columns: Column<SeriesSummary>[] = [
    { head: message(locale, 'report.column.series'), cell: seriesHead },
    {
      head: message(locale, 'report.column.final'),
      note: message(locale, 'report.column.finalNote'),
      numeric: true,
      cell: ({ final }) => numberCell(esc(final ? writeFinal(final) : '')),
    },
    ...middle('iqm'),
    ...middle('median'),
  ]
  return table(page, message(locale, 'report.middles.caption'), columns, measured)
}

/** What could make the numbers say something else than the truth. */
export function threats(page: Page): string {
  const { locale, summary, comparison } = page
  const { sections, repeatCount } = summary
  const general = [
    ...(repeatCount > 0 ? [message(locale, 'threat.repeats', { count: repeatCount })] : []),
    ...(summary.tuning ? tuningThreats(summary.tuning, locale) : []),
    ...lookThreats(comparison.looks ?? [], locale),
  ]
  const several = sections.length > 1
  const found = sections.map((one) => ({ one, said: threatsTo(one, locale) }))
  const list = (said: readonly string[]) =>
    said.length > 0
      ? `<ul class="threats">\n${said.map((text) => `<li>${esc(text)}</li>`).join('\n')}\n</ul>`
      : ''
  const any = general.length > 0 || found.some(({ said }) => said.length > 0)
  return section(
    'threats',
    message(locale, 'threat.title'),
    any ? '' : `<p>${esc(message(locale, 'threat.none'))}</p>`,
    list(general),
    ...found.map(({ one, said }) =>
      said.length > 0 && several ? `<h3>${esc(sectionTitle(one, locale))}</h3>\n${list(said)}` : list(said),
    ),
  )
}
