import { seriesKey } from '../../experiments/canonical.ts'
import type { Look, TestSetLooks } from '../../experiments/looks.ts'
import type { RunSummary } from '../../experiments/run.ts'
import { lookUp } from '../../contract/lookup.ts'
import { workloads } from '../../workloads/index.ts'
import type { Db } from './database.ts'

type Counted = Pick<TestSetLooks, 'settings' | 'runs' | 'first' | 'last'>
type Place = Pick<TestSetLooks, 'dataset' | 'workload'>

const counts =
  'COUNT(DISTINCT series) AS settings, COUNT(*) AS runs, MIN(seen_at) AS first, MAX(seen_at) AS last'

/** Which settings have been evaluated on a test set. Nothing is ever taken out: what was seen stays seen. */
export class Looks {
  readonly #db: Db
  readonly #add

  constructor(db: Db) {
    this.#db = db
    this.#add = db.prepare(
      'INSERT OR IGNORE INTO looks (run_id, workload, dataset, experiment_id, series, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
  }

  /** A run's first look counts; later ones are of the same setting. */
  add({ runId, workload, dataset, experimentId, series, seenAt }: Look): void {
    this.#add.run(runId, workload, dataset, experimentId, series, seenAt)
  }

  /** By dataset and workload, the experiments of each in the order of their first look. */
  all(): TestSetLooks[] {
    const places = this.#db
      .prepare<[], Place & Counted & { experiments: number }>(
        `SELECT dataset, workload, ${counts}, COUNT(DISTINCT experiment_id) AS experiments
         FROM looks GROUP BY dataset, workload ORDER BY dataset, workload`,
      )
      .all()
    const by = this.#db
      .prepare<[], Place & TestSetLooks['by'][number]>(
        `SELECT dataset, workload, experiment_id AS experimentId, experiments.title AS title, ${counts}
         FROM looks LEFT JOIN experiments ON experiments.id = experiment_id
         GROUP BY dataset, workload, experiment_id ORDER BY first, experiment_id`,
      )
      .all()
    return places.map((place) => ({
      ...place,
      by: by
        .filter(({ dataset, workload }) => dataset === place.dataset && workload === place.workload)
        .map(({ dataset: _dataset, workload: _workload, ...rest }) => rest),
    }))
  }

  /** Different settings of a workload that have been looked at. */
  settings(workload: string): number {
    return (
      this.#db
        .prepare<[string], { settings: number }>(
          'SELECT COUNT(DISTINCT series) AS settings FROM looks WHERE workload = ?',
        )
        .get(workload)?.settings ?? 0
    )
  }

  /** Different settings of a workload, but these, that had been looked at before a moment. */
  settingsBefore(workload: string, moment: string, but: readonly string[]): number {
    return (
      this.#db
        .prepare<[string, string, string], { settings: number }>(
          `SELECT COUNT(DISTINCT series) AS settings FROM looks
           WHERE workload = ? AND seen_at < ? AND series NOT IN (SELECT value FROM json_each(?))`,
        )
        .get(workload, moment, JSON.stringify(but))?.settings ?? 0
    )
  }
}

/** The look that a run takes as it measures something on its test set. */
export function lookOf({ id, experimentId, settings }: RunSummary, seenAt: string): Look {
  const { id: workload, dataset } = lookUp(workloads, settings.workload, 'workload')
  return { runId: id, workload, dataset, experimentId, series: seriesKey(settings), seenAt }
}

/** What migrations need of this module, as functions of SQL. */
export function defineLookFunctions(db: Db): void {
  db.function('series_key', { deterministic: true }, (settings) =>
    seriesKey(JSON.parse(String(settings)) as RunSummary['settings']),
  )
  db.function(
    'dataset_of',
    { deterministic: true },
    (workload) =>
      // Empty where this version has no such workload any more.
      workloads.find(({ id }) => id === workload)?.dataset ?? '',
  )
}
