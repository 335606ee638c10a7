# Steps with time stamps, and the build, for the other scripts here. Sourced, not run; the caller
# stands in the root of the sources.

# Says what begins and when, in seconds since the script began.
step() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# Compilers side by side: one per core, but never more than one per 1.5 GiB of memory.
build_jobs() {
  local cores memory
  cores="$(nproc)"
  memory="$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)"
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# build PRESET [CMAKE-BUILD-ARGUMENT ...]: configures and builds. On a terminal the build shows its
# progress; elsewhere it is silent and its log's end is shown when it fails.
build() {
  local preset="$1" log
  shift
  log="build/$preset/build.log"
  mkdir -p "build/$preset"
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "Configuring preset '$preset' failed; the whole log is in $log" >&2
    return 1
  fi
  if [ -t 1 ]; then
    cmake --build --preset "$preset" -j "$(build_jobs)" "$@"
  elif ! cmake --build --preset "$preset" -j "$(build_jobs)" "$@" >"$log" 2>&1; then
    grep -A 12 -m 5 -E 'error:|FAILED:|undefined reference' "$log" >&2 || tail -n 40 "$log" >&2
    echo "Building preset '$preset' failed; the whole log is in $log" >&2
    return 1
  fi
}
