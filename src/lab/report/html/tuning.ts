import { parallelLines } from '../../../charts/parallelLines.ts'
import {
  contourChart,
  contourNames,
  searchedNames,
  sensitivityChart,
  trialsPlot,
  tunability,
} from '../../../comparison/tuning-charts.ts'
import {
  boundaryGroups,
  describeTuning,
  tuningSentences,
  tuningTable,
  unequalBudgets,
} from '../../../comparison/tuning-text.ts'
import type { ContestantTuning, TuningSummary } from '../../../comparison/tuning.ts'
import { message } from '../../../locales/message.ts'
import { escapeXml as esc } from '../render.ts'
import { numberCell, section, seriesHead, table, textCell, type Column } from './elements.ts'
import { chartFigure } from './figures.ts'
import { measureTable } from './measures.ts'
import type { Page } from './page.ts'

/** How the settings compared were found: budget, ranges, what each trial came to. */
export function tuning(page: Page): string[] {
  const { summary, locale } = page
  const found = summary.tuning
  if (!found) return []
  const byWorkload = [...Map.groupBy(found.contestants, ({ workload }) => workload)]
  const warnings = [
    ...unequalBudgets(found, locale),
    ...boundaryGroups(found.contestants, locale).map(({ words }) => words),
  ]
  return [
    section(
      'tuning',
      message(locale, 'tuning.title'),
      `<p>${esc(tuningSentences(found, locale).join(message(locale, 'sentence.join')))}</p>`,
      ...warnings.map((text) => `<p class="warn">${esc(text)}</p>`),
      ...byWorkload.flatMap(([workload, contestants], index) => [
        byWorkload.length > 1 ? `<h3>${esc(workload)}</h3>` : '',
        settings(page, found, contestants),
        ...searchedNames(contestants).map((name) => figure(page, found, contestants, name, index)),
        ...contours(page, found, contestants, index),
        ...trials(page, found, contestants, index),
        ...tunabilityOf(page, found, contestants, index),
      ]),
    ),
  ]
}

function settings(page: Page, found: TuningSummary, contestants: readonly ContestantTuning[]): string {
  const { locale } = page
  const { head, rows, numeric } = tuningTable(found, contestants, locale)
  const columns = head.map((name, index): Column<number> => ({
    head: name,
    numeric: numeric[index] ?? false,
    cell(row) {
      const one = contestants[row]
      if (index === 0 && one) return seriesHead(one)
      const text = rows[row]?.[index] ?? ''
      return numeric[index] ? numberCell(esc(text)) : textCell(text)
    },
  }))
  return table(page, message(locale, 'tuning.table.caption'), columns, [...contestants.keys()])
}

function figure(
  page: Page,
  found: TuningSummary,
  contestants: readonly ContestantTuning[],
  name: string,
  index: number,
): string {
  const { locale } = page
  const metric = message(locale, `tuning.metric.${found.metric}`)
  return chartFigure(page, `tuning-${index}-${searchedNames(contestants).indexOf(name)}`, {
    title: message(locale, 'tuning.figure', { name }),
    description: describeTuning(found, contestants, locale),
    caption: [
      message(locale, 'tuning.figure.caption', { metric, name }),
      ...(found.plan.halving ? [message(locale, 'tuning.figure.halving')] : []),
    ].join(message(locale, 'sentence.join')),
    chart: sensitivityChart(found, contestants, name),
    labels: contestants.map(({ label }) => label),
  })
}

/** Where an optimizer's parameters were searched together: the first two of them. */
function contours(
  page: Page,
  found: TuningSummary,
  contestants: readonly ContestantTuning[],
  index: number,
): string[] {
  const { locale } = page
  return contestants.flatMap((one, place) => {
    const [x, y] = contourNames(one)
    if (x === undefined || y === undefined) return []
    return [
      plainFigure(page, found, [one], {
        id: `contour-${index}-${place}`,
        title: message(locale, 'tuning.contour', { x, y, label: one.label }),
        caption: message(locale, 'tuning.contour.caption'),
        chart: contourChart(found, one, [x, y]),
      }),
    ]
  })
}

function trials(
  page: Page,
  found: TuningSummary,
  contestants: readonly ContestantTuning[],
  index: number,
): string[] {
  const { locale } = page
  const plot = trialsPlot(found, contestants, locale)
  // A single parameter is what the sensitivity shows.
  if (!plot || plot.axes.length < 4) return []
  return [
    plainFigure(page, found, contestants, {
      id: `trials-${index}`,
      title: message(locale, 'tuning.parallel'),
      caption: message(locale, 'tuning.parallel.caption'),
      chart: (options) => parallelLines(plot.lines, plot.axes, options),
    }),
  ]
}

/** A picture of trials without a legend. */
function plainFigure(
  page: Page,
  found: TuningSummary,
  contestants: readonly ContestantTuning[],
  {
    id,
    title,
    caption,
    chart,
  }: { id: string } & Pick<Parameters<typeof chartFigure>[2], 'title' | 'caption' | 'chart'>,
): string {
  const { locale } = page
  return chartFigure(page, id, {
    title,
    description: describeTuning(found, contestants, locale),
    caption: [`${title}.`, caption].join(message(locale, 'sentence.join')),
    chart,
    labels: [],
  })
}

function tunabilityOf(
  page: Page,
  found: TuningSummary,
  contestants: readonly ContestantTuning[],
  index: number,
): string[] {
  const { locale } = page
  const measured = tunability(found, contestants, locale)
  if (!measured) return []
  const title = message(locale, 'tuning.tunability')
  const caption = message(locale, 'tuning.tunability.caption')
  return [
    `<h3>${esc(title)}</h3>`,
    measureTable(page, { caption, table: measured.table }),
    chartFigure(page, `tunability-${index}`, {
      title,
      description: caption,
      caption: `${title}.`,
      chart: measured.chart,
      labels: measured.points().map(({ label }) => label),
    }),
  ]
}
