import { mean, sampleStandardDeviation } from '../../../src/math/statistics.ts'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** Pixels; the person may change it. */
  readonly width: number
  /** Its width where the table has little room. */
  readonly narrow?: number
  readonly align?: 'left' | 'right'
  /** Explains the title on hover. */
  readonly hint?: string
  /** What the cell says: shown where there is no `cell-…` slot, and copied. */
  readonly text: (row: Row) => string
  /** What rows are sorted by; null comes last either way. A column without it is not sorted. */
  readonly sortValue?: (row: Row) => number | string | null
  /** Can not be hidden. */
  readonly fixed?: boolean
  /** A column of measurements, which groups of rows sum up. */
  readonly measure?: Measure<Row>
}

export interface Measure<Row> {
  /** Null where nothing was measured. */
  readonly of: (row: Row) => number | null
  readonly write: (value: number) => string
  readonly higherIsBetter?: boolean
}

/** What a group's row says of its measurements. */
export const aggregates = ['mean', 'best', 'sd'] as const
export type Aggregate = (typeof aggregates)[number]

export interface GroupSummary {
  /** Rows that have a value. */
  readonly count: number
  readonly mean: number | null
  /** Sample standard deviation; null for fewer than two. */
  readonly sd: number | null
  readonly best: number | null
}

export function summarise<Row>(
  rows: readonly Row[],
  { of, higherIsBetter = false }: Measure<Row>,
): GroupSummary {
  const values = rows.map(of).filter((value): value is number => value !== null && Number.isFinite(value))
  if (values.length === 0) return { count: 0, mean: null, sd: null, best: null }
  const best = values.reduce((a, b) => (higherIsBetter ? Math.max(a, b) : Math.min(a, b)))
  return { count: values.length, mean: mean(values), sd: sampleStandardDeviation(values), best }
}

/** What rows are grouped by. */
export interface Grouping<Row> {
  /** Rows that share a value are one group; a row of several belongs to several. None: a last group of such rows. */
  readonly valuesOf: (row: Row) => readonly (number | string)[]
  readonly write: (value: number | string | null) => string
}

export interface RowGroup<Row> {
  /** Begins with `groupPrefix`, as no row's key does. */
  readonly key: string
  readonly label: string
  readonly rows: readonly Row[]
  /** How many of them stand in another group as well. */
  readonly shared: number
}

export const groupPrefix = 'group:'

export interface Sort {
  readonly column: string
  readonly descending: boolean
}

const collator = new Intl.Collator(undefined, { numeric: true })

/** Rows in order; equal ones keep theirs, and those without a value come last in both directions. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const value = columns.find(({ id }) => id === sort?.column)?.sortValue
  if (!sort || !value) return rows
  return inOrder(
    rows.map((row) => ({ row, value: value(row) })),
    (one) => one.value,
    sort.descending ? -1 : 1,
  ).map(({ row }) => row)
}

/** Numbers by size, texts as people order them, null last in both directions. */
function inOrder<T>(items: T[], valueOf: (item: T) => number | string | null, direction: 1 | -1): T[] {
  return items.sort((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return (
      direction *
      (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)))
    )
  })
}

/**
 * Rows in groups, each in the order given. Groups are in the order of their values; where rows are sorted by a column of
 * measurements, in that of what is shown of it.
 */
export function groupRows<Row>(
  rows: readonly Row[],
  { valuesOf, write }: Grouping<Row>,
  columns: readonly Column<Row>[],
  sort: Sort | null,
  aggregate: Aggregate,
): RowGroup<Row>[] {
  const found = new Map<number | string | null, Row[]>()
  const several = new Set<Row>()
  for (const row of rows) {
    const values = new Set(valuesOf(row))
    if (values.size > 1) several.add(row)
    for (const value of values.size > 0 ? values : [null]) {
      const group = found.get(value)
      if (group) group.push(row)
      else found.set(value, [row])
    }
  }
  const measure = columns.find(({ id }) => id === sort?.column)?.measure
  const groups = [...found].map(([value, group]) => ({
    rank: measure ? summarise(group, measure)[aggregate] : value,
    group: {
      key: groupPrefix + String(value),
      label: write(value),
      rows: group,
      shared: group.filter((row) => several.has(row)).length,
    },
  }))
  return inOrder(groups, ({ rank }) => rank, measure && sort?.descending ? -1 : 1).map(({ group }) => group)
}

/** The next state of a column's header when it is pressed: up, down, unsorted. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false }
  return sort.descending ? null : { column, descending: true }
}

/** Keys from one row to another, both included, whichever comes first. */
export function rangeOf(keys: readonly string[], from: string, to: string): string[] {
  const a = keys.indexOf(from)
  const b = keys.indexOf(to)
  if (a === -1 || b === -1) return b === -1 ? [] : [to]
  return keys.slice(Math.min(a, b), Math.max(a, b) + 1)
}

/** Rows as tab-separated text, which spreadsheets take. */
export function asTsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const clean = (text: string): string => text.replace(/[\t\n]/g, ' ')
  return [
    columns.map(({ title }) => clean(title)).join('\t'),
    ...rows.map((row) => columns.map(({ text }) => clean(text(row))).join('\t')),
  ].join('\n')
}
