#!/usr/bin/env python3
"""Daily runs of a simulated stretch of time, killed at random moments, against the undisturbed ones.

Both must end in the same state, row for row and byte for byte, in both databases. Once a week the
company's export is dropped as it was on that day, cut from one synthetic company by its histories.

    daily_year.py --revint build/release/bin/revint --days 365 --deals 900 --folder /tmp/year
"""

import argparse
import csv
import datetime
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

UNDATED = ("UserRole", "Period")
CLOSED = {"Closed Won": "true", "Closed Lost": "false"}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Company:
    """An export as of its end, and what it looked like on any day before."""

    def __init__(self, folder):
        self.tables = {name[:-4]: read(os.path.join(folder, name))
                       for name in sorted(os.listdir(folder)) if name.endswith(".csv")}
        self.stages = {row["MasterLabel"]: row for row in self.tables["OpportunityStage"]}
        self.states, self.changes = {}, {}
        for row in self.tables["OpportunityHistory"]:
            self.states.setdefault(row["OpportunityId"], []).append(row)
        for row in self.tables["OpportunityFieldHistory"]:
            self.changes.setdefault(row["OpportunityId"], []).append(row)

    def opportunity(self, row, until):
        """The deal with the values it had; a field without history keeps its last value."""
        past = [state for state in self.states.get(row["Id"], []) if state["CreatedDate"] < until]
        if not past:
            return None
        state = max(past, key=lambda entry: entry["CreatedDate"])
        stage = self.stages.get(state["StageName"])
        if stage is None:
            return None
        then = dict(row)
        for name in ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory",
                     "ExpectedRevenue"):
            then[name] = state[name]
        then["IsClosed"], then["IsWon"] = stage["IsClosed"], stage["IsWon"]
        then["ForecastCategoryName"] = stage["ForecastCategoryName"]
        then["LastStageChangeDate"] = ""
        later = [change for change in self.changes.get(row["Id"], [])
                 if change["CreatedDate"] >= until and change["Field"] in then]
        for change in sorted(later, key=lambda entry: entry["CreatedDate"], reverse=True):
            if change["Field"] not in ("StageName", "Amount", "CloseDate"):
                then[change["Field"]] = change["OldValue"]
        moved = [change["CreatedDate"] for change in self.changes.get(row["Id"], [])
                 if change["CreatedDate"] < until] + [state["CreatedDate"]]
        then["LastModifiedDate"] = then["SystemModstamp"] = max(moved)
        then["LastActivityDate"] = ""
        return then

    def drop(self, folder, day):
        os.makedirs(folder, exist_ok=True)
        until = day.isoformat()
        stamp = datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc).timestamp()
        for name, rows in self.tables.items():
            kept = rows
            if name == "Opportunity":
                kept = [self.opportunity(row, until) for row in rows if row["CreatedDate"] < until]
                kept = [row for row in kept if row is not None]
            elif name not in UNDATED:
                kept = [row for row in rows if row["CreatedDate"] < until]
            path = os.path.join(folder, name + ".csv")
            with open(path + ".tmp", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(kept)
            os.utime(path + ".tmp", (stamp - 7200, stamp - 7200))
            os.replace(path + ".tmp", path)


def dump(path):
    """Every row of every table, in an order that depends on the rows alone.

    Left out is when the wall clock said a migration was applied, which no run of a day writes, and
    what a step took, which is never the same twice: of that only which steps were measured counts.
    """
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    names = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    tables = {name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
              for name in names}
    database.close()
    for name in ("schema_version", "daily_costs"):
        tables[name] = [row[:2] for row in tables.get(name, [])]
    return tables


def state():
    return {name: dump(name) for name in ("company.db", "company.operations.db")}


def fingerprint(tables):
    return hashlib.sha256(repr(tables).encode()).hexdigest()


class Runs:
    def __init__(self, options, kills, chance):
        self.options, self.kills, self.chance = options, kills, chance
        self.landed, self.steps, self.seconds = 0, {}, 1.0

    def command(self, day):
        return [self.options.revint, "--db", "sqlite:company.db", "--quiet", "--json", "--threads",
                "2", "daily", "--watch", "dropped", "--today", day.isoformat()]

    def kill(self, day):
        process = subprocess.Popen(self.command(day), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        # Half of the moments fall into the first tenth, where most steps are.
        reach = self.seconds * (0.2 if self.chance.random() < 0.5 else 1.0)
        try:
            process.wait(self.chance.random() * reach)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.landed += 1
            self.note_step(day)

    def note_step(self, day):
        try:
            database = sqlite3.connect("file:company.operations.db?mode=ro", uri=True)
            number = (day - datetime.date(1970, 1, 1)).days
            rows = database.execute("SELECT step FROM daily_steps WHERE day = ? AND status = "
                                    "'running'", (number,)).fetchall()
            database.close()
        except sqlite3.OperationalError:
            rows = []
        name = rows[0][0] if rows else "between"
        self.steps[name] = self.steps.get(name, 0) + 1

    def day(self, day):
        for _ in range(self.chance.randint(0, 2) if self.kills else 0):
            self.kill(day)
        begin = time.monotonic()
        done = subprocess.run(self.command(day), capture_output=True, text=True, check=False)
        if not self.kills or not self.landed:
            self.seconds = 0.8 * self.seconds + 0.2 * (time.monotonic() - begin)
        if done.returncode not in (0, 4):
            sys.exit(f"{day}: exit code {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def simulate(options, company, kills):
    shutil.rmtree("run", ignore_errors=True)
    os.makedirs("run")
    os.chdir("run")
    runs = Runs(options, kills, random.Random(options.seed))
    told = {}
    for offset in range(options.days):
        day = options.begin + datetime.timedelta(days=offset)
        if day.weekday() == 0 or offset == 0:
            company.drop("dropped", day)
        report = runs.day(day)
        for step in report["steps"]:
            if step["step"] in ("train", "promote", "rollback") and step["status"] == "done":
                told.setdefault(step["step"], []).append(f"{day} {step['summary']}")
        if not kills and offset % 50 == 1:
            before = fingerprint(state())
            again = runs.day(day)
            assert again["nothing_to_do"], f"{day}: a second run found something to do"
            assert fingerprint(state()) == before, f"{day}: a second run changed something"
    verified = subprocess.run([options.revint, "--db", "sqlite:company.db", "--json", "audit",
                               "verify"], capture_output=True, text=True, check=True)
    result = state()
    os.chdir("..")
    name = "killed" if kills else "quiet"
    shutil.rmtree(name, ignore_errors=True)
    os.rename("run", name)
    return result, runs, told, json.loads(verified.stdout)


def differences(one, other):
    found = []
    for file, tables in one.items():
        for name in sorted(set(tables) | set(other[file])):
            left, right = tables.get(name), other[file].get(name)
            if left != right:
                pairs = [pair for pair in zip(left or [], right or []) if pair[0] != pair[1]]
                found.append(f"{file} {name}: {len(left or [])} and {len(right or [])} rows; "
                             f"{str(pairs[:1])[:600]}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revint", default=os.environ.get("REVINT", "revint"))
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--deals", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default="realistic")
    parser.add_argument("--end", type=datetime.date.fromisoformat,
                        default=datetime.date(2026, 6, 1))
    parser.add_argument("--folder", default=".")
    options = parser.parse_args()
    options.revint = os.path.abspath(shutil.which(options.revint) or options.revint)
    options.begin = options.end - datetime.timedelta(days=options.days)
    os.makedirs(options.folder, exist_ok=True)
    os.chdir(options.folder)
    if not os.path.exists("source"):
        subprocess.run([options.revint, "--quiet", "--as-of", options.end.isoformat(), "generate",
                        "--out", "source", "--deals", str(options.deals), "--seed",
                        str(options.seed), "--scenario", options.scenario],
                       check=True, stdout=subprocess.DEVNULL)
    company = Company("source")
    begin = time.monotonic()
    quiet, _, told, audit = simulate(options, company, kills=False)
    print(f"{options.days} days undisturbed in {time.monotonic() - begin:.0f} s; "
          f"{audit['entries']} entries in the audit log, intact: {audit['intact']}", flush=True)
    for lines in told.values():
        print("  " + "\n  ".join(lines))
    begin = time.monotonic()
    killed, runs, _, audit = simulate(options, company, kills=True)
    print(f"the same days with {runs.landed} kills in {time.monotonic() - begin:.0f} s; "
          f"log intact: {audit['intact']}; killed in: "
          + ", ".join(f"{name} {count}" for name, count in sorted(runs.steps.items())))
    found = differences(quiet, killed)
    rows = sum(len(rows) for tables in quiet.values() for rows in tables.values())
    print(f"{rows} rows, SHA-256 {fingerprint(quiet)} and {fingerprint(killed)}")
    for line in found:
        print("DIFFERENT " + line)
    assert runs.landed > 0, "no kill landed"
    assert told.get("train"), "nothing was trained"
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
