# Each role's Monday morning in a real browser, against the real server on a generated company.
set -euo pipefail

skip() { echo "skipped: $1"; exit 77; }

command -v node >/dev/null || skip "Node.js is not installed (scripts/setup web)"
browser="$(command -v chromium || command -v chromium-browser || true)"
[ -n "$browser" ] || skip "chromium is not installed (scripts/setup web)"
[ -d "$RI_SOURCE_DIR/web/node_modules/playwright-core" ] || skip "scripts/build-web has not run"
[ -f "$RI_SOURCE_DIR/web/dist/index.html" ] || skip "scripts/build-web has not run"
"$REVINT" serve --help >/dev/null 2>&1 || skip "this program was built without the HTTP server"

company=("$REVINT" --quiet --db sqlite:revint.db)
"$REVINT" --quiet generate --out crm --scenario realistic --deals 600 --quarters 6 --seed 11 >generate.log
"${company[@]}" import crm >import.log
"${company[@]}" train --promote-if-better >train.log
"${company[@]}" score >score.log

"$REVINT" --db sqlite:revint.db serve --listen 127.0.0.1:0 --no-log --uploads uploads \
  --web "$RI_SOURCE_DIR/web/dist" >serve.log 2>serve.err &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 600); do
  grep -q '^Stop with' serve.log && break
  kill -0 "$server" 2>/dev/null || { cat serve.log serve.err; exit 1; }
  read -r -t 0.1 <> <(:) || true
done
link="$(grep -o 'http://[^ ]*#token=[^ ]*' serve.log)"

status=0
CHROMIUM="$browser" LINK="$link" EXPORT="$PWD/crm" \
  node "$RI_SOURCE_DIR/tests/web/run.mjs" || status=$?
[ "$status" -eq 0 ] || tail -n 40 serve.err
exit "$status"
