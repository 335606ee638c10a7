# Exported trees in Python's XGBoost 1.7 give our margins.
set -euo pipefail
if ! /usr/bin/python3 -c 'import xgboost' 2>/dev/null; then
  echo "python3-xgboost is not installed (scripts/setup interchange)"
  exit 77
fi
"$(dirname "$REVINT")/ri_onnx_cases" cases
/usr/bin/python3 "$RI_SOURCE_DIR/tests/onnx/xgboost_margins.py" cases/trees-by-columns
