import type { SeriesStyle } from '../../../../src/charts/palette.ts'
import { isOver, type RunStatus, type RunSummary } from '../../../../src/experiments/run.ts'

/** A row of the legend: a run, or the runs of a series that differ only in their seed. */
export interface LegendRow {
  readonly key: string
  readonly kind: 'run' | 'series'
  readonly label: string
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

/** One row a series, its runs beneath where it is opened; a series of one run is that run. */
export function seriesRows(
  series: readonly Series[],
  opened: ReadonlySet<string>,
  nameOf: (run: RunSummary) => string,
): LegendRow[] {
  return series.flatMap(({ key, label, style, runs }): LegendRow[] => {
    const [only] = runs
    if (only && runs.length === 1)
      return [{ key: only.id, kind: 'run', label: only.name, style, runs, nested: false, open: false }]
    const open = opened.has(key)
    const head: LegendRow = { key, kind: 'series', label, style, runs, nested: false, open }
    return open
      ? [
          head,
          ...runs.map((run): LegendRow => ({ key: run.id, kind: 'run', label: nameOf(run), style, runs: [run], nested: true, open: false })),
        ] // prettier-ignore
      : [head]
  })
}

const groupOf = (status: RunStatus): number =>
  status === 'running' ? 0 : status === 'queued' ? 1 : status === 'paused' ? 2 : status === 'interrupted' ? 3 : 4

/** Every run in a row: those that train, those that wait in the order of their turn, those that rest, those that ended last. */
export function queueRows(
  runs: readonly RunSummary[],
  waiting: readonly string[],
  styleOf: (run: RunSummary) => SeriesStyle,
): LegendRow[] {
  const place = new Map(waiting.map((id, index) => [id, index]))
  const compare = (a: RunSummary, b: RunSummary): number => {
    const group = groupOf(a.status) - groupOf(b.status)
    if (group !== 0) return group
    if (a.status === 'queued') return (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)
    if (isOver(a.status)) return (b.finishedAt ?? '') < (a.finishedAt ?? '') ? -1 : (b.finishedAt ?? '') > (a.finishedAt ?? '') ? 1 : 0
    return 0
  }
  return [...runs]
    .sort(compare)
    .map((run) => ({ key: run.id, kind: 'run', label: run.name, style: styleOf(run), runs: [run], nested: false, open: false }))
}

/** The runs submitted last: those of one experiment, or those trained singly within a second of one another. */
export function latestSubmission(list: readonly RunSummary[]): RunSummary[] {
  const newest = list.at(-1)
  if (!newest) return []
  if (newest.experimentId !== null) return list.filter(({ experimentId }) => experimentId === newest.experimentId)
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
  const order: readonly RunStatus[] = ['running', 'paused', 'queued', 'interrupted', 'failed', 'diverged', 'cancelled', 'done']
  return order.find((status) => runs.some((run) => run.status === status)) ?? 'done'
}


/** A row as it is shown. */
export interface RowView {
  readonly row: LegendRow
  readonly ids: readonly string[]
  readonly hidden: boolean
  readonly partly: boolean
  readonly selected: boolean
  readonly value: number | null
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

/** What a row tells the list. */
export interface RowEvents {
  point(view: RowView | null): void
  press(event: MouseEvent, view: RowView): void
  key(event: KeyboardEvent, view: RowView): void
  /** @param own by the keyboard, on the row itself */
  focus(view: RowView, own: boolean): void
  fold(view: RowView): void
  /** Pauses or resumes. */
  act(view: RowView): void
  dragStart(event: DragEvent, view: RowView): void
  dragOver(event: DragEvent, view: RowView): void
  dragEnd(): void
  drop(): void
}
