# Each role's Monday morning in a real browser, against the real server on a generated company.
# STORY=WORDS plays only the stories whose name holds them.
set -euo pipefail

skip() { echo "skipped: $1"; exit 77; }

command -v python3 >/dev/null || skip "python3 is not installed (scripts/setup tests)"
command -v node >/dev/null || skip "Node.js is not installed (scripts/setup web)"
browser="$(command -v chromium || command -v chromium-browser || true)"
[ -n "$browser" ] || skip "chromium is not installed (scripts/setup web)"
[ -d "$RI_SOURCE_DIR/web/node_modules/playwright-core" ] || skip "scripts/build-web has not run"
[ -f "$RI_SOURCE_DIR/web/dist/index.html" ] || skip "scripts/build-web has not run"
"$REVINT" serve --help >/dev/null 2>&1 || skip "this program was built without the HTTP server"

company=("$REVINT" --quiet --db sqlite:revint.db)
"$REVINT" --quiet generate --out crm --scenario realistic --deals 600 --quarters 6 --seed 11 >generate.log
"${company[@]}" import crm >import.log
# A week later: one quota raised, one rep in another team.
node "$RI_SOURCE_DIR/tests/web/reorganise.mjs" crm crm_later >later.log
"${company[@]}" import crm_later >>later.log
"${company[@]}" train --promote-if-better >train.log
"${company[@]}" daily --today 2026-11-16 >daily.log

servers=()
stop() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  for server in "${servers[@]}"; do wait "$server" 2>/dev/null || true; done
}
trap stop EXIT
# A server of its own on a database; its first sign-in link is left in NAME.link.
serve() {
  local name="$1"
  "$REVINT" --db "sqlite:$name.db" serve --listen 127.0.0.1:0 --no-log --uploads "$name-uploads" \
    --web "$RI_SOURCE_DIR/web/dist" >"$name.log" 2>"$name.err" &
  local server=$!
  servers+=("$server")
  for _ in $(seq 600); do
    grep -q '^Stop with' "$name.log" && break
    kill -0 "$server" 2>/dev/null || { cat "$name.log" "$name.err"; exit 1; }
    read -r -t 0.1 <> <(:) || true
  done
  grep -o 'http://[^ ]*#token=[^ ]*' "$name.log" >"$name.link"
}
serve revint
# Only now: a database with a user in it gets no first sign-in link.
python3 "$RI_SOURCE_DIR/tests/web/calls.py" revint.operations.db
serve empty

status=0
CHROMIUM="$browser" LINK="$(cat revint.link)" FRESH="$(cat empty.link)" EXPORT="$PWD/crm" \
  node "$RI_SOURCE_DIR/tests/web/run.mjs" "${STORY:-}" || status=$?
[ "$status" -eq 0 ] || tail -n 40 revint.err empty.err
exit "$status"
