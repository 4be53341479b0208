import { dirname } from 'node:path'
import type { NormColumns } from '../../contract/columns.ts'
import type { Progress } from '../../contract/engine.ts'
import { DescentError } from '../../contract/errors.ts'
import type { Experiment } from '../../experiments/experiment.ts'
import { epochResults, type RunRecord, type RunSummary } from '../../experiments/run.ts'
import { Curves, type Curve } from './curves.ts'
import { libraryError, type Db } from './database.ts'
import { Looks } from './looks.ts'

export interface StoredExperiment {
  id: string
  title: string
  hash: string
  source: Experiment
  text: string
}

type WithdrawnRun = Pick<RunSummary, 'id' | 'status' | 'study' | 'settings' | 'final'>

interface RunRow {
  summary: string
}

/** Runs, their curves and checkpoints, and experiments. Synchronous; `transaction` makes several writes one. */
export class Library {
  /** Of test sets. */
  readonly looks: Looks
  readonly #db: Db
  readonly #curves: Curves
  readonly #insert
  readonly #update
  readonly #one
  readonly #byPrefix
  readonly #trashed
  readonly #all
  readonly #ofExperiment
  readonly #withdraw
  readonly #withdrawn
  readonly #waiting
  readonly #detach
  readonly #place
  readonly #trash
  readonly #remove
  readonly #setCheckpoint
  readonly #checkpoint
  readonly #forgetCheckpoint
  readonly #addWeights
  readonly #weights
  readonly #insertExperiment
  readonly #experiment

