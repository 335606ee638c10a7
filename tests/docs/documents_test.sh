#!/usr/bin/env bash
# Links lead somewhere, every command in the documents is one the program has, and the commands of
# tutorial (known format), how-to guides and operations run as they stand. The site is built where
# mkdocs is installed.
set -euo pipefail
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
PATH="$(dirname "$REVINT"):$PATH"
export PATH
here="$RI_SOURCE_DIR/tests/docs"
"$RI_SOURCE_DIR/scripts/docs" --check
python3 -B "$here/verbs.py" "$REVINT" "$RI_SOURCE_DIR"

revint generate --out exports --deals 500 --seed 3 --quiet >/dev/null
python3 -B "$here/unknown_export.py" deals.csv
run() { python3 -B "$here/run_document.py" "$RI_SOURCE_DIR/docs/$1" --path "${2:-both}" --limit 900; }
mkdir exporting operating
(cd exporting && cp -R ../exports ../deals.csv . && run how-to/exports.md)
run tutorial.md known
# The other guides begin where the tutorial ends.
cp revenue/* operating/
(cd operating && run operations.md && run how-to/serve.md && run how-to/python.md)

if command -v mkdocs >/dev/null; then
  copy="$PWD/site"
  git -C "$RI_SOURCE_DIR" rev-parse >/dev/null 2>&1 || { echo "     site: not built outside of a clone"; exit 0; }
  git clone -q "$RI_SOURCE_DIR" "$copy"
  cp -R "$RI_SOURCE_DIR"/docs "$RI_SOURCE_DIR"/mkdocs.yml "$copy"/
  cp "$RI_SOURCE_DIR"/scripts/{docs,check-links,cli-reference} "$copy/scripts/"
  (cd "$copy" && scripts/docs --program "$REVINT")
else
  echo "     site: not built, mkdocs is not installed (scripts/setup docs)"
fi
