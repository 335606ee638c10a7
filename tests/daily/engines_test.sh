#!/usr/bin/env bash
# Daily runs and an erasure on PostgreSQL, compared with SQLite.
set -euo pipefail

if ! command -v python3 >/dev/null; then
  echo "skipped: python3 is not installed"
  exit 77
fi
. "$RI_SOURCE_DIR/scripts/postgres_server.sh"
if [ -z "${REVINT_TEST_POSTGRES:-}" ] && ! find_postgres_binaries >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed"
  exit 77
fi
# A server of its own: the test fills a whole database.
trap stop_postgres EXIT
trap 'exit 143' TERM INT HUP
start_postgres
"$REVINT" --quiet --as-of 2026-06-01 generate --out company --deals 300 --seed 3 >/dev/null
python3 -B "$RI_SOURCE_DIR/tests/daily/engines.py"
