"""A champion whose chances do not hold is called back after two failed checks, by nobody's hand."""

import hashlib
import json
import os
import sqlite3
import subprocess

REVINT = os.environ["REVINT"]
PROMOTED_MS = 1759219200000  # 2025-09-30T08:00Z


def revint(*words):
    done = subprocess.run([REVINT, "--db", "sqlite:base.db", "--quiet", *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def daily(day):
    return {step["step"]: step for step in revint("--json", "daily", "--today", day)["steps"]}


def register_too_hopeful(good):
    """A copy of a version with fifty times the odds of a win in any week, in force since the day after."""
    database = sqlite3.connect("base.db")
    created, manifest, evaluation, artifact = database.execute(
        "SELECT created_at, manifest, evaluation, artifact FROM models WHERE version = ?", (good,)).fetchone()
    document = json.loads(artifact)
    document["hazards"]["won"]["base_margin"] += 4
    document["calibrator"]["parameters"][2] += 1
    version = hashlib.sha256(b"too hopeful").hexdigest()[:len(good)]
    database.execute("INSERT INTO models VALUES (?, ?, ?, ?, ?)",
                     (version, created, manifest, evaluation, json.dumps(document).encode()))
    database.execute("INSERT INTO alias_changes (alias, version, at, actor, reason) VALUES "
                     "('champion', ?, ?, 'ann@example.com', 'looks better')", (version, PROMOTED_MS))
    database.commit()
    database.close()
    return version


def main():
    good = daily("2025-09-29")["train"]["report"]["version"]
    bad = register_too_hopeful(good)
    first = daily("2025-10-13")
    assert first["check"]["report"]["model"] == bad and first["check"]["report"]["breach"], first["check"]
    assert first["rollback"]["status"] == "skipped", "one failed check may be luck"
    assert first["score"]["report"]["model"] == bad, first["score"]
    within_the_week = daily("2025-10-15")
    assert within_the_week["rollback"]["status"] == "skipped", "the same week counts once"
    second = daily("2025-10-20")
    assert second["check"]["report"]["breach"], second["check"]
    assert second["rollback"]["report"] == {"from": bad, "to": good}, second["rollback"]
    assert second["score"]["report"]["model"] == good, "from the same run on the old version scores"
    print(second["rollback"]["summary"])

    log = [(entry["action"], entry["subject"], entry["actor"]) for entry in
           revint("--json", "audit", "list", "--limit", "1000")["items"]]
    assert any(action == "rollback" and good in subject for action, subject, _ in log), log
    letters = sqlite3.connect("base.operations.db")
    text = json.loads(letters.execute("SELECT value FROM documents WHERE name = 'letter 2025-10-20'")
                      .fetchone()[0])["text"]
    letters.close()
    assert f"Rolled back from {bad} to {good}" in text, text

    # The same day again changes nothing, and the version that is back passes its next check.
    changes = "SELECT count(*) FROM alias_changes"
    database = sqlite3.connect("base.db")
    before = database.execute(changes).fetchone()
    daily("2025-10-20")
    assert database.execute(changes).fetchone() == before
    database.close()
    third = daily("2025-10-27")
    assert third["check"]["report"]["model"] == good and not third["check"]["report"]["breach"], third
    assert third["rollback"]["status"] == "skipped", third["rollback"]

    told = 0
    then = {deal["deal_id"] for deal in
            revint("--json", "--as-of", "2025-10-13", "score", "--no-store")["deals"]}
    for deal in revint("--json", "--as-of", "2025-10-20", "score", "--no-store")["deals"]:
        if deal["deal_id"] in then and told < 1:
            change = revint("--json", "--as-of", "2025-10-20", "explain", deal["deal_id"], "--since",
                            "2025-10-13")
            assert change["model_then"] == bad, change["model_then"]
            told += any(part["mover"] == "model_changed" for part in change["causes"])
    assert told == 1, "the change of each deal has a part for the model"


if __name__ == "__main__":
    main()
