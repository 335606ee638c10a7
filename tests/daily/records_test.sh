#!/usr/bin/env bash
# The log, evidence, backups and erasures of what is kept beside the events.
set -euo pipefail

if ! command -v python3 >/dev/null; then
  echo "skipped: python3 is not installed"
  exit 77
fi
"$REVINT" --quiet --as-of 2026-06-01 generate --out company --deals 300 --seed 3 >/dev/null
"$REVINT" --db sqlite:base.db --quiet import company --known-at 2026-06-01 >/dev/null
"$REVINT" --db sqlite:base.db --quiet train --cutoff 2026-06-01 --promote-if-better >/dev/null ||
  [ $? -eq 5 ]
exec python3 -B "$RI_SOURCE_DIR/tests/daily/records.py"
