-- Puts the events of a PostgreSQL database into parts, one after the other in time: a part that is
-- closed is never written again (but by an erasure), so it is frozen once, can lie in a tablespace
-- of its own and needs no further vacuum.
--
--   psql DATABASE-URL --set name=events_2026 --file database/partition_events.sql
--
-- What was imported until now becomes the closed part with this name; later imports go into the open
-- part events_open. Run it again, with another name, to close that one. No row is moved. Imports wait
-- while it runs, for as long as it takes to read the newest part once.
\set ON_ERROR_STOP on
BEGIN;
SELECT set_config('revint.part', :'name', true) \g /dev/null
DO $$
DECLARE
  part text := current_setting('revint.part');
  readable text := pg_get_viewdef('readable_events'::regclass);
  first_batch integer;
  last_batch integer;
BEGIN
  LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
  SELECT coalesce(max(id), 0) INTO last_batch FROM batches;
  IF (SELECT relkind FROM pg_class WHERE oid = 'events'::regclass) = 'r' THEN
    EXECUTE format('ALTER TABLE events RENAME TO %I', part);
    EXECUTE format('CREATE TABLE events (LIKE %I INCLUDING ALL) PARTITION BY RANGE (batch)', part);
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%s)', part,
                   last_batch + 1);
    -- The view followed the renamed table; it shall show all parts.
    EXECUTE 'CREATE OR REPLACE VIEW readable_events AS ' || readable;
  ELSE
    SELECT min(batch) INTO first_batch FROM events_open;
    IF first_batch IS NULL THEN
      RAISE EXCEPTION 'The open part is empty: there is nothing to close yet.';
    END IF;
    ALTER TABLE events DETACH PARTITION events_open;
    EXECUTE format('ALTER TABLE events_open RENAME TO %I', part);
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', part,
                   first_batch, last_batch + 1);
  END IF;
  CREATE TABLE events_open PARTITION OF events DEFAULT;
END
$$;
COMMIT;
