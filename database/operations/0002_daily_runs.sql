-- The daily run: which steps of which day are over, what they found, and what was sent. A run that
-- was killed goes on from here. Times are those the run looks from, so that a replay of the same
-- days leaves the same rows.

CREATE TABLE daily_runs (
  day bigint PRIMARY KEY,
  moment bigint NOT NULL,
  status text NOT NULL
);

-- `state` is what a step noted before it changed anything; `report` is JSON.
CREATE TABLE daily_steps (
  day bigint NOT NULL REFERENCES daily_runs (day),
  step text NOT NULL,
  status text NOT NULL,
  state text,
  summary text NOT NULL,
  report text NOT NULL,
  PRIMARY KEY (day, step)
);

-- One row per message and channel; `id` travels with the message, so that a receiver can tell a
-- repeated one.
CREATE TABLE deliveries (
  id text PRIMARY KEY,
  document text NOT NULL,
  channel text NOT NULL,
  status text NOT NULL,
  attempts bigint NOT NULL,
  last_at bigint NOT NULL,
  error text
);

CREATE INDEX audit_by_subject ON audit_log (action, subject);
