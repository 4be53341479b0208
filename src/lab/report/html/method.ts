import { formatInteger } from '../../../locales/format.ts'
import { message } from '../../../locales/message.ts'
import { bootstrapCount, bootstrapSeed } from '../../../math/bootstrap.ts'
import { marginText } from '../../../comparison/verdict-text.ts'
import { workloads } from '../../../workloads/index.ts'
import { escapeXml as esc } from '../render.ts'
import { section } from './elements.ts'
import type { Page } from './page.ts'

/** How the numbers were made: what each workload measures, and what holds for all. */
export function method({ summary: { sections }, locale }: Page): string {
  const measures = [...new Set(sections.map(({ workload }) => workload))].flatMap((workload) => {
    const known = workloads.find(({ id }) => id === workload)
    return known
      ? [message(locale, 'report.method.measures', { workload, measures: known.measures[locale] })]
      : []
  })
  const hasAccuracies = sections.some(({ series }) => series.some((one) => one.bestTestAccuracy))
  const names = [
    'final',
    'best',
    ...(hasAccuracies ? (['bestAccuracy'] as const) : []),
    'time',
    'band',
    'diverged',
    'smoothing',
  ] as const
  const isJudged = sections.some(({ verdicts }) => verdicts.pairs.length > 0)
  const judging = isJudged
    ? [
        message(locale, 'report.method.verdict', {
          margin: marginText(sections[0]?.verdicts.margin ?? 0, locale),
        }),
        message(locale, 'report.method.bootstrap', {
          count: formatInteger(bootstrapCount),
          seed: bootstrapSeed,
        }),
      ]
    : []
  const notes = [...measures, ...names.map((name) => message(locale, `report.method.${name}`)), ...judging]
  return section(
    'method',
    message(locale, 'report.method.title'),
    '<ul class="method">',
    ...notes.map((note) => `<li>${esc(note)}</li>`),
    '</ul>',
  )
}
