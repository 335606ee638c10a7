"""The same answers wherever the process believes to be, and on days that calendars get wrong."""

import datetime
import hashlib
import json
import os
import subprocess
import sys

REVINT = os.environ["REVINT"]
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kathmandu",
         "Australia/Lord_Howe", "No/Such_Zone")
LANGUAGES = ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8")


def revint(*words, zone="UTC", language="C.UTF-8", codes=(0,)):
    done = subprocess.run([REVINT, "--quiet", *words], capture_output=True, text=True, check=False,
                          env={**os.environ, "TZ": zone, "LC_ALL": language})
    assert done.returncode in codes, (words, zone, done.returncode, done.stderr)
    return done.stdout


def answers(zone, language):
    """Everything a Monday's questions answer, from an import in that place."""
    database = f"sqlite:{zone.replace('/', '-')}-{language}.db"
    revint("--db", database, "import", "company", "--known-at", "2026-06-01", zone=zone, language=language)
    texts = []
    for words in (["features", "--out", "features.csv"], ["quality"],
                  ["--as-of", "2024-02-29", "features", "--out", "leap.csv"]):
        texts.append(revint("--db", database, "--json", "--as-of", "2026-05-25", *words, zone=zone,
                            language=language) if words[0] != "--as-of" else
                     revint("--db", database, "--json", *words, zone=zone, language=language))
    for name in ("features.csv", "leap.csv"):
        with open(name, "rb") as file:
            texts.append(hashlib.sha256(file.read()).hexdigest())
    return texts


def places_do_not_matter():
    expected = answers("UTC", "C.UTF-8")
    for zone, language in [(zone, "C.UTF-8") for zone in ZONES[1:]] + [("UTC", name) for name in LANGUAGES]:
        found = answers(zone, language)
        assert found == expected, f"{zone}, {language}: another answer"
    return f"{len(ZONES)} time zones and {len(LANGUAGES)} languages, one answer"


def odd_days_are_days():
    database = "sqlite:days.db"
    revint("--db", database, "import", "company", "--known-at", "2026-06-01")
    days = []
    for begin, end in (("2024-02-27", "2024-03-02"), ("2024-12-29", "2025-01-02")):
        day = datetime.date.fromisoformat(begin)
        while day <= datetime.date.fromisoformat(end):
            report = json.loads(revint("--db", database, "--json", "daily", "--today", day.isoformat(),
                                       codes=(0, 4)))
            failed = [step for step in report["steps"] if step["status"] == "failed"]
            assert not failed, (day, failed)
            days.append(day.isoformat())
            day += datetime.timedelta(days=1)
    # A clock that was set back must not undo or repeat what later days have done.
    again = json.loads(revint("--db", database, "--json", "daily", "--today", "2025-01-02", codes=(0, 4)))
    assert again.get("nothing_to_do", True), again
    assert json.loads(revint("--db", database, "--json", "audit", "verify"))["intact"]
    return f"{len(days)} daily runs around 29 February and the turn of the year"


def main():
    subprocess.run([REVINT, "--quiet", "--as-of", "2026-06-01", "generate", "--out", "company", "--deals", "300",
                    "--seed", "5"], check=True, stdout=subprocess.DEVNULL)
    for check in (places_do_not_matter, odd_days_are_days):
        print(f"ok  {check.__name__.replace('_', ' ')}: {check()}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
