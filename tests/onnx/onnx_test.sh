# Exported ONNX files in ONNX Runtime: every kind of head, calibrator and timing, and a model that
# the program trained, against our own evaluator; every probability within 1e-5.
set -euo pipefail
here="$RI_SOURCE_DIR/tests/onnx"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "node and npm are not installed (scripts/setup web)"
  exit 77
fi
# scripts/test installs the client beside this file; a lone run installs it here.
export ONNX_CLIENT="$here"
if [ ! -d "$here/node_modules/onnxruntime-web" ]; then
  export ONNX_CLIENT="$PWD/client"
  mkdir client
  cp "$here/package.json" "$here/package-lock.json" client/
  if ! timeout 120 npm ci --prefix client --ignore-scripts --no-audit --no-fund >npm.log 2>&1; then
    echo "onnxruntime-web cannot be installed: $(grep -m 1 -i error npm.log || echo 'no package source')"
    exit 77
  fi
fi

"$(dirname "$REVINT")/ri_onnx_cases" cases
node "$here/compare_cases.mjs" cases

as_of=2026-11-16
"$REVINT" generate --out company --scenario small-team --deals 900 --seed 3 --as-of $as_of --quiet >/dev/null
export_model() {
  "$REVINT" --db sqlite:crm.db --as-of $as_of --known-at $as_of --quiet "$@" >/dev/null
}
export_model import company
export_model train
export_model models export --format onnx --out model.onnx
export_model features --out features.csv
export_model score --no-store --out scores.csv
node "$here/compare_scores.mjs" model.onnx features.csv scores.csv
