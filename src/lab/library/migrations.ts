/** Statement n brings a library from version n to n + 1. Never edited once released; only appended to. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE experiments (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    hash TEXT NOT NULL,          -- SHA-256 of the canonical source
    source TEXT NOT NULL,        -- the experiment, JSON
    text TEXT NOT NULL,          -- the file as the person wrote it
    created_at TEXT NOT NULL
  ) STRICT;

  -- What lists and sorts. 'summary' is the whole RunSummary; the columns beside it are those that queries need.
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    experiment_id TEXT REFERENCES experiments(id) ON DELETE SET NULL,
    status TEXT NOT NULL,
    detached INTEGER NOT NULL,   -- 1: goes on when whoever started it goes away
    position REAL NOT NULL,      -- order in the queue
    created_at TEXT NOT NULL,
    summary TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_creation ON runs (created_at, id);
  CREATE INDEX runs_by_experiment ON runs (experiment_id);
  CREATE INDEX runs_by_status ON runs (status, position);

  -- Curves: columns of float64 one after the other, little-endian.
  CREATE TABLE chunks (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,          -- 'points' or 'epochs'
    first INTEGER NOT NULL,      -- index of the chunk's first row in the whole curve
    rows INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (run_id, kind, first)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE checkpoints (
    run_id TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Deleted but still to be had back; gone for good when the lab ends.
  `ALTER TABLE runs ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0;`,
  // Weights that runs start from: all parameters as float32, little-endian.
  `CREATE TABLE weights (hash TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;`,
  // What experiments that tune have to know of their deleted runs, or they would ask for them again: JSON.
  `CREATE TABLE withdrawn (
    id TEXT PRIMARY KEY,
    experiment_id TEXT NOT NULL REFERENCES experiments(id) ON DELETE CASCADE,
    part TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX withdrawn_by_experiment ON withdrawn (experiment_id);`,
  // Settings that were evaluated on a test set: one row a run, kept when the run is deleted.
  `CREATE TABLE looks (
    run_id TEXT PRIMARY KEY,
    workload TEXT NOT NULL,
    dataset TEXT NOT NULL,
    experiment_id TEXT,          -- kept as well when the experiment is not there
    series TEXT NOT NULL,        -- the settings without the seed
    seen_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX looks_by_workload ON looks (workload, seen_at);
  INSERT INTO looks
    SELECT id, json_extract(summary, '$.settings.workload'), dataset_of(json_extract(summary, '$.settings.workload')),
      experiment_id, series_key(json_extract(summary, '$.settings')),
      COALESCE(json_extract(summary, '$.startedAt'), created_at)
    FROM runs
    WHERE COALESCE(json_extract(summary, '$.best.testAccuracy'), json_extract(summary, '$.best.testLoss'),
      json_extract(summary, '$.final.testAccuracy')) IS NOT NULL;`,
]
