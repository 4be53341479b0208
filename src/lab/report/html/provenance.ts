import type { RunRecord, RunSummary } from '../../../experiments/run.ts'
import { formatInteger, formatNumber, formatRanges, formatTime } from '../../../locales/format.ts'
import { lookSentences } from '../../../comparison/looks-text.ts'
import { tuningSentences } from '../../../comparison/tuning-text.ts'
import { message } from '../../../locales/message.ts'
import { escapeXml as esc } from '../render.ts'
import type { SeriesSummary } from '../../../comparison/summary.ts'
import { none, numberCell, section, table, textCell } from './elements.ts'
import type { Page } from './page.ts'

/** More runs than this are folded away. */
const runsShown = 24

/** Where the numbers come from: versions, machine, seeds, data, and each run by its id. */
export function provenance(page: Page): string {
  return section(
    'provenance',
    message(page.locale, 'report.provenance.title'),
    differences(page),
    origins(page),
    datasetsTable(page),
    page.comparison.runs.length > 0 ? runsTable(page) : '',
  )
}

/** Those of the tuning included: what was found rests on them. */
const recordsOf = ({ comparison }: Page): RunSummary[] => [
  ...comparison.runs.map(({ record }) => record),
  ...(comparison.study?.runs ?? []),
]

/** What may differ between runs that are compared, as texts, one a run. */
function machines(page: Page) {
  const records = recordsOf(page)
  const unknown = message(page.locale, 'report.provenance.unknown')
  return {
    versions: records.map(({ provenance: known }) =>
      known
        ? Object.entries(known.versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(', ')
        : unknown,
    ),
    engine: records.map(({ provenance: known }) => known?.engine ?? unknown),
    device: records.map(({ provenance: known }) => known?.device ?? unknown),
  }
}

/** A warning where the runs did not all have the same versions, engine or device. */
function differences(page: Page): string {
  const { locale } = page
  const { versions, engine, device } = machines(page)
  const mixed = Object.entries({ versions, engine, device })
    .filter(([, values]) => new Set(values).size > 1)
    .map(([name]) => message(locale, `report.provenance.${name as 'versions' | 'engine' | 'device'}`))
  if (mixed.length === 0) return ''
  const what = mixed.join(message(locale, 'list.comma'))
  return `<p class="warn">${esc(message(locale, 'report.provenance.differ', { what }))}</p>`
}

function origins(page: Page): string {
  const { locale, options, comparison } = page
  const { experiment } = comparison
  const records = recordsOf(page)
  const { versions, engine, device } = machines(page)
  /** The distinct values; with counts where there are several. */
  const tally = (values: readonly string[]): string => {
    const counts = Map.groupBy(values, (value) => value)
    if (counts.size === 1) return [...counts.keys()].join('')
    return [...counts]
      .map(([value, same]) =>
        message(locale, 'report.provenance.someRuns', { value, count: same.length, total: values.length }),
      )
      .join(message(locale, 'list.semicolon'))
  }
  const times = records
    .flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt].filter((time) => time !== null))
    .sort()
  const [first, last] = [times[0], times.at(-1)]
  const restarts = records.reduce((count, record) => count + record.restarts, 0)
  const row = (
    name:
      | 'versions'
      | 'engine'
      | 'device'
      | 'seeds'
      | 'tuning'
      | 'experiment'
      | 'hash'
      | 'ran'
      | 'made'
      | 'restarts'
      | 'origin'
      | 'looks',
    text: string,
    isMono = false,
  ): string => {
    const value = isMono ? `<span class="mono">${esc(text)}</span>` : esc(text)
    return `<dt>${esc(message(locale, `report.provenance.${name}`))}</dt><dd>${value}</dd>`
  }
  const opened = records.map(({ origin }) =>
    origin
      ? message(locale, 'report.provenance.originText', {
          at: formatTime(origin.madeAt),
          by: origin.madeBy,
          hash: origin.bundle,
        })
      : message(locale, 'report.provenance.originHere'),
  )
  const { tuning } = page.summary
  const compared = comparison.runs.map(({ record }) => record)
  const rows = [
    row('versions', tally(versions)),
    row('engine', tally(engine)),
    row('device', tally(device)),
    compared.length > 0 ? row('seeds', formatRanges(compared.map(({ settings }) => settings.seed))) : '',
    tuning ? row('tuning', tuningSentences(tuning, locale).join(message(locale, 'sentence.join'))) : '',
    experiment ? row('experiment', experiment.id, true) : '',
    experiment ? row('hash', experiment.hash, true) : '',
    first && last ? row('ran', `${formatTime(first)} – ${formatTime(last)}`) : '',
    comparison.looks?.length
      ? row('looks', lookSentences(comparison.looks, locale).join(message(locale, 'list.semicolon')))
      : '',
    records.some(({ origin }) => origin) ? row('origin', tally(opened)) : '',
    row('made', formatTime(options.now)),
    restarts > 0
      ? row('restarts', message(locale, 'report.provenance.restartsText', { count: restarts }))
      : '',
  ]
  return `<dl class="facts2">${rows.filter(Boolean).join('\n')}</dl>`
}

