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
}

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
  const direction = sort.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : collator.compare(String(a.value), String(b.value))
      return direction * order
    })
    .map(({ row }) => row)
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
