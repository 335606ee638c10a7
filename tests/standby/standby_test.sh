#!/usr/bin/env bash
# A standby of PostgreSQL that follows its primary server: it answers every question with the
# primary's bytes, keeps nothing, sends who writes to the primary, and takes over when promoted.
set -euo pipefail
. "$RI_SOURCE_DIR/scripts/postgres_server.sh"
if ! find_postgres_binaries >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed"
  exit 77
fi
standby=
stop_both() {
  if [ -n "$standby" ]; then
    "${postgres_runner[@]}" "$postgres_binaries/pg_ctl" --pgdata="$standby/data" --mode=immediate \
      --wait stop >/dev/null 2>&1 || true
    rm -rf "$standby"
  fi
  stop_postgres
}
trap stop_both EXIT
trap 'exit 143' TERM INT HUP

fail() { echo "FAILED: $*" >&2; exit 1; }
on_server() { "${postgres_runner[@]}" "$postgres_binaries/$1" "${@:2}"; }
revint_on() { "$REVINT" --quiet --as-of 2026-06-01 --db "$1" "${@:2}"; }
# Exit code 6 and a message that names the primary server.
refused() {
  local code=0
  "$@" >refusal.txt 2>&1 || code=$?
  [ "$code" -eq 6 ] && grep -q 'the primary server' refusal.txt ||
    fail "exit code $code of: ${*:2}: $(cat refusal.txt)"
}

start_postgres
primary="$REVINT_TEST_POSTGRES"
"$REVINT" --quiet --as-of 2026-06-01 generate --out company --deals 700 --seed 3 >/dev/null
revint_on "$primary" import company >/dev/null
revint_on "$primary" train >/dev/null

standby="$(mktemp -d /tmp/revint-standby-XXXXXX)"
chown "$(stat -c %U "$postgres_folder")" "$standby"
on_server pg_basebackup --host="$postgres_folder" --username=revint --pgdata="$standby/data" \
  --write-recovery-conf --wal-method=stream --checkpoint=fast --no-sync
echo "unix_socket_directories = '$standby'" | tee -a "$standby/data/postgresql.conf" >/dev/null
on_server pg_ctl --pgdata="$standby/data" --log="$standby/server.log" --wait start >/dev/null
replica="postgresql://revint@/revint_test?host=$standby"
# From here on a commit returns when the standby shows it: nothing below waits for the clock.
for setting in "synchronous_standby_names = '*'" "synchronous_commit = 'remote_apply'"; do
  on_server psql --host="$postgres_folder" --username=revint --dbname=revint_test --quiet \
    --command="ALTER SYSTEM SET $setting"
done
on_server psql --host="$postgres_folder" --username=revint --dbname=revint_test --quiet \
  --command="SELECT pg_reload_conf()" >/dev/null

# The standby is asked first: nothing it could have read was kept by the primary.
deal="$(revint_on "$replica" --json score --no-store |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["deals"][0]["deal_id"])')"
for question in "forecast --by team" "waterfall --from 2026-05-25" "explain $deal" "models list" \
  "submissions" "score --no-store"; do
  read -ra words <<<"$question"
  revint_on "$replica" --json "${words[@]}" >standby.json
  revint_on "$primary" --json "${words[@]}" >primary.json
  [ -s standby.json ] || fail "no answer from the standby to: $question"
  diff standby.json primary.json || fail "the two servers differ on: $question"
done

runs() { revint_on "$1" doctor | sed -n 's/^score runs: //p'; }
before="$(runs "$replica")"
[ -n "$before" ] || fail "doctor does not count score runs"
revint_on "$replica" score >kept.txt
grep -q 'not kept' kept.txt || fail "the standby does not say that it keeps no scores"
[ "$(runs "$replica")" = "$before" ] || fail "a run appeared on the standby"
revint_on "$replica" doctor | grep -q '^changes: none' || fail "doctor does not know a standby"
refused revint_on "$replica" import company
refused revint_on "$replica" train
refused revint_on "$replica" serve --listen 127.0.0.1:0

revint_on "$primary" score >/dev/null
[ "$(runs "$replica")" = $((before + 1)) ] || fail "what the primary keeps does not reach the standby"

# The primary is lost without notice; the standby takes over.
"${postgres_runner[@]}" "$postgres_binaries/pg_ctl" --pgdata="$postgres_folder/data" \
  --mode=immediate --wait stop >/dev/null
on_server pg_ctl --pgdata="$standby/data" --wait promote >/dev/null
on_server psql --host="$standby" --username=revint --dbname=revint_test --quiet \
  --command="ALTER SYSTEM SET synchronous_standby_names = ''"
on_server psql --host="$standby" --username=revint --dbname=revint_test --quiet \
  --command="SELECT pg_reload_conf()" >/dev/null
revint_on "$replica" score >kept.txt
! grep -q 'not kept' kept.txt || fail "the promoted standby keeps nothing"
[ "$(runs "$replica")" = $((before + 2)) ] || fail "the promoted standby lost a run"
echo "The standby answered six questions with the primary's bytes, kept nothing, and took over."
