"""A model's life without a hand on it: first, challenger, champion; and what each deal's chance owes it."""

import json
import os
import subprocess

REVINT = os.environ["REVINT"]


def revint(*words):
    done = subprocess.run([REVINT, "--db", "sqlite:base.db", "--quiet", *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def daily(day):
    report = revint("--json", "daily", "--today", day)
    return {step["step"]: step for step in report["steps"]}


def main():
    # Few deals have ended: a model so simple that one of a year later is better by far.
    first = daily("2024-05-06")["train"]["report"]
    assert first["role"] == "champion", first
    candidate = daily("2025-08-25")
    challenger = candidate["train"]["report"]
    assert challenger["role"] == "challenger", challenger
    assert candidate["shadow"]["report"]["model"] == challenger["version"], candidate["shadow"]
    assert candidate["score"]["report"]["model"] == first["version"], "the champion still scores"
    # The quarter ends on 30 September: from then on it is known whose forecasts were better.
    after = daily("2025-10-06")
    verdict = after["promote"]["report"]
    assert verdict["action"] == "promote", verdict
    assert verdict["evidence"]["weeks"] == 6 and verdict["evidence"]["worse_by_at_most"] < 0.002
    assert verdict["evidence"]["crps_difference"] < 0
    assert after["score"]["report"]["model"] == challenger["version"], after["score"]
    assert challenger["version"] in after["letter"]["report"]["document"] or any(
        challenger["version"] in line for line in letter("2025-10-06").splitlines()), "told"
    print("the challenger was promoted:", verdict["reason"])

    log = [(entry["action"], entry["subject"]) for entry in
           revint("--json", "audit", "list", "--limit", "1000")["items"]]
    for action, version, change in (("promote", first["version"] + " as champion", 1),
                                    ("promote", challenger["version"] + " as challenger", 2),
                                    ("promote", challenger["version"] + " as champion", 3)):
        assert (action, f"model {version}, change {change}") in log, log
    assert any(action == "retire" for action, _ in log), "it is no challenger any more"

    told = 0
    then = {deal["deal_id"] for deal in
            revint("--json", "--as-of", "2025-09-29", "score", "--no-store")["deals"]}
    for deal in revint("--json", "--as-of", "2025-10-13", "score", "--no-store")["deals"][:12]:
        if deal["deal_id"] not in then:
            continue
        change = revint("--json", "--as-of", "2025-10-13", "explain", deal["deal_id"], "--since",
                        "2025-09-29")
        assert change["model_then"] == first["version"], change["model_then"]
        parts = [(part["mover"], part["points"]) for part in change["causes"]]
        assert abs(sum(points for _, points in parts) - change["points"]) < 1e-6, change
        told += abs(sum(points for mover, points in parts if mover == "model_changed")) > 0.05
    assert told >= 3, "another model leaves no deal as it was"
    print(f"{told} deals say what the other model changed")


def letter(day):
    import sqlite3  # pylint: disable=import-outside-toplevel
    database = sqlite3.connect("base.operations.db")
    text = database.execute("SELECT value FROM documents WHERE name = ?",
                            (f"letter {day}",)).fetchone()[0]
    database.close()
    return json.loads(text)["text"]


if __name__ == "__main__":
    main()
