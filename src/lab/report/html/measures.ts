import type { MeasureTable } from '../../../comparison/measures/common.ts'
import { measuresOf, profileTable, trialTables } from '../../../comparison/measures/tables.ts'
import type { SectionSummary } from '../../../comparison/summary.ts'
import { escapeXml as esc } from '../render.ts'
import { numberCell, section, table, textCell } from './elements.ts'
import { chartFigure } from './figures.ts'
import type { Page } from './page.ts'

/** Time to targets, sensitivity and tunability, where a section has the runs for them. */
export function measures(page: Page, one: SectionSummary): string {
  return measuresOf(one, page.locale)
    .map(
      (measure) =>
        `<h3>${esc(measure.title)}</h3>\n${measureTable(page, measure)}\n${picture(page, measure, one.workload)}`,
    )
    .join('\n')
}

/** Where several workloads share optimizers: who is nearly the fastest how often; and what the trials say of it. */
export function profile(page: Page): string {
  const measure = profileTable(page.summary.sections, page.locale)
  return [...(measure ? [measure] : []), ...trialTables(page.summary, page.locale)]
    .map((one) => section(one.id, one.title, measureTable(page, one), picture(page, one, '')))
    .join('\n')
}

/** The measure as a figure, where it has one. */
function picture(
  page: Page,
  { id, title, caption, table: { rows }, chart, height }: MeasureTable,
  of: string,
): string {
  if (!chart) return ''
  const labels = rows.map(([label = '']) => label)
  const number = page.numbers.figure
  return chartFigure(page, `${id}-${number}`, {
    title: of ? `${title} · ${of}` : title,
    description: caption,
    caption: `${title}.`,
    chart,
    labels: id === 'cross' ? [] : labels,
    ...(height !== undefined && { height }),
  })
}

export function measureTable(
  page: Page,
  { caption, table: { head, rows, numeric } }: Pick<MeasureTable, 'caption' | 'table'>,
): string {
  const columns = head.map((title, index) => ({
    head: title,
    numeric: numeric[index] ?? false,
    cell: (row: readonly string[]) =>
      numeric[index] ? numberCell(esc(row[index] ?? '')) : textCell(row[index] ?? ''),
  }))
  return table(page, caption, columns, rows)
}
