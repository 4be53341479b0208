import { csvText } from '../../text/csv.ts'
import type { Block, Cell, Table } from './tables.ts'

/** Rows of a piece: long curves are not one string. */
const rowsPerPiece = 10_000

/**
 * Comma-separated values as RFC 4180 has them: a head, numbers with all their digits, `NaN`, `inf` and `-inf` where what
 * was measured is no number, nothing where nothing was measured.
 */
export function* csv({ columns, blocks }: Pick<Table, 'columns' | 'blocks'>): Generator<string> {
  yield `${columns.map(({ name }) => csvText(name)).join(',')}\n`
  for (const block of blocks())
    for (let from = 0; from < block.rows; from += rowsPerPiece)
      yield piece(block, from, Math.min(block.rows, from + rowsPerPiece))
}

function piece({ values }: Block, from: number, end: number): string {
  const cellOf = values.map((column): ((row: number) => string) => {
    if (column === null) return () => ''
    if (typeof column === 'string') {
      const all = csvText(column)
      return () => all
    }
    return (row) => cell(column[row] as Cell)
  })
  let lines = ''
  for (let row = from; row < end; row++) {
    lines += cellOf.map((of) => of(row)).join(',')
    lines += '\n'
  }
  return lines
}

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'string') return csvText(value)
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? 'inf' : '-inf'
}
