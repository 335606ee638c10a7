-- Model versions, who put which one in force, and every number that was shown.

CREATE TABLE models (
  version TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  manifest BLOB NOT NULL,
  evaluation BLOB NOT NULL,
  artifact BLOB NOT NULL
) STRICT;

-- The newest row of an alias is in force; a null version removed it.
CREATE TABLE alias_changes (
  id INTEGER PRIMARY KEY,
  alias TEXT NOT NULL,
  version TEXT REFERENCES models (version),
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE score_runs (
  id INTEGER PRIMARY KEY,
  as_of INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  model_version TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Null numbers were not available.
CREATE TABLE scores (
  run INTEGER NOT NULL REFERENCES score_runs (id),
  deal_id TEXT NOT NULL,
  margin REAL,
  win_probability REAL,
  win_low REAL,
  win_high REAL,
  win_by_quarter_end REAL,
  feature_row_hash TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (run, deal_id)
) STRICT, WITHOUT ROWID;
