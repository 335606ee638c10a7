-- What was erased for privacy, without what was erased. Fingerprints under the setting
-- "erasure.secret" keep later imports from bringing it back.

-- score_runs and models are lists separated by blanks: results that read an erased value.
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY,
  erased_at INTEGER NOT NULL,
  kind INTEGER NOT NULL REFERENCES entity_kinds (id),
  anonymous_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  score_runs TEXT NOT NULL,
  models TEXT NOT NULL
) STRICT;

-- kind is 0 for words that are found in texts.
CREATE TABLE erased_identifiers (
  digest TEXT PRIMARY KEY,
  erasure INTEGER NOT NULL REFERENCES erasures (id),
  kind INTEGER NOT NULL,
  num_words INTEGER NOT NULL,
  replacement TEXT NOT NULL
) STRICT, WITHOUT ROWID;
