import type { SeriesStyle } from '../../../charts/palette.ts'
import { themes } from '../../../charts/theme.ts'
import type { SectionSummary } from '../../../comparison/summary.ts'
import { formatInteger } from '../../../locales/format.ts'
import { message, type Locale } from '../../../locales/message.ts'
import { escapeXml as esc } from '../render.ts'
import type { Page } from './page.ts'

/** A part of the report under its title; empty pieces leave no line. */
export function section(id: string, title: string, ...content: readonly string[]): string {
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${esc(title)}</h2>`,
    ...content.filter(Boolean),
    '</section>',
  ].join('\n')
}

/** The workload, with its batch size where sections differ in it. */
export function sectionTitle({ workload, batch }: SectionSummary, locale: Locale): string {
  return batch === null
    ? workload
    : `${workload}, ${message(locale, 'report.section.batch', { batch: formatInteger(batch) })}`
}

export interface Column<Row> {
  head: string
  note?: string | undefined
  numeric?: boolean
  /** The whole cell, `<td>` or `<th>`. */
  cell: (row: Row) => string
}

/** @param isFirst the row that is set in bold */
export function table<Row>(
  page: Page,
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  isFirst: (row: Row) => boolean = () => false,
): string {
  const number = ++page.numbers.table
  const heads = columns.map(
    ({ head, note, numeric }) =>
      `<th scope="col"${numeric ? ' class="n"' : ''}>${esc(head)}${note ? `<small>${esc(note)}</small>` : ''}</th>`,
  )
  const label = message(page.locale, 'report.table', { number })
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${esc(label)}">`,
    '<table>',
    `<caption><div><b>${esc(label)}</b> ${esc(caption)}</div></caption>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      (row) =>
        `<tr${isFirst(row) ? ' class="first"' : ''}>${columns.map(({ cell }) => cell(row)).join('')}</tr>`,
    ),
    '</tbody>',
    '</table>',
    '</div>',
  ].join('\n')
}

export const textCell = (text: string): string => `<td>${esc(text)}</td>`
export const numberCell = (html: string): string => `<td class="n">${html}</td>`

/** A dash, and why. */
export function none(why: string): string {
  return `<span class="none">— <small>${esc(why)}</small></span>`
}

/** The head of a series' row: its label behind a piece of its line. */
export function seriesHead({ label, style }: { label: string; style: SeriesStyle }): string {
  return `<th scope="row" class="series"><span>${swatch(style)}<i>${esc(label)}</i></span></th>`
}

const markerPaths: Readonly<Record<string, string>> = {
  circle: 'M9.5,5a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0',
  rect: 'M10,2h6v6h-6z',
  triangle: 'M13,1.5l4,7h-8z',
  diamond: 'M13,1l4,4l-4,4l-4,-4z',
}

/** A piece of the series' line with its marker. */
function swatch({ hue, dash, marker }: SeriesStyle): string {
  const color = themes.light.hues[hue]
  const path = marker.startsWith('path://')
    ? `<path transform="translate(9 1) scale(.8)" d="${esc(marker.slice(7))}" fill="${color}"/>`
    : `<path d="${markerPaths[marker] ?? ''}" fill="${color}"/>`
  const dashArray = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''
  return `<svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true"><path d="M0,5H26" stroke="${color}" stroke-width="2"${dashArray} fill="none"/>${path}</svg>`
}
