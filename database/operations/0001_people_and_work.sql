-- What the server keeps beside the events: people and how they sign in, what they decided, long
-- work, and the log of who did what. One script for both engines: @key@ becomes a generated key.
-- Times are milliseconds since 1970-01-01 UTC, flags 0 or 1, days counted from 1970-01-01.
-- SQLite holds these tables in a file of their own, so that nobody waits for an import's lock.

CREATE TABLE users (
  id @key@,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL,
  rep_id text,
  sees_all bigint NOT NULL,
  disabled bigint NOT NULL,
  password_hash text,
  created_at bigint NOT NULL,
  last_sign_in_at bigint
);

-- Secrets are kept as SHA-256 only; they are random and long, so that suffices.
CREATE TABLE sign_in_links (
  token_hash text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  expires_at bigint NOT NULL
);

CREATE TABLE sessions (
  token_hash text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  csrf_token text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  by_link bigint NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);

CREATE TABLE tokens (
  id @key@,
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  scopes text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint
);

CREATE TABLE sign_in_failures (
  name text PRIMARY KEY,
  failures bigint NOT NULL,
  locked_until bigint NOT NULL,
  last_at bigint NOT NULL
);

-- hash = SHA-256 over previous_hash and all other fields, so that no entry can be changed or taken
-- out without breaking every later one.
CREATE TABLE audit_log (
  id bigint PRIMARY KEY,
  at bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail text NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL
);

CREATE TABLE jobs (
  id @key@,
  kind text NOT NULL,
  status text NOT NULL,
  stage text,
  done bigint NOT NULL,
  total bigint NOT NULL,
  created_at bigint NOT NULL,
  started_at bigint,
  finished_at bigint,
  heartbeat_at bigint,
  actor text NOT NULL,
  request text NOT NULL,
  error text,
  result text,
  cancel_requested bigint NOT NULL
);
CREATE INDEX jobs_by_status ON jobs (status);

CREATE TABLE decisions (
  id @key@,
  deal_id text NOT NULL,
  kind text NOT NULL,
  at bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  actor text NOT NULL,
  note text,
  until_day bigint,
  reason_code text,
  seen_as_of bigint NOT NULL,
  seen_win text,
  seen_model text,
  seen_row_hash text,
  taken_back_at bigint
);
CREATE INDEX decisions_of_deal ON decisions (deal_id);

CREATE TABLE submissions (
  id @key@,
  period text NOT NULL,
  node_id text NOT NULL,
  node_name text NOT NULL,
  kind text NOT NULL,
  category text,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  note text,
  reason_code text,
  at bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  actor text NOT NULL,
  model_mean_minor bigint,
  model_p10_minor bigint,
  model_p50_minor bigint,
  model_p90_minor bigint
);
CREATE INDEX submissions_of_period ON submissions (period);

CREATE TABLE views (
  id @key@,
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  page text NOT NULL,
  query text NOT NULL,
  shared bigint NOT NULL,
  created_at bigint NOT NULL,
  UNIQUE (user_id, page, name)
);

CREATE TABLE uploads (
  id text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  path text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  expires_at bigint NOT NULL
);

-- Results of long work that pages read again, such as the last backtest.
CREATE TABLE documents (
  name text PRIMARY KEY,
  at bigint NOT NULL,
  value text NOT NULL
);
