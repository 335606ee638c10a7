"""compare_metrics.py PLAN HERE THERE: the candidate of the plan, trained here and on a cluster."""

import json
import sys

plan, here, there = (json.load(open(path)) for path in sys.argv[1:4])
name = plan["candidate"]
local = next(entry for entry in here["ladder"] if entry["name"] == name)
remote = next(entry for entry in there["ladder"] if entry["name"] == "model trained elsewhere")
# Other histogram cuts, other draws and one bag instead of two: noise is what two seeds differ by.
difference = remote["log_loss"] - local["log_loss"]
limit = max(0.02, 2 * local["excess_error"])
gates = {gate["id"]: gate["passed"] for gate in there["gates"]}
print(f"{name}: log loss {local['log_loss']:.4f} here, {remote['log_loss']:.4f} on two workers; "
      f"gates there: {gates}")
sys.exit(0 if abs(difference) <= limit and gates["G2"] and "G3" in gates and "G4" in gates else 1)
