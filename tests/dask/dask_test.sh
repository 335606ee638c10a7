# A training plan on a cluster of two workers, and the trained heads taken in again: through the same
# calibration and gates, with the log loss of a training here within noise.
set -euo pipefail
if ! /usr/bin/python3 -c 'import xgboost, dask.array, dask.distributed, pandas' 2>/dev/null; then
  echo "python3-xgboost, python3-pandas or python3-distributed is not installed (scripts/setup interchange)"
  exit 77
fi
as_of=2026-11-16
revint() { "$REVINT" --db sqlite:crm.db --as-of $as_of --known-at $as_of --quiet "$@"; }
"$REVINT" generate --out company --scenario small-team --deals 1200 --seed 3 --as-of $as_of --quiet >/dev/null
revint import company >/dev/null

# Without heads there is nothing to take in.
revint train --export-plan plan >/dev/null
if revint models import plan >refused.txt 2>&1; then echo "a plan without heads was taken"; exit 1; fi
grep -q train-on-dask refused.txt

timeout 300 /usr/bin/python3 "$RI_SOURCE_DIR/scripts/train-on-dask" plan --workers 2 --bags 1 --rounds 150
revint train --json >here.json || true
revint models import plan --json >there.json || true
/usr/bin/python3 "$RI_SOURCE_DIR/tests/dask/compare_metrics.py" plan/plan.json here.json there.json
