import { formatDuration, formatInteger, formatRanges, formatTime } from '../../../locales/format.ts'
import { message, type Locale } from '../../../locales/message.ts'
import { findings } from '../../../comparison/findings.ts'
import { sectionTitle } from './elements.ts'
import { escapeXml as esc } from '../render.ts'
import type { Page } from './page.ts'

/** Title, question, what was found, and the facts in numbers. */
export function header(page: Page): string {
  const { comparison, options, locale } = page
  return [
    '<header>',
    `<p class="kicker">${esc(message(locale, 'report.kicker'))} · <time datetime="${options.now.toISOString()}">${esc(formatTime(options.now))}</time></p>`,
    `<h1>${esc(comparison.title)}</h1>`,
    comparison.question
      ? `<p class="question"><b>${esc(message(locale, 'report.question'))}</b>${esc(comparison.question)}</p>`
      : '',
    `<section class="findings" id="findings" aria-labelledby="findings-title">`,
    `<h2 id="findings-title">${esc(message(locale, 'report.findings'))}</h2>`,
    found(page),
    '</section>',
    facts(page),
    '</header>',
  ]
    .filter(Boolean)
    .join('\n')
}

/** A lead and the rest where there is one section; a paragraph a section where there are several. */
function found({ summary: { sections }, locale }: Page): string {
  if (sections.length === 0) return `<p class="lead">${esc(message(locale, 'tuning.nothing'))}</p>`
  const said = sections.map((section) => findings(section, locale, marked))
  const [lead = '', ...rest] = said[0] ?? []
  if (sections.length === 1)
    return `<p class="lead">${emphasised(lead)}</p>${rest.length > 0 ? `\n<p>${paragraph(rest, locale)}</p>` : ''}`
  return sections
    .map(
      (section, index) =>
        `<h3><a href="#section-${index}">${esc(sectionTitle(section, locale))}</a></h3>\n<p>${paragraph(said[index] ?? [], locale)}</p>`,
    )
    .join('\n')
}

const paragraph = (sentences: readonly string[], locale: Locale): string =>
  emphasised(sentences.join(message(locale, 'sentence.join')))

/** Labels travel through the sentences between Unicode's isolates, which also keep their direction to themselves. */
function marked(label: string): string {
  return `\u2068${label.replace(/[\u2066-\u2069]/g, '')}\u2069`
}

function emphasised(sentence: string): string {
  return esc(sentence).replaceAll('\u2068', '<b>').replaceAll('\u2069', '</b>')
}

function facts({ comparison: { runs }, summary, locale }: Page): string {
  const { sections, runCount, divergedCount, incompleteCount } = summary
  const series = sections.flatMap((section) => section.series)
  const workloads = [...new Set(sections.map(({ workload }) => workload))]
  const devices = [...new Set(runs.flatMap(({ record }) => record.provenance?.device ?? []))]
  const seconds = runs.reduce(
    (sum, { record }) => sum + (Number.isFinite(record.seconds) ? record.seconds : 0),
    0,
  )
  const fact = (
    name:
      'workload' | 'workloads' | 'series' | 'seeds' | 'runs' | 'diverged' | 'incomplete' | 'time' | 'device',
    value: string,
    bad = false,
  ): string =>
    `<div><dt>${esc(message(locale, `report.fact.${name}`))}</dt><dd${bad ? ' class="bad"' : ''}>${esc(value)}</dd></div>`
  return [
    '<dl class="facts">',
    ...(series.length > 0
      ? [
          fact(workloads.length > 1 ? 'workloads' : 'workload', workloads.join(', ')),
          fact('series', formatInteger(series.length)),
          fact('seeds', formatRanges(series.map(({ runs: members }) => members.length))),
        ]
      : []),
    fact('runs', formatInteger(runCount)),
    divergedCount > 0
      ? fact('diverged', formatInteger(divergedCount), true)
      : fact('diverged', message(locale, 'report.fact.none')),
    incompleteCount > 0 ? fact('incomplete', formatInteger(incompleteCount), true) : '',
    fact('time', formatDuration(locale, seconds)),
    devices.length > 0 ? fact('device', devices.join('; ')) : '',
    '</dl>',
  ].join('')
}
