#!/usr/bin/env bash
# An automatic way back after two failed checks, in the log, in the letter and in each deal's change.
set -euo pipefail

if ! command -v python3 >/dev/null; then
  echo "skipped: python3 is not installed"
  exit 77
fi
"$REVINT" --quiet --as-of 2026-06-01 generate --out company --deals 1600 --seed 1 >/dev/null
"$REVINT" --db sqlite:base.db --quiet import company --known-at 2026-06-01 >/dev/null
exec python3 -B "$RI_SOURCE_DIR/tests/daily/rollback.py"
