"""Daily runs and an erasure on PostgreSQL do and say what they do and say on SQLite."""

import json
import os
import subprocess

REVINT = os.environ["REVINT"]
SERVER = os.environ["REVINT_TEST_POSTGRES"]
DATABASES = {"sqlite": "sqlite:base.db", "postgres": SERVER}
DAYS = ("2026-05-25", "2026-05-26", "2026-06-01")
PERSON = "005Sy0000000001IAA"


def revint(engine, *words, expected=(0,)):
    done = subprocess.run([REVINT, "--db", DATABASES[engine], "--quiet", *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode in expected, (engine, words, done.returncode, done.stdout, done.stderr)
    return done.stdout


def both(*words, expected=(0,)):
    """What the verb says, which must be the same on both engines."""
    said = {engine: json.loads(revint(engine, "--json", *words, expected=expected)) for engine in DATABASES}
    for engine in DATABASES:
        assert without_clock(said[engine]) == without_clock(said["sqlite"]), (words, said)
    return said["sqlite"]


def without_clock(document):
    """Leaves out what is an engine's own: the clock, hashes over it, random names, remarks."""
    if isinstance(document, dict):
        return {name: without_clock(value) for name, value in document.items()
                if name not in ("at", "created_at", "hash", "previous", "started_at", "finished_at",
                                "erased_at", "anonymous_key", "seconds", "head", "notes")}
    if isinstance(document, list):
        return [without_clock(value) for value in document]
    return document


def main():
    for engine in DATABASES:
        revint(engine, "import", "company", "--known-at", "2026-05-01")
    for day in DAYS:
        report = both("daily", "--today", day)
        steps = {step["step"]: step["status"] for step in report["steps"]}
        assert steps["score"] == "done", steps
    assert steps["letter"] == "done" and steps["check"] == "done", steps
    both("daily", "--today", DAYS[-1])  # a second time: nothing is done twice
    print("daily runs say the same")

    assert both("alerts", "list")
    told = both("audit", "list", "--limit", "1000")
    assert [entry for entry in told["items"] if entry["action"] == "train"], told
    assert both("audit", "verify")["intact"]
    print("alerts and the log of who did what are the same")

    plan = both("erase", "--person", PERSON, "--dry-run")
    done = both("erase", "--person", PERSON, "--reason", "asked")
    assert json.dumps(plan) != json.dumps(done)
    assert both("audit", "verify")["intact"]
    both("erase", "--list")
    for engine in DATABASES:
        assert "integrity: ok" in revint(engine, "doctor", "--json")
    revint("postgres", "--json", "daily", "--today", "2026-06-02")
    print("erasures are the same, and the next day runs")


if __name__ == "__main__":
    main()
