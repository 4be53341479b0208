import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import type { RunStatus, RunSummary } from '../../../../src/experiments/run.ts'

/** A row of the legend: a run, or the runs of a series that differ only in their seed. */
export interface LegendRow {
  readonly key: string
  readonly kind: 'run' | 'series'
  readonly label: string
  /** Behind the label, and never cut off. */
  readonly suffix: string
  readonly style: SeriesStyle
  readonly runs: readonly RunSummary[]
  /** Under its series. */
  readonly nested: boolean
  readonly open: boolean
}

export type LegendOrder = 'series' | 'queue'

interface Series {
  readonly key: string
  readonly label: string
  readonly style: SeriesStyle
  readonly runs: readonly RunSummary[]
}

/** A person gave it a name. */
const isNamed = ({ name, series }: RunSummary): boolean => !name.startsWith(series)

/** One row a series, its runs beneath where it is opened; a series of one run is that run. */
export function seriesRows(
  series: readonly Series[],
  opened: ReadonlySet<string>,
  seedName: (run: RunSummary) => string,
): LegendRow[] {
  return series.flatMap(({ key, label, style, runs }): LegendRow[] => {
    const [only] = runs
    if (only && runs.length === 1) return [runRow(only, isNamed(only) ? only.name : label, style)]
    const open = opened.has(key)
    const head: LegendRow = { key, kind: 'series', label, suffix: '', style, runs, nested: false, open }
    if (!open) return [head]
    const nested = (run: RunSummary): LegendRow => ({
      ...runRow(run, isNamed(run) ? run.name : seedName(run), style),
      nested: true,
    })
    return [head, ...runs.map(nested)]
  })
}

const runRow = (run: RunSummary, label: string, style: SeriesStyle, suffix = ''): LegendRow => ({
  key: run.id,
  kind: 'run',
  label,
  suffix,
  style,
  runs: [run],
  nested: false,
  open: false,
})

/** Every run in a row: those that train, those that wait in the order of their turn, those that rest, those that ended last. */
export function queueRows(
  runs: readonly RunSummary[],
  waiting: readonly string[],
  styleOf: (run: RunSummary) => SeriesStyle,
  seedName: (run: RunSummary) => string,
): LegendRow[] {
  const place = new Map(waiting.map((id, index) => [id, index]))
  const groups: readonly RunStatus[] = ['running', 'queued', 'paused', 'interrupted']
  const groupOf = ({ status }: RunSummary): number => (groups.indexOf(status) + 5) % 5
  const compare = (a: RunSummary, b: RunSummary): number => {
    if (groupOf(a) !== groupOf(b)) return groupOf(a) - groupOf(b)
    if (a.status === 'queued') return (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)
    // Times in ISO form are in order as texts.
    const [x, y] = [a.finishedAt ?? '', b.finishedAt ?? '']
    return x < y ? 1 : x > y ? -1 : 0
  }
  return [...runs]
    .sort(compare)
    .map((run) =>
      isNamed(run)
        ? runRow(run, run.name, styleOf(run))
        : runRow(run, run.series, styleOf(run), seedName(run)),
    )
}

/** The runs submitted last: those of one experiment, or those trained singly within a second of one another. */
export function latestSubmission(list: readonly RunSummary[]): RunSummary[] {
  const newest = list.at(-1)
  if (!newest) return []
  if (newest.experimentId !== null)
    return list.filter(({ experimentId }) => experimentId === newest.experimentId)
  let from = list.length - 1
  for (; from > 0; from--) {
    const before = list[from - 1] as RunSummary
    const gapMs = Date.parse((list[from] as RunSummary).createdAt) - Date.parse(before.createdAt)
    if (before.experimentId !== null || gapMs > 1000) break
  }
  return list.slice(from)
}

/** What one word says of many runs: the state that wants attention first. */
export function statusOf(runs: readonly RunSummary[]): RunStatus {
  const order: readonly RunStatus[] = [
    'running',
    'paused',
    'queued',
    'interrupted',
    'failed',
    'diverged',
    'cancelled',
    'done',
  ]
  return order.find((status) => runs.some((run) => run.status === status)) ?? 'done'
}

/** A row as it is shown. */
export interface RowView {
  readonly row: LegendRow
  readonly ids: readonly string[]
  readonly hidden: boolean
  readonly partly: boolean
  readonly selected: boolean
  /** Shown as selected. */
  readonly marked: boolean
  readonly value: number | null
  readonly valueText: string
  /** Of the steps, in [0, 1]. */
  readonly share: number
  readonly status: RunStatus
  /** Beside the status's icon. */
  readonly state: string
  /** The same in a sentence. */
  readonly words: string
  /** Where training stood still. */
  readonly breaks: string
  readonly restarted: boolean
  readonly queued: boolean
  readonly pausable: boolean
  readonly resumable: boolean
  /** Nothing of it is left to do, nor shown again. */
  readonly over: boolean
}

/** What a run that trains changes several times a second. */
const readings: ReadonlySet<string> = new Set(['value', 'valueText', 'share', 'state', 'words', 'ids', 'row'])

/** Whether the same row is shown twice, and nothing but its numbers may have changed. */
export function differInReadings(now: RowView, before: RowView): boolean {
  const [a, b] = [now.row, before.row]
  return (
    a.key === b.key &&
    a.label === b.label &&
    a.suffix === b.suffix &&
    a.open === b.open &&
    a.nested === b.nested &&
    sameStyle(a.style, b.style) &&
    a.runs.length === b.runs.length &&
    (Object.keys(now) as (keyof RowView)[]).every((name) => readings.has(name) || now[name] === before[name])
  )
}

const sameStyle = (a: SeriesStyle, b: SeriesStyle): boolean =>
  a.hue === b.hue && a.marker === b.marker && a.dash.join() === b.dash.join()
