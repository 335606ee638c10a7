-- Model versions, who put which one in force, and every number that was shown.

CREATE TABLE models (
  version text PRIMARY KEY,
  created_at bigint NOT NULL,
  manifest bytea NOT NULL,
  evaluation bytea NOT NULL,
  artifact bytea NOT NULL
);

-- The newest row of an alias is in force; a null version removed it.
CREATE TABLE alias_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alias text NOT NULL,
  version text REFERENCES models (version),
  at bigint NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL
);

CREATE TABLE score_runs (
  id bigint PRIMARY KEY,
  as_of bigint NOT NULL,
  known_at bigint NOT NULL,
  model_version text NOT NULL,
  created_at bigint NOT NULL
);

-- Null numbers were not available. Deals are sorted by their bytes, as everywhere.
CREATE TABLE scores (
  run bigint NOT NULL REFERENCES score_runs (id),
  deal_id text COLLATE "C" NOT NULL,
  margin double precision,
  win_probability double precision,
  win_low double precision,
  win_high double precision,
  win_by_quarter_end double precision,
  feature_row_hash text NOT NULL,
  payload text NOT NULL,
  PRIMARY KEY (run, deal_id)
);