function datasetsTable(page: Page): string {
  const { locale } = page
  const files = new Map(
    recordsOf(page)
      .flatMap((record) => record.provenance?.datasets ?? [])
      .map((dataset) => [`${dataset.id}\n${dataset.file}\n${dataset.sha1}`, dataset]),
  )
  if (files.size === 0) return ''
  return table(
    page,
    message(locale, 'report.datasets.caption'),
    [
      {
        head: message(locale, 'report.column.dataset'),
        cell: ({ id }) => `<th scope="row">${esc(id)}</th>`,
      },
      {
        head: message(locale, 'report.column.file'),
        cell: ({ file }) => `<td class="mono">${esc(file)}</td>`,
      },
      { head: 'SHA-1', cell: ({ sha1 }) => `<td class="mono">${esc(sha1)}</td>` },
    ],
    [...files.values()],
  )
}

interface RunRow {
  series: SeriesSummary
  record: RunRecord
  /** Set where the run diverged. */
  diverged: SeriesSummary['diverged'][number] | undefined
  status: string
}

function runsTable(page: Page): string {
  const { summary, locale, options } = page
  const rows = summary.sections
    .flatMap(({ series }) => series)
    .flatMap((series) =>
      series.runs.map(({ record }): RunRow => {
        const diverged = series.diverged.find(({ seed }) => seed === record.settings.seed)
        const status = message(locale, `status.${diverged ? 'diverged' : record.status}`)
        return { series, record, diverged, status }
      }),
    )
  const head = (name: 'run' | 'series' | 'seed' | 'status' | 'final' | 'started'): string =>
    message(locale, `report.column.${name}`)
  const html = table(
    page,
    message(locale, 'report.runs.caption'),
    [
      { head: head('run'), cell: ({ record }) => `<th scope="row" class="mono">${esc(record.id)}</th>` },
      { head: head('series'), cell: ({ series }) => textCell(series.label) },
      {
        head: head('seed'),
        numeric: true,
        cell: ({ record }) => numberCell(String(record.settings.seed)),
      },
      {
        head: head('status'),
        cell({ diverged, status }) {
          if (!diverged) return textCell(status)
          const { step } = diverged
          const at =
            step === null
              ? ''
              : ` <small>${esc(message(locale, 'chart.axis.step'))} ${formatInteger(step)}</small>`
          return `<td class="bad">${esc(status)}${at}</td>`
        },
      },
      {
        head: head('final'),
        numeric: true,
        cell({ record, diverged, status }) {
          const loss = record.final.trainLoss
          return numberCell(
            !diverged && loss !== null && Number.isFinite(loss) ? esc(formatNumber(loss, 6)) : none(status),
          )
        },
      },
      {
        head: head('started'),
        cell: ({ record }) =>
          `<td>${record.startedAt ? esc(formatTime(record.startedAt)) : none(message(locale, 'report.provenance.unknown'))}</td>`,
      },
    ],
    rows,
  )
  if (rows.length <= runsShown) return html
  return `<details${options.unfolded ? ' open' : ''}>\n<summary>${esc(message(locale, 'report.runs.show', { count: formatInteger(rows.length) }))}</summary>\n${html}\n</details>`
}
