#!/usr/bin/env bash
# Somebody new follows docs/tutorial.md word by word, with an export whose words and formats stand in
# no preset, and has a forecast within ten minutes.
set -euo pipefail
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
PATH="$(dirname "$REVINT"):$PATH"
export PATH
python3 -B "$RI_SOURCE_DIR/tests/docs/unknown_export.py" deals.csv
# Its words are not known to the program: a later preset must not make this test easy.
for word in Vorgangsnr Kundschaft Sachbearbeiter Wunschtermin Verbleib Zuschlag; do
  if grep -rqi "$word" "$RI_SOURCE_DIR/src"; then
    echo "FAIL '$word' is known to the program; choose another word"
    exit 1
  fi
done
python3 -B "$RI_SOURCE_DIR/tests/docs/run_document.py" "$RI_SOURCE_DIR/docs/tutorial.md" \
  --path unknown --limit 600
# What came out is a model with signal and a forecast that holds together.
cd revenue
revint models list --json | python3 -c '
import json, sys
text = json.dumps(json.load(sys.stdin))
assert "base rate" not in text or "ridge" in text or "trees" in text, text
'
revint forecast --json | python3 -c '
import json, sys
document = json.load(sys.stdin)
text = json.dumps(document)
assert "p10" in text and "p90" in text, text[:400]
'
awk -F, 'NR > 1 && ($3 < 0 || $3 > 1) {bad = 1} END {exit bad || NR < 100}' scores.csv
echo "ok   a model, $(($(wc -l <scores.csv) - 1)) scored deals and a forecast from an unknown export"
