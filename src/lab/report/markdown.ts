import type { Comparison } from '../../charts/comparison.ts'
import { findings } from '../../comparison/findings.ts'
import type { MeasureTable } from '../../comparison/measures/common.ts'
import { measuresOf, profileTable, trialTables } from '../../comparison/measures/tables.ts'
import { toMarkdown } from '../../comparison/text-table.ts'
import {
  accuracyText,
  columnDecimals,
  intervalColumn,
  scheduleText,
  setText,
  whyNone,
} from '../../comparison/present.ts'
import { summarise, type SectionSummary } from '../../comparison/summary.ts'
import { lookThreats } from '../../comparison/looks-text.ts'
import { threatsTo } from '../../comparison/threats.ts'
import { tunability } from '../../comparison/tuning-charts.ts'
import { tuningSentences, tuningTable, tuningThreats } from '../../comparison/tuning-text.ts'
import type { TuningSummary } from '../../comparison/tuning.ts'
import { allVerdicts, mostRows, verdictRows } from '../../comparison/verdict-rows.ts'
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
} from '../../comparison/verdict-text.ts'
import { formatFixed, formatInteger, formatRanges, formatTime } from '../../locales/format.ts'
import { message, type Locale } from '../../locales/message.ts'
import { bootstrapCount, bootstrapSeed } from '../../math/bootstrap.ts'
import { sectionTitle } from './html/elements.ts'

/** The report's words and tables for an issue, a pull request or a notebook; figures are left to the HTML. */
export function markdownReport(comparison: Comparison, locale: Locale, now: Date): string {
  const summary = summarise(comparison.runs, comparison)
  const { sections, repeatCount } = summary
  const several = sections.length > 1
  const threats = [
    ...(repeatCount > 0 ? [message(locale, 'threat.repeats', { count: repeatCount })] : []),
    ...(summary.tuning ? tuningThreats(summary.tuning, locale) : []),
    ...lookThreats(comparison.looks ?? [], locale),
    ...sections.flatMap((one) => threatsTo(one, locale)),
  ]
  const profile = profileTable(sections, locale)
  return [
    `# ${escaped(comparison.title)}`,
    ...(comparison.question
      ? [`${message(locale, 'report.question')}: ${escaped(comparison.question)}`]
      : []),
    `## ${message(locale, 'report.findings')}`,
    ...(sections.length === 0 ? [message(locale, 'tuning.nothing')] : []),
    ...sections.map((one) => {
      const said = findings(one, locale, (label) => `**${escaped(label)}**`).join(
        message(locale, 'sentence.join'),
      )
      return several ? `**${escaped(sectionTitle(one, locale))}.** ${said}` : said
    }),
    ...sections.flatMap((one) => [
      `## ${several ? escaped(sectionTitle(one, locale)) : message(locale, 'report.results.title')}`,
      results(one, locale),
      ...verdicts(one, locale),
      ...measuresOf(one, locale).map(measure),
    ]),
    ...[...(profile ? [profile] : []), ...trialTables(summary, locale)].map(measure),
    ...(summary.tuning ? tuning(summary.tuning, locale) : []),
    `## ${message(locale, 'threat.title')}`,
    threats.length > 0
      ? [...new Set(threats)].map((text) => `- ${escaped(text)}`).join('\n')
      : message(locale, 'threat.none'),
    `## ${message(locale, 'report.run.title')}`,
    settings(sections, locale),
    `## ${message(locale, 'report.method.title')}`,
    [
      message(locale, 'report.method.verdict', {
        margin: marginText(sections[0]?.verdicts.margin ?? 0, locale),
      }),
      message(locale, 'report.method.bootstrap', {
        count: formatInteger(bootstrapCount),
        seed: bootstrapSeed,
      }),
      message(locale, 'report.method.diverged'),
    ]
      .map((text) => `- ${escaped(text)}`)
      .join('\n'),
    ...(comparison.experiment
      ? [
          `## ${message(locale, 'report.repeat.title')}`,
          `${message(locale, 'report.provenance.hash')}: \`${comparison.experiment.hash}\``,
          fenced(comparison.experiment.text),
        ]
      : []),
    message(locale, 'report.footerNoVersion', { date: formatTime(now) }),
    '',
  ].join('\n\n')
}

