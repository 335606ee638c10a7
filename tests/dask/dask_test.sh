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

# Of few deals every fit has the same number of trees, as a training here: stopping where the judged
# rows like it best would flatter it.
"$REVINT" generate --out few --scenario small-team --deals 240 --seed 3 --as-of $as_of --quiet >/dev/null
revint_few() { "$REVINT" --db sqlite:few.db --as-of $as_of --known-at $as_of --quiet "$@"; }
revint_few import few >/dev/null
revint_few train --export-plan few-plan >/dev/null
timeout 300 /usr/bin/python3 "$RI_SOURCE_DIR/scripts/train-on-dask" few-plan --workers 2 --bags 1
/usr/bin/python3 - few-plan <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
plan = json.loads((folder / "plan.json").read_text())
assert plan["candidate"] == "shrunken trees", plan["candidate"]
grown = {file.name: len(json.loads(file.read_text())["learner"]["gradient_booster"]["model"]["trees"])
         for file in sorted((folder / "models").iterdir())}
assert len(grown) == len(plan["parts"]) and set(grown.values()) == {plan["rounds"]}, grown
PYTHON
revint_few models import few-plan >/dev/null
