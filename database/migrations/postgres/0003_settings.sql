-- Small named documents that belong to the database itself.

CREATE TABLE settings (
  name text PRIMARY KEY,
  value text NOT NULL
);
