import type { Comparison } from '../../charts/comparison.ts'
import {
  formatAccuracy,
  formatFixed,
  formatInteger,
  formatNumber,
  formatRanges,
} from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import {
  accuracyText,
  columnDecimals,
  intervalColumn,
  scheduleText,
  setText,
  whyNone,
} from '../../comparison/present.ts'
import { summarise, type SectionSummary } from '../../comparison/summary.ts'
import { escapeTex, oneLine } from '../../text/tex.ts'
import { tuningSentences, tuningTable } from '../../comparison/tuning-text.ts'
import type { TuningSummary } from '../../comparison/tuning.ts'
import { allVerdicts, mostRows, verdictRows } from '../../comparison/verdict-rows.ts'
import {
  callWord,
  differenceCell,
  effectCell,
  equivalenceCell,
  improvementCell,
  middleText,
  pairsCaption,
  pCell,
} from '../../comparison/verdict-text.ts'
import type { SectionVerdicts } from '../../comparison/verdict.ts'

/** The tables of results for `\input`: needs `\usepackage{booktabs,amssymb}`, and `\usepackage{ctex}` for Chinese. */
export function texTables(comparison: Comparison, locale: Locale, now: Date): string {
  const { sections, tuning } = summarise(comparison.runs, comparison)
  return [
    `% ${oneLine(comparison.title)}`,
    `% Descent Lab, ${now.toISOString()}${comparison.experiment ? `, experiment ${oneLine(comparison.experiment.id)} (${oneLine(comparison.experiment.hash)})` : ''}`,
    `% \\usepackage{booktabs,amssymb}${locale === 'zh-CN' ? ' \\usepackage{ctex}' : ''}`,
    ...sections.map((section, index) =>
      resultsTable(comparison, section, index + 1, sections.length, locale),
    ),
    ...sections.flatMap((section, index) =>
      allVerdicts(section)
        .filter(({ pairs }) => pairs.length > 0)
        .map((verdicts) => verdictTable(section, verdicts, index + 1, locale)),
    ),
    ...(tuning ? tuningTables(tuning, locale) : []),
    '',
  ].join('\n')
}

/** The judged pairs with their numbers. */
function verdictTable(
  { series }: SectionSummary,
  verdicts: SectionVerdicts,
  number: number,
  locale: Locale,
): string {
  const { quantity } = verdicts
  const heads = ['a', 'b', 'call', 'n', 'difference', 'improvement', 'effect', 'p', 'equivalence'] as const
  const rows = verdictRows(verdicts, series, mostRows).map((row) => [
    row.a,
    row.b,
    callWord(row.pair.call, locale),
    String(row.pair.seeds.length),
    differenceCell(row, locale),
    improvementCell(row, locale),
    effectCell(row, locale),
    pCell(row, locale),
    equivalenceCell(row, locale),
  ])
  const noted = heads.map((name) => {
    const head = message(locale, `report.verdict.${name}`)
    return name === 'p' || name === 'equivalence'
      ? `${head} (${message(locale, `report.verdict.${name}Note`)})`
      : head
  })
  const caption = pairsCaption(verdicts, locale)
  const table = texTable({
    caption,
    label: `${number}-verdicts-${quantity}`,
    separation: 3,
    alignment: 'lllrrrrrr',
    head: noted,
    rows: rows.map((row) => row.map(escapeTex)),
  })
  return `\n${table}`
}

/** What was searched and found, a table a workload. */
function tuningTables(tuning: TuningSummary, locale: Locale): string[] {
  const byWorkload = [...Map.groupBy(tuning.contestants, ({ workload }) => workload)]
  return byWorkload.map(([workload, contestants], index) => {
    const { head, rows, numeric } = tuningTable(tuning, contestants, locale)
    const title = `${message(locale, 'tuning.title')}${byWorkload.length > 1 ? `, ${workload}` : ''}`
    const caption = [`${title}.`, ...tuningSentences(tuning, locale)].join(message(locale, 'sentence.join'))
    const table = texTable({
      caption,
      label: `tuning-${index + 1}`,
      separation: 4,
      alignment: numeric.map((right) => (right ? 'r' : 'l')).join(''),
      head,
      rows: rows.map((row) => row.map(escapeTex)),
    })
    return `\n${table}`
  })
}

