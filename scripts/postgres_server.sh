# A private PostgreSQL server for tests: temporary folder, Unix socket only, gone afterwards.
# Sourced, not run.
#
#   start_postgres   sets REVINT_TEST_POSTGRES to the URL of an empty database and exports it
#   stop_postgres    stops the server and removes its folder; harmless when none was started; what the
#                    server wrote about a process of its own that died goes to stderr first

postgres_folder=
postgres_binaries=
postgres_runner=()

find_postgres_binaries() {
  local folder
  for folder in /usr/lib/postgresql/15/bin "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return 0
    fi
  done
  echo "PostgreSQL's initdb and pg_ctl were not found; run scripts/setup tests" >&2
  return 1
}

start_postgres() {
  local owner
  postgres_binaries="$(find_postgres_binaries)" || return 1
  # Directly below /tmp: the path of a Unix socket may have 107 bytes only.
  postgres_folder="$(mktemp -d /tmp/revint-postgres-XXXXXX)"
  if [ "$(id -u)" -eq 0 ]; then
    # The server refuses to run as root.
    owner=nobody
    if id postgres >/dev/null 2>&1; then owner=postgres; fi
    chown "$owner" "$postgres_folder"
    postgres_runner=(setpriv "--reuid=$owner" "--regid=$(id -gn "$owner")" --clear-groups --
      env -C "$postgres_folder" "HOME=$postgres_folder")
  else
    postgres_runner=(env -C "$postgres_folder")
  fi
  "${postgres_runner[@]}" "$postgres_binaries/initdb" --pgdata="$postgres_folder/data" \
    --username=revint --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >"$postgres_folder/initdb.log" 2>&1 || { cat "$postgres_folder/initdb.log" >&2; return 1; }
  # Durability is not what these tests are about, and a log that grows to its default of a
  # gigabyte fills small disks; everything else stays as Debian ships it.
  cat >>"$postgres_folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$postgres_folder'
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 128MB
min_wal_size = 32MB
timezone = 'UTC'
CONF
  "${postgres_runner[@]}" "$postgres_binaries/pg_ctl" --pgdata="$postgres_folder/data" \
    --log="$postgres_folder/server.log" --wait --timeout=60 start >/dev/null 2>&1 ||
    { cat "$postgres_folder/server.log" >&2; return 1; }
  "${postgres_runner[@]}" "$postgres_binaries/createdb" --host="$postgres_folder" \
    --username=revint revint_test || return 1
  export REVINT_TEST_POSTGRES="postgresql://revint@/revint_test?host=$postgres_folder"
}

stop_postgres() {
  if [ -z "$postgres_folder" ]; then return 0; fi
  if [ -f "$postgres_folder/data/postmaster.pid" ]; then
    "${postgres_runner[@]}" "$postgres_binaries/pg_ctl" --pgdata="$postgres_folder/data" \
      --mode=immediate --wait --timeout=30 stop >/dev/null 2>&1 || true
  fi
  # A test that lost its server shows only its own side; the reason stands here.
  local trouble
  trouble="$(grep -E 'PANIC|was terminated by signal' \
    "$postgres_folder/server.log" 2>/dev/null | tail -n 20)" || true
  if [ -n "$trouble" ]; then
    printf 'The test server of PostgreSQL wrote:\n%s\n' "$trouble" >&2
    df -h "$postgres_folder" /dev/shm >&2 || true
  fi
  rm -rf "$postgres_folder"
  postgres_folder=
}
