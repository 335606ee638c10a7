-- What was erased for privacy, without what was erased. Fingerprints under the setting
-- "erasure.secret" keep later imports from bringing it back.

-- score_runs and models are lists separated by blanks: results that read an erased value.
CREATE TABLE erasures (
  id bigint PRIMARY KEY,
  erased_at bigint NOT NULL,
  kind integer NOT NULL REFERENCES entity_kinds (id),
  anonymous_key text NOT NULL,
  reason text NOT NULL,
  score_runs text NOT NULL,
  models text NOT NULL
);

-- kind is 0 for words that are found in texts.
CREATE TABLE erased_identifiers (
  digest text PRIMARY KEY,
  erasure bigint NOT NULL REFERENCES erasures (id),
  kind integer NOT NULL,
  num_words bigint NOT NULL,
  replacement text NOT NULL
);
