#!/usr/bin/env bash
# The mutants of the reliability campaign can still be made: each line they break stands where they
# look for it, once. That a test notices each of them is the campaign's own business.
set -euo pipefail
exec /usr/bin/python3 -B "$RI_SOURCE_DIR/bench/reliability/mutants.py" --stale
