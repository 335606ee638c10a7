#!/usr/bin/env bash
# The server against its contract: every route and status, the access matrix, hostile requests, a
# short fuzz, the audit log, and the examples of docs/api.md.
set -euo pipefail

here="$RI_SOURCE_DIR/tests/api"
# Debian's own, for whose packages scripts/setup has asked; another one may come first in PATH.
if ! /usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null; then
  echo "skipped: python3 with yaml and jsonschema is not installed (scripts/setup tests)"
  exit 77
fi

"$REVINT" generate --out company --deals 500 --seed 3 --quiet >/dev/null
"$REVINT" --db sqlite:test.db --quiet import company >/dev/null
"$REVINT" --db sqlite:test.db --quiet train --promote-if-better >/dev/null || [ $? -eq 5 ]

exec /usr/bin/python3 -B "$here/run_all.py" "$@"
