-- What the steps of the daily run took. In a table of their own: a replay of the same days leaves
-- the same rows in daily_steps, and never takes the same time.

-- Seconds are the shortest text that reads back as the same number; memory is the largest that the
-- process had held by the end of the step.
CREATE TABLE daily_costs (
  day bigint NOT NULL,
  step text NOT NULL,
  seconds text NOT NULL,
  processor_seconds text NOT NULL,
  peak_bytes bigint NOT NULL,
  PRIMARY KEY (day, step)
);
