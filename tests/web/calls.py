"""Calls of the quarter before, as a manager gave them in its middle: what time alone brings.

    python3 tests/web/calls.py NAME.operations.db
"""

import datetime
import sqlite3
import sys

GIVEN = int(datetime.datetime(2026, 8, 10, 9, tzinfo=datetime.timezone.utc).timestamp() * 1000)
CALLS = [("deal_knowledge", 900_000_00), ("deal_knowledge", 1_000_000_00), ("timing", 2_000_000_00)]

database = sqlite3.connect(sys.argv[1])
user = database.execute(
    "INSERT INTO users (email, name, role, rep_id, sees_all, disabled, created_at)"
    " VALUES ('dana@example.com', 'Dana', 'leader', NULL, 1, 0, ?)", (GIVEN,)).lastrowid
for day, (reason, amount) in enumerate(CALLS):
    database.execute(
        "INSERT INTO submissions (period, node_id, node_name, kind, category, amount_minor, currency,"
        " note, reason_code, at, user_id, actor, model_mean_minor)"
        " VALUES ('2026Q3', 'total', 'Whole view', 'call', 'commit', ?, 'USD', NULL, ?, ?, ?,"
        " 'dana@example.com', 150000000)", (amount, reason, GIVEN + day * 86_400_000, user))
database.commit()
