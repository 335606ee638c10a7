# Runs a shell test in a folder of its own and removes the folder afterwards.
set -euo pipefail
script="$1"
folder="$(mktemp -d "${TMPDIR:-/tmp}/revint-test-XXXXXX")"
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM
cd "$folder"
bash "$script"
