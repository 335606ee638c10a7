#!/usr/bin/env bash
# Some weeks of daily runs, killed at random moments, end in the same state as the undisturbed ones.
# The whole year: bench/daily_year/daily_year.py --days 365 --deals 900
set -euo pipefail

if ! command -v python3 >/dev/null; then
  echo "skipped: python3 is not installed"
  exit 77
fi
exec python3 -B "$RI_SOURCE_DIR/bench/daily_year/daily_year.py" --revint "$REVINT" --days 38 \
  --deals 300
