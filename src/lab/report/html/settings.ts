import katex from 'katex'
import { formatInteger, formatRanges } from '../../../locales/format.ts'
import { message } from '../../../locales/message.ts'
import { scheduleText, setText } from '../../../comparison/present.ts'
import { escapeXml as esc } from '../render.ts'
import type { SeriesSummary } from '../../../comparison/summary.ts'
import { numberCell, section, seriesHead, table, textCell, type Column } from './elements.ts'
import type { Formula, Page } from './page.ts'

/** What was run: the settings of each series, and the update rules as formulas. */
export function whatWasRun(page: Page): string {
  const { summary, locale } = page
  const series = summary.sections.flatMap((one) => one.series)
  const text = (
    name: 'workload' | 'optimizer' | 'set' | 'schedule' | 'device',
    say: (one: SeriesSummary) => string,
  ): Column<SeriesSummary> => ({
    head: message(locale, `report.column.${name}`),
    cell: (one) => textCell(say(one)),
  })
  const number = (
    name: 'batch' | 'epochs' | 'seeds',
    say: (one: SeriesSummary) => string,
  ): Column<SeriesSummary> => ({
    head: message(locale, `report.column.${name}`),
    numeric: true,
    cell: (one) => numberCell(esc(say(one))),
  })
  const columns: Column<SeriesSummary>[] = [
    { head: message(locale, 'report.column.series'), cell: seriesHead },
    ...(new Set(summary.sections.map(({ workload }) => workload)).size > 1
      ? [text('workload', ({ settings }) => settings.workload)]
      : []),
    text('optimizer', ({ settings }) => settings.optimizer),
    text('set', ({ settings }) => setText(settings.set, locale)),
    text('schedule', ({ settings }) => scheduleText(settings.schedule, locale)),
    number('batch', ({ settings }) => formatInteger(settings.batch)),
    number('epochs', ({ settings }) => formatInteger(settings.epochs)),
    number('seeds', ({ seeds }) => formatRanges(seeds)),
    text('device', ({ settings }) => settings.device),
  ]
  return section(
    'what',
    message(locale, 'report.run.title'),
    table(page, message(locale, 'report.run.caption'), columns, series),
    rules(page),
  )
}

/** The update rules of the optimizers that were run. */
function rules({ comparison, options: { formulas = {} }, locale }: Page): string {
  const used = new Set(comparison.runs.map(({ record }) => record.settings.optimizer))
  const known = [...used].flatMap((id) => (Object.hasOwn(formulas, id) ? (formulas[id] ?? []) : []))
  if (known.length === 0) return ''
  return [
    `<h3>${esc(message(locale, 'report.rules.title'))}</h3>`,
    '<div class="rules">',
    ...known.map(
      (rule) =>
        `<div class="rule"><h3>${esc(rule.title)}</h3><div class="formula">${mathMl(rule)}</div><p>${esc(message(locale, 'report.rules.source', { source: rule.source }))}</p></div>`,
    ),
    '</div>',
  ].join('\n')
}

function mathMl({ tex }: Formula): string {
  return katex.renderToString(tex, {
    output: 'mathml',
    displayMode: true,
    throwOnError: false,
    trust: false,
    strict: 'ignore',
  })
}
