"""The log of who did what: complete, and broken by any change."""

import json
import sqlite3
import subprocess

from harness import DATABASE, REVINT


def verify():
    done = subprocess.run([REVINT, "--db", DATABASE, "--json", "audit", "verify"],
                          capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def run(server, administrator):
    actions = set()
    cursor = None
    while True:
        query = {"limit": 1000, **({"cursor": cursor} if cursor else {})}
        page = administrator.get("/audit", **query).json()
        actions |= {entry["action"] for entry in page["items"]}
        cursor = page["next_cursor"]
        if not cursor:
            break
    expected = {"sign-in", "sign-in-refused", "user", "token", "decision", "submission", "promote",
                "export", "settings", "import", "score"}
    assert expected <= actions, f"not in the log: {expected - actions}"
    code, verdict = verify()
    assert code == 0 and verdict["intact"] and verdict["entries"] > 20, verdict

    database = sqlite3.connect("test.operations.db", timeout=20)
    entry = 7
    before = database.execute("SELECT detail FROM audit_log WHERE id = ?", (entry,)).fetchone()
    database.execute("UPDATE audit_log SET actor = actor || 'x' WHERE id = ?", (entry,))
    database.commit()
    code, verdict = verify()
    assert code == 5 and verdict["first_broken_entry"] == entry, verdict
    assert not administrator.get("/audit/verify").json()["intact"]
    database.execute("UPDATE audit_log SET actor = substr(actor, 1, length(actor) - 1) "
                     "WHERE id = ?", (entry,))
    database.commit()
    assert verify()[0] == 0, before
    # An entry that is taken out breaks the chain too.
    row = database.execute("SELECT * FROM audit_log WHERE id = ?", (entry,)).fetchone()
    database.execute("DELETE FROM audit_log WHERE id = ?", (entry,))
    database.commit()
    code, verdict = verify()
    assert code == 5 and verdict["first_broken_entry"] == entry, verdict
    database.execute(f"INSERT INTO audit_log VALUES ({','.join('?' * len(row))})", row)
    database.commit()
    assert verify()[0] == 0
    database.close()
    return f"{verdict['entries']} entries before the gap, {len(actions)} kinds"
