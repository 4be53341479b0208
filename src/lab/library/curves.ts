import type { Db } from './database.ts'

export type CurveKind = 'points' | 'epochs'

/** The columns of each kind of curve, in stored order. Appending a column needs a migration. */
export const curveColumns = {
  points: ['step', 'examples', 'seconds', 'trainLoss'],
  epochs: ['epoch', 'seconds', 'trainLoss'],
} as const satisfies Record<CurveKind, readonly string[]>

export type Curve<K extends CurveKind> = Record<(typeof curveColumns)[K][number], Float64Array<ArrayBuffer>>

/** Curves as chunks of columns: appended in stretches, read whole. */
export class Curves {
  readonly #append
  readonly #count
  readonly #read
  readonly #clear

  constructor(db: Db) {
    this.#append = db.prepare('INSERT INTO chunks (run_id, kind, first, rows, data) VALUES (?, ?, ?, ?, ?)')
    this.#count = db.prepare<[string, string], { rows: number | null }>(
      'SELECT MAX(first + rows) AS rows FROM chunks WHERE run_id = ? AND kind = ?',
    )
    this.#read = db.prepare<[string, string], { rows: number; data: Buffer }>(
      'SELECT rows, data FROM chunks WHERE run_id = ? AND kind = ? ORDER BY first',
    )
    this.#clear = db.prepare('DELETE FROM chunks WHERE run_id = ?')
  }

  append<K extends CurveKind>(runId: string, kind: K, columns: Curve<K>): void {
    const arrays = curveColumns[kind].map((name) => columns[name as keyof Curve<K>])
    const rows = arrays[0]?.length ?? 0
    if (rows === 0) return
    const data = Buffer.concat(
      arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    )
    this.#append.run(runId, kind, this.#count.get(runId, kind)?.rows ?? 0, rows, data)
  }

  read<K extends CurveKind>(runId: string, kind: K): Curve<K> {
    const chunks = this.#read.all(runId, kind)
    const total = chunks.reduce((sum, { rows }) => sum + rows, 0)
    const names = curveColumns[kind]
    const columns = names.map(() => new Float64Array(total))
    let first = 0
    for (const { rows, data } of chunks) {
      // A copy, because a BLOB need not lie at a multiple of 8.
      const values = new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
      columns.forEach((column, j) => column.set(values.subarray(j * rows, (j + 1) * rows), first))
      first += rows
    }
    return Object.fromEntries(names.map((name, j) => [name, columns[j]])) as Curve<K>
  }

  clear(runId: string): void {
    this.#clear.run(runId)
  }
}
