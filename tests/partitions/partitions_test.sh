#!/usr/bin/env bash
# Events in parts (database/partition_events.sql) beside the same events in one table: imports, reading,
# erasure, backup and restore do not tell the difference, and a closed part is not written again.
set -euo pipefail
. "$RI_SOURCE_DIR/scripts/postgres_server.sh"
if ! find_postgres_binaries >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed"
  exit 77
fi
trap stop_postgres EXIT
trap 'exit 143' TERM INT HUP

fail() { echo "FAILED: $*" >&2; exit 1; }
start_postgres
server="$REVINT_TEST_POSTGRES"
schema() {
  psql --quiet "$server" --command="CREATE SCHEMA $1"
  echo "$server&options=-csearch_path%3D$1"
}
whole="$(schema whole)"
parts="$(schema parts)"
value() { psql --quiet --no-align --tuples-only "$1" --command="$2"; }
close_part() {
  psql --quiet "$parts" --set name="$1" --file "$RI_SOURCE_DIR/database/partition_events.sql"
}
revint_on() { "$REVINT" --quiet --as-of 2026-06-01 --db "$1" "${@:2}"; }
same() {
  local database
  for database in "$whole" "$parts"; do
    revint_on "$database" features --out features.csv >/dev/null
    revint_on "$database" doctor | grep -v '^engine\|^size\|^newest' >doctor.txt
    grep -q '^integrity: ok' doctor.txt || fail "doctor is not content $1: $(cat doctor.txt)"
    value "$database" 'SELECT * FROM readable_events' | LC_ALL=C sort >readable.txt
    sha256sum features.csv doctor.txt readable.txt >"$([ "$database" = "$whole" ] && echo whole || echo parts).txt"
  done
  [ "$(wc -l <features.csv)" -gt 10 ] || fail "there is nothing to compare $1"
  diff whole.txt parts.txt || fail "the two databases differ $1"
}

for seed in 1 2 3; do
  "$REVINT" --quiet --as-of 2026-06-01 generate --out "company-$seed" --deals 400 --seed "$seed" >/dev/null
done
import() { for database in "$whole" "$parts"; do revint_on "$database" import "$1" --known-at "$2" >/dev/null; done; }

import company-1 2026-05-01
close_part events_2024
same "after the first import"
import company-2 2026-05-08
[ "$(value "$parts" 'SELECT count(*) FROM events_open')" -gt 0 ] || fail "the open part got nothing"
close_part "events of 2025"
same "after the second part was closed"
if close_part events_none 2>refusal.txt; then fail "an empty part was closed"; fi
grep -q 'nothing to close' refusal.txt || fail "unclear refusal: $(cat refusal.txt)"

# What is closed is not written again by an import: no page of it gets a newer transaction.
newest() { value "$parts" "SELECT count(*), max(xmin::text::bigint) FROM $1"; }
before="$(newest events_2024) $(newest '"events of 2025"')"
import company-3 2026-05-15
same "after the third import"
[ "$before" = "$(newest events_2024) $(newest '"events of 2025"')" ] || fail "a closed part was written"
[ "$(value "$parts" 'SELECT count(DISTINCT tableoid) FROM events')" -eq 3 ] || fail "not three parts"

# An erasure reaches the rows of every part, those at the same place of different parts too.
account="$(value "$parts" "SELECT e.key FROM entities e JOIN events v ON v.entity = e.id WHERE e.kind = 2
  GROUP BY e.id, e.key ORDER BY count(DISTINCT v.tableoid) DESC, e.key LIMIT 1")"
for database in "$whole" "$parts"; do
  revint_on "$database" erase --account "$account" --reason "asked for" >"erased.txt"
  sed 's/[0-9a-f]\{16,\}//g' erased.txt >>"erased-both.txt"
done
[ "$(value "$parts" "SELECT count(*) FROM entities WHERE key = '$account'")" -eq 0 ] || fail "$account is still there"
for database in "$whole" "$parts"; do
  value "$database" 'SELECT count(*), count(value), sum(hashint8extended(event_time, coalesce(value, 0)) / 1000) FROM events'
done | uniq | wc -l | grep -qx 1 || fail "an erasure changed other rows in parts"

revint_on "$parts" backup --out parts.backup >/dev/null
revint_on sqlite:restored.db restore parts.backup >/dev/null
revint_on sqlite:restored.db features --out restored.csv >/dev/null
revint_on "$parts" features --out features.csv >/dev/null
cmp restored.csv features.csv || fail "a restored backup differs"
revint_on "$parts" restore parts.backup --force >/dev/null
revint_on "$parts" features --out again.csv >/dev/null
cmp again.csv features.csv || fail "the database differs after restoring into its own parts"
[ "$(value "$parts" 'SELECT count(DISTINCT tableoid) FROM events')" -eq 3 ] || fail "the parts are lost"
echo "Three parts gave the same bytes as one table, through imports, an erasure, backup and restore."
