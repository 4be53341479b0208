import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { Block, Cell, Table } from './tables.ts'

/** Rows of a row group: short runs share one. */
const rowsPerGroup = 100_000

/**
 * A Parquet file: numbers as DOUBLE, texts as strings, null where nothing was measured; compressed with Snappy. As much
 * is held in memory as a row group takes.
 */
export function* parquet({ columns, blocks }: Pick<Table, 'columns' | 'blocks'>): Generator<Uint8Array> {
  const described = columns.map(({ name, kind }) => ({
    name,
    type: kind === 'number' ? ('DOUBLE' as const) : ('STRING' as const),
    nullable: true,
  }))
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: described.map((column) => ({ ...column, data: [] })) }),
    createdBy: 'descent-lab',
  })
  const drain = (): Uint8Array => {
    const written = bytes.getBytes().slice()
    bytes.index = 0 // offsets in the file go on
    return written
  }
  let waiting: Block[] = []
  let rows = 0
  const write = (): Uint8Array => {
    // Of bytes in memory nothing is waited for.
    void writer.write({
      columnData: columns.map(({ name }, j) => ({ name, data: joined(waiting, j, rows) })),
      rowGroupSize: Math.max(1, rows),
    })
    waiting = []
    rows = 0
    return drain()
  }
  for (const block of blocks()) {
    if (block.rows === 0) continue
    waiting.push(block)
    rows += block.rows
    if (rows >= rowsPerGroup) yield write()
  }
  if (rows > 0) yield write()
  void writer.finish()
  yield drain()
}

/** One column of several blocks. */
function joined(blocks: readonly Block[], column: number, rows: number): Cell[] {
  const whole = new Array<Cell>(rows)
  let at = 0
  for (const { rows: count, values } of blocks) {
    const part = values[column] ?? null
    for (let row = 0; row < count; row++)
      whole[at++] = part === null || typeof part === 'string' ? part : (part[row] as Cell)
  }
  return whole
}
