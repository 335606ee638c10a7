-- Alerts as they were raised, and the weeks that were drawn. Days are counted from 1970-01-01;
-- numbers with a fraction are kept as the shortest text that reads back as the same number.

CREATE TABLE alerts (
  id @key@,
  type text NOT NULL,
  deal_id text NOT NULL,
  rep_id text,
  fired_day bigint NOT NULL,
  -- 1: kept silent by the hold-out; nobody is shown it.
  withheld bigint NOT NULL,
  reason text NOT NULL,
  risk text,
  excess_risk text,
  win text,
  commit_day bigint,
  model text,
  row_hash text,
  ended_day bigint,
  -- calm: the reason went away; gone: the deal is no longer open.
  ended text,
  UNIQUE (type, deal_id, fired_day)
);
CREATE INDEX alerts_of_deal ON alerts (deal_id);

-- One row per drawn Monday; only the newest carries the state from which the next week goes on.
CREATE TABLE alert_weeks (
  week bigint PRIMARY KEY,
  model text NOT NULL,
  fired bigint NOT NULL,
  waiting bigint NOT NULL,
  ended bigint NOT NULL,
  state text NOT NULL
);
