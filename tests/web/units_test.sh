# Types, lint and the borders between folders, units and components of the web pages.
set -euo pipefail

skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null || skip "Node.js is not installed (scripts/setup web)"
[ -x "$RI_SOURCE_DIR/web/node_modules/.bin/vitest" ] || skip "scripts/build-web has not run"

cd "$RI_SOURCE_DIR/web"
npx --no-install openapi-typescript ../openapi/openapi.yaml -o "$OLDPWD/schema.d.ts" >/dev/null
if ! diff -q "$OLDPWD/schema.d.ts" src/api/schema.d.ts >/dev/null; then
  echo "src/api/schema.d.ts is not what openapi.yaml says; run: cd web && npm run types"
  exit 1
fi
npx --no-install vue-tsc --noEmit
npx --no-install eslint .
npx --no-install vitest run
