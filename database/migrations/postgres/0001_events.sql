-- The bitemporal event store: what was learned, from which import, and which rows were refused.
-- Times are milliseconds since 1970-01-01 UTC. Rows of events are never changed.

CREATE TABLE entity_kinds (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE
);

INSERT INTO entity_kinds (id, name) VALUES
  (1, 'deal'), (2, 'account'), (3, 'rep'), (4, 'contact'), (5, 'team'), (6, 'product'),
  (7, 'quota'), (8, 'currency rate'), (9, 'forecast submission'), (10, 'line item'), (11, 'split');

CREATE TABLE value_types (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE
);

INSERT INTO value_types (id, name) VALUES
  (1, 'flag'), (2, 'integer'), (3, 'real'), (4, 'money'), (5, 'date'), (6, 'timestamp'),
  (7, 'text'), (8, 'reference');

-- One finished import each.
CREATE TABLE batches (
  id integer PRIMARY KEY,
  source text NOT NULL,
  path text NOT NULL,
  content_sha256 text NOT NULL UNIQUE,
  mapping text NOT NULL,
  known_at bigint NOT NULL,
  num_rows bigint NOT NULL,
  num_events bigint NOT NULL,
  num_rejects bigint NOT NULL
);

CREATE TABLE rejects (
  batch integer NOT NULL REFERENCES batches (id),
  position bigint NOT NULL,
  file text NOT NULL,
  line bigint NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (batch, position)
);

CREATE TABLE attributes (
  id integer PRIMARY KEY,
  kind integer NOT NULL REFERENCES entity_kinds (id),
  name text NOT NULL,
  type integer NOT NULL REFERENCES value_types (id),
  reference_kind integer NOT NULL REFERENCES entity_kinds (id),
  custom boolean NOT NULL,
  UNIQUE (kind, name, type)
);

-- The dictionaries and the events carry no index beside their ids and no foreign keys: imports
-- write millions of rows, hold the import lock, and check every id and every duplicate in memory.
-- `doctor` verifies the same rules on what is stored.
CREATE TABLE entities (
  id integer PRIMARY KEY,
  kind integer NOT NULL,
  key text NOT NULL
);

CREATE TABLE symbols (
  id integer PRIMARY KEY,
  text text NOT NULL
);

-- recorded_time is null when the source does not say; value is null when it was cleared.
CREATE TABLE events (
  batch integer NOT NULL,
  entity integer NOT NULL,
  attribute integer NOT NULL,
  event_time bigint NOT NULL,
  recorded_time bigint,
  sequence bigint NOT NULL,
  value bigint
);

-- A stored event that another import held as well, when that import was known earlier than every
-- import that held it before: what makes the order of imports irrelevant.
CREATE TABLE sightings (
  batch integer NOT NULL,
  entity integer NOT NULL,
  attribute integer NOT NULL,
  event_time bigint NOT NULL,
  recorded_time bigint,
  sequence bigint NOT NULL,
  value bigint
);

-- The events as people read them. Money is in minor units.
CREATE VIEW readable_events AS
SELECT
  b.source AS source,
  k.name AS kind,
  e.key AS entity,
  a.name AS attribute,
  timestamp '1970-01-01' + v.event_time * interval '1 millisecond' AS event_time,
  timestamp '1970-01-01' + v.recorded_time * interval '1 millisecond' AS recorded_time,
  timestamp '1970-01-01' + b.known_at * interval '1 millisecond' AS batch_known_at,
  v.sequence AS sequence,
  t.name AS type,
  CASE
    WHEN v.value IS NULL THEN NULL
    WHEN a.type = 3 THEN
      (CASE WHEN v.value < 0 THEN -1.0::float8 ELSE 1.0::float8 END
       * CASE WHEN (v.value >> 52) & 2047 = 0 THEN (v.value & 4503599627370495)::float8
              ELSE ((v.value & 4503599627370495) + 4503599627370496)::float8 END
       * power(2.0::float8, (greatest((v.value >> 52) & 2047, 1) - 1075)::float8))::text
    WHEN a.type = 5 THEN (date '1970-01-01' + v.value::integer)::text
    WHEN a.type = 6 THEN (timestamp '1970-01-01' + v.value * interval '1 millisecond')::text
    WHEN a.type = 7 THEN (SELECT s.text FROM symbols s WHERE s.id = v.value)
    WHEN a.type = 8 THEN (SELECT r.key FROM entities r WHERE r.id = v.value)
    ELSE v.value::text
  END AS value
FROM events v
JOIN batches b ON b.id = v.batch
JOIN entities e ON e.id = v.entity
JOIN attributes a ON a.id = v.attribute
JOIN entity_kinds k ON k.id = a.kind
JOIN value_types t ON t.id = a.type;