function results({ series, lowest, tied }: SectionSummary, locale: Locale): string {
  const final = intervalColumn(series.map((one) => one.final))
  const { plain, decimals } = columnDecimals(series.map((one) => one.final))
  const accuracies = (['testAccuracy', 'trainAccuracy'] as const).filter((name) =>
    series.some(({ endings }) => endings[name]),
  )
  const head = ['series', 'final', ...accuracies, 'iqm', 'median', 'n', 'diverged'] as const
  const rows = series.map((one, index) => {
    const middle = (name: 'iqm' | 'median') => {
      if (!one.middles) return whyNone(one, locale)
      const digits = plain ? decimals : 8
      const interval = middleInterval(one.middles, name, digits, locale)
      return `${middleText(one.middles[name], digits, locale)} ${interval}`.trim()
    }
    const sign = index === lowest ? '**' : ''
    return [
      one.label,
      one.final
        ? `${tied.includes(index) ? '≈ ' : ''}${sign}${final(one.final)}${sign}`
        : whyNone(one, locale),
      ...accuracies.map((name) => {
        const ending = one.endings[name]
        return ending ? accuracyText(ending) : whyNone(one, locale)
      }),
      middle('iqm'),
      middle('median'),
      String(one.finals.length),
      `${one.diverged.length}/${one.runs.length}`,
    ]
  })
  const numeric = head.map((name) => name !== 'series')
  return toMarkdown({ head: head.map((name) => message(locale, `report.column.${name}`)), rows, numeric })
}

function verdicts(section: SectionSummary, locale: Locale): string[] {
  return allVerdicts(section)
    .filter(({ pairs }) => pairs.length > 0)
    .map((judged) => {
      const columns = [
        'a',
        'b',
        'call',
        'n',
        'difference',
        'improvement',
        'effect',
        'p',
        'equivalence',
        'further',
      ] as const
      const rows = verdictRows(judged, section.series, mostRows).map((row) => [
        row.a,
        row.b,
        `${callSymbols[row.pair.call]} ${callWord(row.pair.call, locale)}`,
        String(row.pair.seeds.length),
        differenceCell(row, locale),
        improvementCell(row, locale),
        effectCell(row, locale),
        pCell(row, locale),
        equivalenceCell(row, locale),
        furtherCell(row, locale),
      ])
      const caption = pairsCaption(judged, locale)
      const head = columns.map((name) => {
        const text = message(locale, `report.verdict.${name}`)
        // Two tests: the one of a difference, the other of none.
        return name === 'p' || name === 'equivalence'
          ? `${text} (${message(locale, `report.verdict.${name}Note`)})`
          : text
      })
      const table = toMarkdown({ head, rows, numeric: columns.map((_, index) => index > 2) })
      return `### ${message(locale, 'report.verdict.title')}\n\n${escaped(caption)}\n\n${table}`
    })
}

/** How the settings compared were found. */
function tuning(found: TuningSummary, locale: Locale): string[] {
  const byWorkload = [...Map.groupBy(found.contestants, ({ workload }) => workload)]
  return [
    `## ${message(locale, 'tuning.title')}`,
    escaped(tuningSentences(found, locale).join(message(locale, 'sentence.join'))),
    ...byWorkload.flatMap(([workload, contestants]) => {
      const measured = tunability(found, contestants, locale)
      return [
        ...(byWorkload.length > 1 ? [`### ${escaped(workload)}`] : []),
        `${message(locale, 'tuning.table.caption')}\n\n${toMarkdown(tuningTable(found, contestants, locale))}`,
        ...(measured
          ? [
              `### ${message(locale, 'tuning.tunability')}\n\n${escaped(message(locale, 'tuning.tunability.caption'))}\n\n${toMarkdown(measured.table)}`,
            ]
          : []),
      ]
    }),
  ]
}

const measure = ({ title, caption, table }: MeasureTable): string =>
  `### ${title}\n\n${escaped(caption)}\n\n${toMarkdown(table)}`

function settings(sections: readonly SectionSummary[], locale: Locale): string {
  const columns = ['series', 'workload', 'optimizer', 'set', 'schedule', 'batch', 'epochs', 'seeds'] as const
  const rows = sections
    .flatMap(({ series }) => series)
    .map(({ label, settings: one, seeds }) => [
      label,
      one.workload,
      one.optimizer,
      setText(one.set, locale),
      scheduleText(one.schedule, locale),
      formatFixed(one.batch, 0),
      formatFixed(one.epochs, 0),
      formatRanges(seeds),
    ])
  return toMarkdown({
    head: columns.map((name) => message(locale, `report.column.${name}`)),
    rows,
    numeric: columns.map((name) => name === 'batch' || name === 'epochs'),
  })
}

/** Text in which no character means anything to Markdown. */
function escaped(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\\`*_[\]<>#|]/g, String.raw`\$&`)
}

/** The fence is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}yaml\n${text.trimEnd()}\n${fence}`
}
