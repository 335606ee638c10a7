"""What is kept beside the events: the log of who did what, evidence, people; in backups and erasures."""

import json
import os
import random
import sqlite3
import stat
import subprocess

REVINT = os.environ["REVINT"]


def revint(*words, database="base", expected=0):
    done = subprocess.run([REVINT, "--db", f"sqlite:{database}.db", "--quiet", *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode == expected, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout


def rows(query, database="base", *values):
    connection = sqlite3.connect(f"{database}.operations.db")
    found = connection.execute(query, values).fetchall()
    connection.commit()
    connection.close()
    return found


def the_command_line_is_in_the_log():
    version = json.loads(revint("--json", "models", "show"))["version"]
    revint("models", "promote", version, "--reason", "looks better", "--actor", "ann@example.com")
    revint("--json", "evidence", "write", "--out", "one.evidence")
    log = rows("SELECT action, subject, actor FROM audit_log ORDER BY id")
    assert ("import", "batch 1", "command line") in log, log
    assert ("train", f"model {version}", "command line") in log, log
    assert ("promote", f"model {version} as champion, change 1", "training") in log, log
    assert ("promote", f"model {version} as champion, change 2", "ann@example.com") in log, log
    assert any(action == "export" for action, _, _ in log), log
    before = len(log)
    revint("import", "company", "--known-at", "2026-06-01")
    assert len(rows("SELECT id FROM audit_log")) == before, "the same content is no new import"
    assert json.loads(revint("--json", "audit", "verify"))["intact"]


def evidence_shows_every_changed_byte():
    written = json.loads(revint("--json", "evidence", "write", "--out", "q.evidence", "--as-of",
                                "2026-02-10", "--period", "2026Q1"))
    assert written["has_outcome"], "the quarter was over when it was written"
    assert stat.S_IMODE(os.stat("base.evidence.key").st_mode) == 0o600
    key = written["public_key"]
    checked = json.loads(revint("--json", "evidence", "verify", "q.evidence", "--public-key", key,
                                database="nothing"))
    document = checked["evidence"]
    assert document["outcome"]["booked"] is not None and document["inputs"][0]["content_sha256"]
    assert document["forecast"]["total"] and document["deals"][0]["feature_row_sha256"]
    assert document["model"]["artifact_sha256"] and document["overrides"] == []
    assert not os.path.exists("nothing.db"), "the file and the key are enough"
    with open("q.evidence", "rb") as file:
        content = file.read()
    chance = random.Random(4)
    head = content.index(b"\n") + 1
    places = [chance.randrange(head) for _ in range(20)] + [
        chance.randrange(head, len(content)) for _ in range(40)] + [0, head - 1, len(content) - 1]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        with open("changed.evidence", "wb") as file:
            file.write(changed)
        revint("evidence", "verify", "changed.evidence", expected=3)
    for changed in (content[:-1], content + b" ", content[1:], b""):
        with open("changed.evidence", "wb") as file:
            file.write(changed)
        revint("evidence", "verify", "changed.evidence", expected=3)
    revint("evidence", "write", "--out", "other.evidence", "--key", "other.key")
    revint("evidence", "verify", "other.evidence", "--public-key", key, expected=5)


def a_backup_holds_what_people_did():
    rep = json.loads(revint("--json", "--as-of", "2026-06-01", "score", "--no-store"))["deals"][0]
    revint("users", "add", "robin@example.com", "--name", "Robin Roe", "--role", "rep", "--rep",
           "005Sy0000000001IAA")
    rows("INSERT INTO decisions (deal_id, kind, at, user_id, actor, note, seen_as_of) VALUES "
         "(?, 'note', 1, 1, 'robin@example.com', 'asked robin@example.com about it', 1)", "base",
         rep["deal_id"])
    revint("backup", "--out", "all.backup")
    revint("restore", "all.backup", database="copy")
    for table in ("users", "decisions", "audit_log"):
        query = f"SELECT * FROM {table} ORDER BY id"
        assert rows(query, "base") == rows(query, "copy") != [], table
    assert rows("SELECT * FROM sign_in_links", "base") and not rows("SELECT * FROM sign_in_links",
                                                                    "copy")
    assert json.loads(revint("--json", "audit", "verify", database="copy"))["intact"]
    revint("restore", "all.backup", database="copy", expected=5)
    revint("restore", "all.backup", "--force", database="copy")
    revint("users", "add", "sam@example.com", "--name", "Sam", database="copy")
    assert rows("SELECT max(id) FROM users", "copy") == [(2,)], "numbers go on"


def an_erasure_reaches_what_people_wrote():
    person = "005Sy0000000001IAA"
    plan = json.loads(revint("--json", "erase", "--person", person, "--dry-run"))
    assert "would be closed" in json.dumps(plan["notes"]), plan["notes"]
    assert rows("SELECT email FROM users") == [("robin@example.com",)]
    told = json.loads(revint("--json", "erase", "--person", person, "--reason", "asked"))
    left = json.dumps(told["notes"])
    assert "log of who did what" in left, left
    user = rows("SELECT email, name, rep_id, disabled, password_hash FROM users")[0]
    assert user[0].endswith("@erased.invalid") and user[1] == user[0] and user[3] == 1, user
    assert user[2] != person
    note, actor = rows("SELECT note, actor FROM decisions")[0]
    assert "robin" not in note and "robin" not in actor, (note, actor)
    assert json.loads(revint("--json", "audit", "verify"))["intact"], "the chain holds"
    named = rows("SELECT count(*) FROM audit_log WHERE subject LIKE '%robin@example.com%'")[0][0]
    assert named == 1
    with open("base.operations.db", "rb") as file:
        kept = file.read().count(b"robin@example.com")
    assert kept == 2 * named, f"{kept} times: an entry and its index alone keep the address"
    assert told["notes"], told


def main():
    for check in (the_command_line_is_in_the_log, evidence_shows_every_changed_byte,
                  a_backup_holds_what_people_did, an_erasure_reaches_what_people_wrote):
        check()
        print(check.__name__.replace("_", " "))


if __name__ == "__main__":
    main()
