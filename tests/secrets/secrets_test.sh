#!/usr/bin/env bash
# Nothing that lets somebody in is ever written to a log, an error or a process list.
set -euo pipefail
# Debian's own, for whose packages scripts/setup has asked; another one may come first in PATH.
if ! /usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null; then
  echo "skipped: python3 with yaml and jsonschema is not installed (scripts/setup tests)"
  exit 77
fi
exec /usr/bin/python3 -B "$RI_SOURCE_DIR/tests/secrets/secrets_check.py"
