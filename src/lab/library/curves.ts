import type { EpochColumns, NormColumns, PointColumns } from '../../contract/columns.ts'
import type { Db } from './database.ts'

export type CurveKind = 'points' | 'epochs'

/**
 * The columns of each kind of curve, in stored order. A curve has the first so many of them: a workload without
 * classes has no accuracies.
 */
const curveColumns = {
  points: ['step', 'examples', 'seconds', 'trainLoss', 'trainAccuracy'],
  epochs: ['epoch', 'seconds', 'trainLoss', 'trainAccuracy', 'testLoss', 'testAccuracy'],
} as const satisfies Record<CurveKind, readonly string[]>
const always = { points: 4, epochs: 3 } as const
/**
 * What was measured after an epoch on examples set aside, as a kind of its own whose rows name their epoch: an epoch that
 * an earlier version trained has none.
 */
const validationColumns = ['epoch', 'validationLoss', 'validationAccuracy'] as const

/** As the contract has them. */
interface Kinds {
  points: PointColumns
  epochs: EpochColumns
}
export type Curve<K extends CurveKind> = Kinds[K]

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
    const given: Partial<Record<string, Float64Array>> = { ...columns }
    const named = (names: readonly string[]): Float64Array[] => names.flatMap((name) => given[name] ?? [])
    this.#appendColumns(runId, kind, named(curveColumns[kind]))
    if (given['validationLoss']) this.#appendColumns(runId, 'validation', named(validationColumns))
  }

  read<K extends CurveKind>(runId: string, kind: K): Curve<K> {
    const columns = this.#readColumns(runId, kind, always[kind])
    const names = curveColumns[kind].slice(0, columns.length)
    const curve = Object.fromEntries(names.map((name, j) => [name, columns[j]])) as unknown as Curve<K>
    return kind === 'epochs' ? { ...curve, ...this.#validation(runId, (curve as EpochColumns).epoch) } : curve
  }

  /** Columns as long as the epochs; NaN where there was no validation. */
  #validation(runId: string, epochs: Float64Array): Partial<EpochColumns> {
    const [at, ...measured] = this.#readColumns(runId, 'validation', 0)
    if (!at) return {}
    const rows = new Map(Array.from(at, (epoch, row) => [epoch, row]))
    return Object.fromEntries(
      measured.map((column, j) => [
        validationColumns[j + 1],
        Float64Array.from(epochs, (epoch) => column[rows.get(epoch) ?? -1] ?? NaN),
      ]),
    ) as Partial<EpochColumns>
  }

  /** Points that were measured. */
  pointCount(runId: string): number {
    const found: { rows: number | null } | undefined = this.#count.get(runId, 'points')
    return found?.rows ?? 0
  }

  appendNorms(runId: string, { step, gradient, update }: NormColumns): void {
    this.#appendColumns(runId, 'norms', [step, ...gradient, ...update])
  }

  /** Without layers where nothing was measured. */
  readNorms(runId: string): NormColumns {
    const [step, ...norms] = this.#readColumns(runId, 'norms', 1) as [
      Float64Array<ArrayBuffer>,
      ...Float64Array<ArrayBuffer>[],
    ]
    const layers = norms.length / 2
    return { step, gradient: norms.slice(0, layers), update: norms.slice(layers) }
  }

  /** Columns of equal length. */
  #appendColumns(runId: string, kind: string, arrays: readonly Float64Array[]): void {
    const rows = arrays[0]?.length ?? 0
    if (rows === 0) return
    const data = Buffer.concat(
      arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    )
    this.#append.run(runId, kind, this.#count.get(runId, kind)?.rows ?? 0, rows, data)
  }

  /** @param least how many columns there are where nothing was written yet */
  #readColumns(runId: string, kind: string, least: number): Float64Array<ArrayBuffer>[] {
    const chunks = this.#read.all(runId, kind)
    const total = chunks.reduce((sum, { rows }) => sum + rows, 0)
    const [some] = chunks
    const width = some ? some.data.byteLength / (8 * some.rows) : least
    const columns = Array.from({ length: width }, () => new Float64Array(total))
    let first = 0
    for (const { rows, data } of chunks) {
      // A copy, because a BLOB need not lie at a multiple of 8.
      const values = new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
      columns.forEach((column, j) => column.set(values.subarray(j * rows, (j + 1) * rows), first))
      first += rows
    }
    return columns
  }

  clear(runId: string): void {
    this.#clear.run(runId)
  }
}