function resultsTable(
  comparison: Comparison,
  section: SectionSummary,
  number: number,
  count: number,
  locale: Locale,
): string {
  const { series, lowest, tied } = section
  const final = intervalColumn(series.map((one) => one.final))
  const { decimals } = columnDecimals(series.map((one) => one.final))
  const accuracies = (['testAccuracy', 'trainAccuracy'] as const).filter((name) =>
    series.some(({ endings }) => endings[name]),
  )
  const anyBest = series.some((one) => one.bestTestAccuracy)
  const none = (why: string) => `--- {\\footnotesize ${escapeTex(why)}}`
  const heads = [
    message(locale, 'report.column.series'),
    message(locale, 'report.column.final'),
    ...accuracies.map((name) => message(locale, `report.column.${name}`)),
    ...(anyBest ? [message(locale, 'report.column.bestTestAccuracy')] : []),
    message(locale, 'report.column.sd'),
    message(locale, 'report.column.iqm'),
    message(locale, 'report.column.median'),
    message(locale, 'report.column.best'),
    message(locale, 'report.column.step'),
    message(locale, 'report.column.n'),
    message(locale, 'report.column.diverged'),
  ]
  const rows = series.map((one, index) => {
    const why = whyNone(one, locale)
    const { bestTestAccuracy: best } = one
    const bold = (text: string) =>
      index === lowest ? `\\textbf{${text}}` : tied.includes(index) ? `$\\approx$~${text}` : text
    return [
      escapeTex(one.label),
      one.final ? bold(escapeTex(final(one.final))) : none(why),
      ...accuracies.map((name) => {
        const ending = one.endings[name]
        return ending ? escapeTex(accuracyText(ending)) : none(why)
      }),
      ...(anyBest ? [best ? escapeTex(formatAccuracy(best.value)) : none(why)] : []),
      one.sd === null
        ? none(one.final ? message(locale, 'report.why.single') : why)
        : escapeTex(formatNumber(one.sd, 2)),
      ...(['iqm', 'median'] as const).map((name) =>
        one.middles ? escapeTex(middleText(one.middles[name], decimals, locale)) : none(why),
      ),
      one.best ? escapeTex(formatFixed(one.best.value, 5)) : none(why),
      one.best ? escapeTex(formatInteger(one.best.step)) : none(why),
      String(one.finals.length),
      one.diverged.length === 0 ? '0' : `${one.diverged.length}/${one.runs.length}`,
    ]
  })
  const title = [
    comparison.title,
    ...(count > 1 ? [section.workload] : []),
    ...(section.batch === null ? [] : [message(locale, 'report.section.batch', { batch: section.batch })]),
  ].join(', ')
  const caption = message(
    locale,
    series.some((one) => one.final?.low != null) ? 'report.results.caption' : 'report.results.captionSingle',
  )
  const table = texTable({
    caption: `${title}. ${message(locale, 'report.column.final')}: ${message(locale, 'report.column.finalNote')}. ${caption}`,
    label: String(number),
    separation: 4,
    alignment: `l${'r'.repeat(heads.length - 1)}`,
    head: heads,
    rows,
  })
  return [
    '',
    ...series.map(
      (one) =>
        `% ${oneLine(one.label)}: ${oneLine(one.settings.optimizer)}, ${oneLine(setText(one.settings.set, locale))}; ${oneLine(scheduleText(one.settings.schedule, locale))}; batch ${one.settings.batch}; ${one.settings.epochs} epochs; seeds ${formatRanges(one.seeds)}`,
    ),
    table,
  ].join('\n')
}

/** A floating table. @param rows cells that are TeX already */
function texTable({
  caption,
  label,
  separation,
  alignment,
  head,
  rows,
}: {
  caption: string
  label: string
  /** Between columns, in points. */
  separation: number
  alignment: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}): string {
  return [
    '\\begin{table}[htbp]',
    '  \\centering',
    `  \\caption{${escapeTex(caption)}}`,
    `  \\label{tab:descent-${label}}`,
    `  \\footnotesize\\setlength{\\tabcolsep}{${separation}pt}`,
    `  \\begin{tabular}{${alignment}}`,
    '    \\toprule',
    `    ${head.map(escapeTex).join(' & ')} \\\\`,
    '    \\midrule',
    ...rows.map((row) => `    ${row.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')
}
