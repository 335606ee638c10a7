"""A database of every released schema is opened by the present program and keeps its rows."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys

REVINT = os.environ["REVINT"]
SOURCE = pathlib.Path(os.environ["RI_SOURCE_DIR"])
MIGRATIONS = SOURCE / "database/migrations/sqlite"


def rows(path, query):
    database = sqlite3.connect(path)
    found = database.execute(query).fetchall()
    database.close()
    return found


def main():
    subprocess.run([REVINT, "--quiet", "--as-of", "2026-06-01", "generate", "--out", "company", "--deals", "200",
                    "--seed", "5"], check=True, stdout=subprocess.DEVNULL)
    scripts = sorted(MIGRATIONS.glob("*.sql"))
    subprocess.run([REVINT, "--db", "sqlite:newest.db", "--quiet", "import", "company", "--known-at",
                    "2026-06-01"], check=True, stdout=subprocess.DEVNULL)
    tables = ("batches", "entities", "attributes", "symbols", "events")
    for last in range(1, len(scripts) + 1):
        path = f"of-{last}.db"
        subprocess.run([sys.executable, str(SOURCE / "packaging/old_database.py"), str(MIGRATIONS), str(last),
                        path], check=True)
        # What that version held: the events, which every schema has.
        database = sqlite3.connect(path)
        database.execute("ATTACH 'newest.db' AS newest")
        copied = 0
        for table in tables:
            old = [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]
            new = {row[1] for row in database.execute(f"PRAGMA newest.table_info({table})")}
            columns = ", ".join(f'"{name}"' for name in old if name in new)
            if columns:
                copied += database.execute(
                    f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}").rowcount
        database.commit()
        database.close()
        before = {table: rows(path, f"SELECT count(*) FROM {table}") for table in tables
                  if rows(path, f"SELECT 1 FROM sqlite_schema WHERE name = '{table}'")}
        done = subprocess.run([REVINT, "--db", f"sqlite:{path}", "--quiet", "--json", "doctor"],
                              capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3, 4), (last, done.stderr)
        assert f"schema version: {len(scripts)}" in json.dumps(json.loads(done.stdout)), done.stdout
        for table, count in before.items():
            assert rows(path, f"SELECT count(*) FROM {table}") == count, (last, table)
        scored = subprocess.run([REVINT, "--db", f"sqlite:{path}", "--quiet", "--as-of", "2026-05-25",
                                 "features", "--out", f"of-{last}.csv"], capture_output=True, text=True,
                                check=False)
        assert scored.returncode == 0, (last, scored.stderr)
    contents = {pathlib.Path(f"of-{last}.csv").read_bytes() for last in range(1, len(scripts) + 1)}
    assert len(contents) == 1, "features differ by the schema the rows came from"
    print(f"ok  {len(scripts)} schemas upgraded with {copied} rows each; features of all are the same bytes")


if __name__ == "__main__":
    main()
