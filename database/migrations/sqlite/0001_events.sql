-- The bitemporal event store: what was learned, from which import, and which rows were refused.
-- Times are milliseconds since 1970-01-01 UTC. Rows of `events` are never changed.

CREATE TABLE entity_kinds (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO entity_kinds (id, name) VALUES
  (1, 'deal'), (2, 'account'), (3, 'rep'), (4, 'contact'), (5, 'team'), (6, 'product'),
  (7, 'quota'), (8, 'currency rate'), (9, 'forecast submission'), (10, 'line item'), (11, 'split');

CREATE TABLE value_types (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO value_types (id, name) VALUES
  (1, 'flag'), (2, 'integer'), (3, 'real'), (4, 'money'), (5, 'date'), (6, 'timestamp'),
  (7, 'text'), (8, 'reference');

-- One finished import each.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  content_sha256 TEXT NOT NULL UNIQUE,
  mapping TEXT NOT NULL,
  known_at INTEGER NOT NULL,
  num_rows INTEGER NOT NULL,
  num_events INTEGER NOT NULL,
  num_rejects INTEGER NOT NULL
) STRICT;

CREATE TABLE rejects (
  batch INTEGER NOT NULL REFERENCES batches (id),
  position INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (batch, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attributes (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL REFERENCES entity_kinds (id),
  name TEXT NOT NULL,
  type INTEGER NOT NULL REFERENCES value_types (id),
  reference_kind INTEGER NOT NULL REFERENCES entity_kinds (id),
  custom INTEGER NOT NULL CHECK (custom IN (0, 1)),
  UNIQUE (kind, name, type)
) STRICT;

-- The dictionaries and the events carry no index and no foreign keys: imports write millions of
-- rows, hold the only write lock, and check every id and every duplicate in memory. `doctor`
-- verifies the same rules on what is stored.
CREATE TABLE entities (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL
) STRICT;

CREATE TABLE symbols (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

-- recorded_time is null when the source does not say; value is null when it was cleared.
CREATE TABLE events (
  batch INTEGER NOT NULL,
  entity INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  event_time INTEGER NOT NULL,
  recorded_time INTEGER,
  sequence INTEGER NOT NULL,
  value INTEGER
) STRICT;

-- A stored event that another import held as well, when that import was known earlier than every
-- import that held it before: what makes the order of imports irrelevant.
CREATE TABLE sightings (
  batch INTEGER NOT NULL,
  entity INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  event_time INTEGER NOT NULL,
  recorded_time INTEGER,
  sequence INTEGER NOT NULL,
  value INTEGER
) STRICT;

-- The events as people read them. Money is in minor units.
CREATE VIEW readable_events AS
SELECT
  b.source AS source,
  k.name AS kind,
  e.key AS entity,
  a.name AS attribute,
  strftime('%Y-%m-%dT%H:%M:%fZ', v.event_time / 1000.0, 'unixepoch') AS event_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', v.recorded_time / 1000.0, 'unixepoch') AS recorded_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', b.known_at / 1000.0, 'unixepoch') AS batch_known_at,
  v.sequence AS sequence,
  t.name AS type,
  CASE
    WHEN v.value IS NULL THEN NULL
    WHEN a.type = 3 THEN
      CAST(iif(v.value < 0, -1.0, 1.0)
           * iif((v.value >> 52) & 2047 = 0, v.value & 4503599627370495,
                 (v.value & 4503599627370495) + 4503599627370496)
           * pow(2.0, max((v.value >> 52) & 2047, 1) - 1075) AS TEXT)
    WHEN a.type = 5 THEN date(v.value * 86400, 'unixepoch')
    WHEN a.type = 6 THEN strftime('%Y-%m-%dT%H:%M:%fZ', v.value / 1000.0, 'unixepoch')
    WHEN a.type = 7 THEN (SELECT s.text FROM symbols s WHERE s.id = v.value)
    WHEN a.type = 8 THEN (SELECT r.key FROM entities r WHERE r.id = v.value)
    ELSE CAST(v.value AS TEXT)
  END AS value
FROM events v
JOIN batches b ON b.id = v.batch
JOIN entities e ON e.id = v.entity
JOIN attributes a ON a.id = v.attribute
JOIN entity_kinds k ON k.id = a.kind
JOIN value_types t ON t.id = a.type;
