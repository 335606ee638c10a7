"""Makes a database as an earlier version left it, or tells how far one has come.

  old_database.py MIGRATIONS LAST FILE    an SQLite file with the migrations 1 to LAST applied
  old_database.py --version FILE          prints the number of its last migration
"""

import pathlib
import sqlite3
import sys


def create(migrations, last, path):
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at "
        "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) STRICT")
    for script in sorted(pathlib.Path(migrations).glob("*.sql"))[:last]:
        number, _, name = script.stem.partition("_")
        connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO schema_version (version, name) VALUES (?, ?)",
                           (int(number), name))
    connection.commit()
    connection.close()


def main():
    if sys.argv[1] == "--version":
        connection = sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True)
        print(connection.execute("SELECT max(version) FROM schema_version").fetchone()[0])
    else:
        create(sys.argv[1], int(sys.argv[2]), sys.argv[3])


if __name__ == "__main__":
    main()
