#!/usr/bin/env bash
# What can be said about the package's files without building it or being root: scripts, units,
# man pages from --help, licences, a database of every schema opened by this program.
set -euo pipefail
cd "$RI_SOURCE_DIR"
here="$OLDPWD"
fail() { echo "FAIL $*"; exit 1; }

for script in packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm \
  packaging/debian/config; do
  sh -n "$script" || fail "$script"
  if command -v shellcheck >/dev/null; then shellcheck -s sh -e SC1091 "$script" || fail "$script"; fi
done
for script in packaging/build-deb packaging/check packaging/check-hardening \
  packaging/check-reproducible packaging/man-pages packaging/chroot.sh docker/node-from-npm; do
  bash -n "$script" || fail "$script"
  if command -v shellcheck >/dev/null; then shellcheck -S warning -x "$script" || fail "$script"; fi
done
echo "ok   scripts"

# Every verb a unit names exists, with the options it is given; the exposure stays low.
for unit in packaging/systemd/*.service; do
  verb="$(sed -n 's#^ExecStart=/usr/bin/revint \([a-z]*\).*#\1#p' "$unit")"
  "$REVINT" "$verb" --help >/dev/null || fail "$unit runs '$verb', which does not exist"
  grep -q '^EnvironmentFile=/etc/revint/revint.env$' "$unit" || fail "$unit has no settings"
  for setting in $(grep -oE 'REVINT_[A-Z_]+' "$unit" | sort -u); do
    grep -q "^$setting=" packaging/revint.env || fail "$unit uses $setting, which has no example"
  done
  if command -v systemd-analyze >/dev/null; then
    systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" >"$here/exposure" ||
      fail "$unit: $(tail -n 1 "$here/exposure")"
  fi
done
echo "ok   units"

if command -v help2man >/dev/null; then
  packaging/man-pages "$REVINT" "$here/man" >/dev/null
  verbs="$("$REVINT" --help | awk '/^Subcommands:/ {on = 1; next} /^[^ ]/ {on = 0} on && /^  [a-z]/ {print $1}' | wc -l)"
  pages="$(find "$here/man" -name '*.1.gz' | wc -l)"
  [ "$pages" -eq $((verbs + 1)) ] || fail "$pages man pages for $verbs verbs"
  echo "ok   $pages man pages"
else
  echo "     man pages: help2man is not installed"
fi

packaging/bill-of-materials "$REVINT" "$here/bill" || fail "the bill of materials"
python3 - "$here/bill/revint.cdx.json" <<'PYTHON'
import json, sys
bill = json.load(open(sys.argv[1], encoding="utf-8"))
names = {component["name"] for component in bill["components"]}
for expected in ("libxgboost0", "libsqlite3-0", "libboost1.74-dev", "vue", "echarts"):
    assert expected in names, f"{expected} is not in the bill of materials"
references = [component["bom-ref"] for component in bill["components"]]
assert len(references) == len(set(references)), "a component is listed twice"
PYTHON
echo "ok   bill of materials"

newest="$(find database/migrations/sqlite -name '*.sql' | wc -l)"
for version in $(seq 1 "$newest"); do
  python3 packaging/old_database.py database/migrations/sqlite "$version" "$here/old.db"
  "$REVINT" --quiet --db "sqlite:$here/old.db" models list >/dev/null || fail "schema $version"
  [ "$(python3 packaging/old_database.py --version "$here/old.db")" = "$newest" ] ||
    fail "schema $version was not brought to $newest"
  rm -f "$here"/old.db*
done
echo "ok   upgrade from each of $newest schemas"
