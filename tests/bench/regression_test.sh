#!/usr/bin/env bash
# The rule by which bench/run calls something a regression: it fires at a real one and not at noise.
set -euo pipefail
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
exec python3 -B - "$RI_SOURCE_DIR/bench/run" <<'PYTHON'
import importlib.machinery
import importlib.util
import random
import sys

loader = importlib.machinery.SourceFileLoader("bench_run", sys.argv[1])
bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_run", loader))
loader.exec_module(bench)

assert bench.regression([1.5, 1.52, 1.51], [1.0, 1.01, 1.02]), "half as much again is a regression"
assert not bench.regression([1.05, 1.06, 1.07], [1.0, 1.01, 1.02]), "five per cent are not"
assert not bench.regression([1.3, 2.0, 1.4], [1.0, 1.05, 1.02]), "one steady and one wild run say nothing"
assert not bench.regression([0.5, 0.5, 0.5], [1.0, 1.0, 1.0]), "cheaper is none"

# With 5 % of noise on three runs each, a false alarm needs the cheapest of three to exceed the dearest
# of three by 10 % and the spread: in 20,000 draws none is expected. A doubling is always seen.
chance = random.Random(7)
draw = lambda level: [level * (1 + chance.gauss(0, 0.05)) for _ in range(3)]
false_alarms = sum(bool(bench.regression(draw(1.0), draw(1.0))) for _ in range(20000))
missed = sum(not bench.regression(draw(2.0), draw(1.0)) for _ in range(20000))
assert false_alarms == 0, false_alarms
assert missed <= 20, missed
print(f"ok   {false_alarms} false alarms and {missed} missed doublings in 20,000 draws each")
PYTHON
