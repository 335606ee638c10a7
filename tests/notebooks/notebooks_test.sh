#!/usr/bin/env bash
# The Python client made from the contract and, where Jupyter is installed, the notebooks, against a
# server with an invented company.
set -euo pipefail
# Debian's own, for whose packages scripts/setup has asked; another one may come first in PATH.
if ! /usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null; then
  echo "skipped: python3 with yaml and jsonschema is not installed (scripts/setup tests)"
  exit 77
fi
"$REVINT" generate --out company --deals 500 --seed 3 --quiet >/dev/null
export REVINT_DB=sqlite:test.db
"$REVINT" --quiet import company >/dev/null
"$REVINT" --quiet train --promote-if-better >/dev/null || [ $? -eq 5 ]
"$REVINT" --quiet score --out scores.csv >/dev/null
"$REVINT" --quiet features --as-of 2026-11-16 --out features.csv >/dev/null
unset REVINT_DB
/usr/bin/python3 -B "$RI_SOURCE_DIR/clients/python/generate" >revint_client.py
export PYTHONPATH="$PWD"
here="$RI_SOURCE_DIR/tests/notebooks"
jupyter=yes
imports='import pandas, matplotlib, nbconvert, ipykernel, yaml'
if ! python3 -c "$imports" 2>/dev/null && ! /usr/bin/python3 -c "$imports" 2>/dev/null; then
  echo "     notebooks: not run, Debian's jupyter-nbconvert, pandas and matplotlib are not installed (scripts/setup docs)"
  jupyter=no
fi
/usr/bin/python3 -B "$here/with_server.py" bash -euc "
  /usr/bin/python3 -B '$here/client_check.py'
  [ $jupyter = no ] || '$RI_SOURCE_DIR/scripts/notebooks' --here"