  constructor(db: Db) {
    this.#db = db
    this.#curves = new Curves(db)
    this.looks = new Looks(db)
    this.#insert = db.prepare(
      'INSERT INTO runs (id, experiment_id, status, detached, position, created_at, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#update = db.prepare('UPDATE runs SET status = ?, summary = ? WHERE id = ?')
    this.#one = db.prepare<[string], RunRow>('SELECT summary FROM runs WHERE id = ? AND trashed = 0')
    this.#byPrefix = db.prepare<[string], RunRow>(
      "SELECT summary FROM runs WHERE id LIKE ? || '%' ESCAPE '!' AND trashed = 0 LIMIT 2",
    )
    this.#trashed = db.prepare<[string], RunRow>('SELECT summary FROM runs WHERE id = ? AND trashed = 1')
    this.#all = db.prepare<[], RunRow>('SELECT summary FROM runs WHERE trashed = 0 ORDER BY created_at, id')
    this.#ofExperiment = db.prepare<[string], RunRow>(
      'SELECT summary FROM runs WHERE experiment_id = ? AND trashed = 0 ORDER BY created_at, id',
    )
    const withdraw = (which: string): string =>
      `INSERT OR REPLACE INTO withdrawn (id, experiment_id, part)
       SELECT id, experiment_id, json_object('id', id, 'status', status, 'study', json_extract(summary, '$.study'),
         'settings', json_extract(summary, '$.settings'), 'final', json_extract(summary, '$.final'))
       FROM runs WHERE ${which} AND experiment_id IS NOT NULL AND json_extract(summary, '$.study') IS NOT NULL`
    this.#withdraw = db.prepare<[string]>(withdraw('id = ?'))
    this.#withdrawn = db.prepare<[string, string], RunRow>(
      `SELECT summary FROM runs WHERE experiment_id = ? AND trashed = 1
       UNION ALL SELECT part AS summary FROM withdrawn WHERE experiment_id = ?`,
    )
    db.prepare(withdraw('trashed = 1')).run()
    db.prepare('DELETE FROM runs WHERE trashed = 1').run()
    db.prepare(
      "DELETE FROM weights WHERE hash NOT IN (SELECT json_extract(summary, '$.settings.weights') FROM runs WHERE json_extract(summary, '$.settings.weights') IS NOT NULL)",
    ).run()
    this.#addWeights = db.prepare('INSERT OR REPLACE INTO weights (hash, data) VALUES (?, ?)')
    this.#weights = db.prepare<[string], { data: Buffer }>('SELECT data FROM weights WHERE hash = ?')
    this.#waiting = db.prepare<[], RunRow & { detached: 0 | 1; position: number }>(
      "SELECT summary, detached, position FROM runs WHERE status IN ('queued', 'running', 'paused') AND trashed = 0 ORDER BY position",
    )
    this.#detach = db.prepare('UPDATE runs SET detached = ? WHERE id = ?')
    this.#place = db.prepare('UPDATE runs SET position = ? WHERE id = ?')
    this.#trash = db.prepare('UPDATE runs SET trashed = ? WHERE id = ?')
    this.#remove = db.prepare('DELETE FROM runs WHERE id = ?')
    this.#setCheckpoint = db.prepare(
      'INSERT INTO checkpoints (run_id, step, data) VALUES (?, ?, ?) ON CONFLICT (run_id) DO UPDATE SET step = excluded.step, data = excluded.data',
    )
    this.#checkpoint = db.prepare<[string], { data: Buffer }>('SELECT data FROM checkpoints WHERE run_id = ?')
    this.#forgetCheckpoint = db.prepare('DELETE FROM checkpoints WHERE run_id = ?')
    this.#insertExperiment = db.prepare(
      'INSERT INTO experiments (id, title, hash, source, text, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#experiment = db.prepare<
      [string],
      { id: string; title: string; hash: string; source: string; text: string }
    >('SELECT id, title, hash, source, text FROM experiments WHERE id = ?')
  }

  /**
   * All writes within are one transaction: all kept or none.
   * @throws DescentError `disk-full` and others where the disk does not take them
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#db.transaction(work)()
    } catch (error) {
      throw libraryError(error, dirname(this.#db.name))
    }
  }

  addExperiment(experiment: StoredExperiment, createdAt: string): void {
    const { id, title, hash, source, text } = experiment
    this.#insertExperiment.run(id, title, hash, JSON.stringify(source), text, createdAt)
  }

  experiment(id: string): StoredExperiment | null {
    const row = this.#experiment.get(id)
    return row ? { ...row, source: JSON.parse(row.source) as Experiment } : null
  }

  /** When an experiment was submitted; null where there is none of that id. */
  experimentBegan(id: string): string | null {
    const row = this.#db
      .prepare<[string], { createdAt: string }>(
        'SELECT created_at AS createdAt FROM experiments WHERE id = ?',
      )
      .get(id)
    return row?.createdAt ?? null
  }

  addRun(run: RunSummary, queue: { detached: boolean; position: number }): void {
    this.#insert.run(
      run.id,
      run.experimentId,
      run.status,
      queue.detached ? 1 : 0,
      queue.position,
      run.createdAt,
      JSON.stringify(run),
    )
  }

  /** A run that was trained elsewhere, with its whole curves. One of the same id that was deleted gives way. */
  takeIn(
    run: RunSummary,
    {
      points,
      epochs,
      norms,
    }: { points: Curve<'points'>; epochs: Curve<'epochs'>; norms: NormColumns | null },
  ): void {
    for (const table of ['runs', 'withdrawn'])
      this.#db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(run.id)
    this.addRun(run, { detached: false, position: 0 })
    this.#curves.append(run.id, 'points', points)
    this.#curves.append(run.id, 'epochs', epochs)
    if (norms) this.#curves.appendNorms(run.id, norms)
  }

  saveRun(run: RunSummary): void {
    this.#update.run(run.status, JSON.stringify(run), run.id)
  }

  setDetached(id: string, detached: boolean): void {
    this.#detach.run(detached ? 1 : 0, id)
  }

  setPosition(id: string, position: number): void {
    this.#place.run(position, id)
  }

  runs(): RunSummary[] {
    return this.#all.all().map(parse)
  }

  runsOf(experimentId: string): RunSummary[] {
    return this.#ofExperiment.all(experimentId).map(parse)
  }

  /** Those of these runs that there are, in the order of their creation. */
  runsAmong(ids: readonly string[]): RunSummary[] {
    return this.#db
      .prepare<[string], RunRow>(
        'SELECT summary FROM runs WHERE id IN (SELECT value FROM json_each(?)) AND trashed = 0 ORDER BY created_at, id',
      )
      .all(JSON.stringify(ids))
      .map(parse)
  }

  /** Deleted runs of an experiment that tunes: as far as it has to know them. */
  withdrawnOf(experimentId: string): WithdrawnRun[] {
    return this.#withdrawn
      .all(experimentId, experimentId)
      .map(({ summary }) => JSON.parse(summary) as WithdrawnRun)
  }

  /** Experiments that tune, of whose runs some go on when whoever started them goes away. */
  detachedStudies(): string[] {
    return this.#db
      .prepare<[], { id: string }>(
        `SELECT id FROM experiments WHERE json_extract(source, '$.tuning') IS NOT NULL
         AND EXISTS (SELECT 1 FROM runs WHERE experiment_id = experiments.id AND detached = 1 AND trashed = 0)`,
      )
      .all()
      .map(({ id }) => id)
  }

  /** Experiments that tune and all of whose runs have a result; but not those that a bundle brought, which go on nowhere. */
  restingStudies(): string[] {
    return this.#db
      .prepare<[], { id: string }>(
        `SELECT id FROM experiments WHERE json_extract(source, '$.tuning') IS NOT NULL
         AND EXISTS (SELECT 1 FROM runs WHERE experiment_id = experiments.id AND trashed = 0)
         AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment_id = experiments.id AND trashed = 0
           AND (status NOT IN ('done', 'diverged') OR json_extract(summary, '$.origin') IS NOT NULL))`,
      )
      .all()
      .map(({ id }) => id)
  }

  /** Unfinished runs in the order of the queue. */
  unfinished(): { run: RunSummary; detached: boolean; position: number }[] {
    return this.#waiting
      .all()
      .map((row) => ({ run: parse(row), detached: row.detached === 1, position: row.position }))
  }

  /**
   * @param id a run's id, or the beginning of one
   * @throws DescentError `not-found`
   */
  run(id: string): RunSummary {
    const exact = this.#one.get(id)
    if (exact) return parse(exact)
    const rows = id === '' ? [] : this.#byPrefix.all(id.replace(/[%_!]/g, '!$&'))
    const [only] = rows
    if (only && rows.length === 1) return parse(only)
    throw rows.length > 1
      ? notFound(`Several runs begin with "${id}".`)
      : notFound(`There is no run "${id}".`)
  }

  /**
   * A run that was deleted and can be had back.
   * @throws DescentError `not-found`
   */
  trashed(id: string): RunSummary {
    const row = this.#trashed.get(id)
    if (row) return parse(row)
    throw notFound(`There is no deleted run "${id}".`)
  }

  /** A run with what was measured after each epoch. */
  record(id: string): RunRecord {
    const run = this.run(id)
    return { ...run, epochs: epochResults(this.epochs(run.id)) }
  }

  epochs(id: string): Curve<'epochs'> {
    return this.#curves.read(id, 'epochs')
  }

  norms(id: string): NormColumns {
    return this.#curves.readNorms(id)
  }

  metrics(id: string): Curve<'points'> {
    return this.#curves.read(id, 'points')
  }

  pointCount(id: string): number {
    return this.#curves.pointCount(id)
  }

  /** A stretch of a run and the checkpoint at its end; belongs in one transaction with `saveRun`. */
  appendProgress(id: string, { step, points, epochs, norms, checkpoint }: Progress): void {
    this.#curves.append(id, 'points', points)
    this.#curves.append(id, 'epochs', epochs)
    if (norms) this.#curves.appendNorms(id, norms)
    this.#setCheckpoint.run(id, step, checkpoint)
  }

  checkpoint(id: string): Uint8Array<ArrayBuffer> | null {
    const row = this.#checkpoint.get(id)
    return row ? Uint8Array.from(row.data) : null
  }

  /** @param hash of the file they came in. @param theta all parameters as one vector */
  addWeights(hash: string, theta: Float32Array): void {
    this.#addWeights.run(hash, new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength))
  }

  hasWeights(hash: string): boolean {
    return this.#weights.get(hash) !== undefined
  }

  /** @throws DescentError `not-found` */
  weights(hash: string): Float32Array<ArrayBuffer> {
    const row = this.#weights.get(hash)
    if (row) return new Float32Array(Uint8Array.from(row.data).buffer)
    throw new DescentError(
      'not-found',
      `The library holds no weights ${hash.slice(0, 7)}.`,
      'Give the file again: `descent train WORKLOAD --weights FILE.safetensors`.',
    )
  }

  /** A run that ended needs no checkpoint. */
  forgetCheckpoint(id: string): void {
    this.#forgetCheckpoint.run(id)
  }

  /** Back to step 0: the curve and the checkpoint are gone. */
  reset(id: string): void {
    this.#curves.clear(id)
    this.#forgetCheckpoint.run(id)
  }

  /** Out of all lists, or back in them. */
  setTrashed(id: string, trashed: boolean): void {
    this.#trash.run(trashed ? 1 : 0, id)
  }

  experiments(): (StoredExperiment & { createdAt: string })[] {
    const rows = this.#db
      .prepare<[], Omit<StoredExperiment, 'source'> & { source: string; createdAt: string }>(
        'SELECT id, title, hash, source, text, created_at AS createdAt FROM experiments ORDER BY created_at',
      )
      .all()
    return rows.map((row) => ({ ...row, source: JSON.parse(row.source) as Experiment }))
  }

  /** Training time per step of the latest finished runs of a workload, by the batch sizes that they had. */
  stepTimes(workload: string): { batch: number; seconds: number }[] {
    return this.#db
      .prepare<[string], { batch: number; seconds: number }>(
        `SELECT batch, TOTAL(seconds) / SUM(steps) AS seconds FROM
         (SELECT json_extract(summary, '$.settings.batch') AS batch, json_extract(summary, '$.seconds') AS seconds,
                 json_extract(summary, '$.steps') AS steps
          FROM runs WHERE status = 'done' AND json_extract(summary, '$.settings.workload') = ?
          ORDER BY created_at DESC LIMIT 50)
         GROUP BY batch HAVING SUM(steps) > 0 AND SUM(seconds) > 0`,
      )
      .all(workload)
  }

  deleteRun(id: string): void {
    this.#withdraw.run(id)
    this.#remove.run(id)
  }

  close(): void {
    this.#db.close()
  }
}

const notFound = (message: string): DescentError =>
  new DescentError('not-found', message, '`descent runs list` shows all runs.')

const parse = (row: RunRow): RunSummary => JSON.parse(row.summary) as RunSummary
