"""Drives the store's benchmark and writes its report; started by bench/store/run."""

import argparse
import hashlib
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

MEMORY_LIMIT_MIB = 2048
LOAD_LIMIT = 0.5
PARSE_LIMIT = 1.0
STATE_LIMIT_SECONDS = 2.0
GENERATE_LIMIT = 100_000  # deals per minute
AS_OF = "2026-11-16"
PARSE_BYTES = 400_000_000  # pandas holds a parsed file in some twenty times its size

PANDAS = r"""
import json, sys, time
import pandas as pd
path, runs = sys.argv[1], int(sys.argv[2])
engines = [("c", {}), ("c, all text", {"dtype": str, "keep_default_na": False})]
try:
    import pyarrow
    engines.append(("pyarrow", {"engine": "pyarrow"}))
except ImportError:
    pass
best = {}
for name, options in engines:
    for _ in range(runs):
        options = dict(options)
        options.setdefault("engine", "c")
        if options["engine"] == "c":
            options["low_memory"] = False
        begin = time.process_time()
        frame = pd.read_csv(path, **options)
        seconds = time.process_time() - begin
        best[name] = min(best.get(name, seconds), seconds)
print(json.dumps({"rows": len(frame), "version": pd.__version__, "seconds": best}))
"""


def run(command, **options):
    """Runs a command; returns its output, wall and processor seconds and peak memory in MiB."""
    begin = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, **options)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begin
        out.seek(0)
        text = out.read()
    if process.returncode != 0:
        sys.exit(f"failed with {process.returncode}: {' '.join(map(str, command))}\n{text}")
    return {
        "out": text,
        "wall": wall,
        "processor": usage.ru_utime + usage.ru_stime,
        "peak_mib": usage.ru_maxrss / 1024,
    }


def note(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


class Schemas:
    """Schemas of the PostgreSQL server, one per measurement, dropped when they are done with."""

    def __init__(self, server):
        self.server = server
        self.count = 0

    def psql(self, *commands, schema=None):
        arguments = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", self.server]
        if schema:
            arguments += ["--command", f"SET search_path = {schema}"]
        for command in commands:
            arguments += ["--command", command]
        return run(arguments)

    def create(self):
        self.count += 1
        name = f"revint_bench_{os.getpid()}_{self.count}"
        self.psql(f"CREATE SCHEMA {name}")
        return name

    def url(self, name):
        return self.server + ("&" if "?" in self.server else "?") + f"options=-csearch_path%3D{name}"

    def drop(self, name):
        self.psql("SET client_min_messages = warning", f"DROP SCHEMA {name} CASCADE")


TABLES = """
CREATE TABLE events (batch integer NOT NULL, entity integer NOT NULL, attribute integer NOT NULL,
  event_time {big} NOT NULL, recorded_time {big}, sequence {big} NOT NULL, value {big});
CREATE TABLE entities (id integer PRIMARY KEY, kind integer NOT NULL, key text NOT NULL);
CREATE TABLE symbols (id integer PRIMARY KEY, text text NOT NULL);
"""


def sqlite_bulk(folder, path):
    """sqlite3 .import of the rows under the settings our own store uses."""
    script = (
        "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\nPRAGMA cache_size = -65536;\n"
        + TABLES.format(big="integer")
        + f".mode csv\n.import {folder}/events.csv events\n"
        + f".import {folder}/entities.csv entities\n.import {folder}/symbols.csv symbols\n"
    )
    begin = time.monotonic()
    subprocess.run(["sqlite3", path], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def postgres_bulk(folder, schemas):
    name = schemas.create()
    schemas.psql(TABLES.format(big="bigint"), schema=name)
    copies = [
        f"\\copy {table} FROM '{folder}/{table}.csv' WITH (FORMAT csv)"
        for table in ("events", "entities", "symbols")
    ]
    seconds = schemas.psql("BEGIN", *copies, "COMMIT", schema=name)["wall"]
    schemas.drop(name)
    return seconds


class Steps:
    """Results of the steps that are done, kept in the work folder: a run that was cut goes on there."""

    def __init__(self, path, subject):
        self.path = path
        self.done = {}
        try:
            with open(path) as file:
                kept = json.load(file)
            if kept["subject"] == subject:
                self.done = kept["done"]
        except (OSError, ValueError, KeyError):
            pass
        self.subject = subject

    def take(self, name, text, action):
        """The result of `action`, which is run unless an earlier run has done it."""
        if name in self.done:
            note(f"{text}: done before")
            return self.done[name]
        note(text)
        self.done[name] = action()
        with open(self.path + ".new", "w") as file:
            json.dump({"subject": self.subject, "done": self.done}, file, indent=1)
        os.replace(self.path + ".new", self.path)
        return self.done[name]


def head_of(path, folder):
    """The file itself, or a copy of its first rows when it is larger than PARSE_BYTES."""
    if os.path.getsize(path) <= PARSE_BYTES:
        return path
    head = os.path.join(folder, os.path.basename(path))
    with open(path, "rb") as source, open(head, "wb") as target:
        left = PARSE_BYTES
        while left > 0:
            block = source.read(min(left, 1 << 24))
            target.write(block)
            left -= len(block)
        # Fields may hold line breaks; a quote that ends a record is followed by one that begins it.
        tail = source.read(1 << 20)
        end = tail.find(b'"\n"')
        target.write(tail[: end + 2] if end >= 0 else b"")
    return head


def remove_database(path):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)


def spread(values):
    return f"{min(values):.2f} ({', '.join(f'{value:.2f}' for value in values)})"


def verdict(holds):
    return "holds" if holds else "**missed**"


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as lines:
        memory = int(lines.readline().split()[1]) / 1048576
    return f"{model}, {os.cpu_count()} threads, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def load_average():
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--deals", type=int, default=50000)
    parser.add_argument("--export")
    parser.add_argument("--build", default="build/bench")
    parser.add_argument("--report")
    parser.add_argument("--work")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engines", default="sqlite,postgres")
    options = parser.parse_args()
    revint = os.path.abspath(os.path.join(options.build, "bin/revint"))
    bench = os.path.abspath(os.path.join(options.build, "bin/ri_bench_store"))
    report_path = options.report or os.path.join(options.build, "store-report.md")
    work = options.work or tempfile.mkdtemp(prefix="revint-bench-store-")
    os.makedirs(work, exist_ok=True)
    try:
        report = measure(options, revint, bench, work)
        with open(report_path, "w") as file:
            file.write(report)
        print(report)
        note(f"written to {report_path}")
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)


def measure(options, revint, bench, work):
    lines = []
    engines = options.engines.split(",")
    schemas = Schemas(os.environ["REVINT_TEST_POSTGRES"])
    with open(revint, "rb") as file:
        program = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(
            hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
    steps = Steps(os.path.join(work, "steps.json"),
                  {"export": options.export, "deals": options.deals, "engines": engines, "program": program})
    export = options.export
    generated = None
    if not export:
        export = os.path.join(work, "export")
        generated = steps.take("generate", f"generating {options.deals} deals", lambda: run(
            [revint, "generate", "--scenario", "enterprise", "--deals", str(options.deals), "--seed", "1",
             "--as-of", AS_OF, "--out", export, "--quiet"]))
    files = sorted(
        (os.path.getsize(os.path.join(export, name)), name)
        for name in os.listdir(export) if name.endswith(".csv"))
    total_bytes = sum(size for size, _ in files)

    # Memory and time of imports, and what the filled stores then take to open. The first engine also
    # gives the rows that the loaders are compared on.
    sqlite_path = os.path.join(work, "store.db")
    backup = os.path.join(work, "rows.backup")

    def imported(engine):
        if engine == "sqlite":
            remove_database(sqlite_path)
            url = f"sqlite:{sqlite_path}"
        else:
            schema = schemas.create()
            url = schemas.url(schema)
        figures = run([revint, "--db", url, "--known-at", AS_OF, "--quiet", "import", export, "--json"])
        report = json.loads(figures.pop("out"))
        figures.update(events=report["new_events"], deals=report["deals"], rows=report["rows"])
        note(f"imported in {figures['wall']:.0f} s with {figures['peak_mib']:.0f} MiB; opening")
        opened = run([bench, "open", url, AS_OF, str(os.cpu_count())])
        figures["open"] = dict(json.loads(opened["out"]), peak_mib=opened["peak_mib"])
        if engine == engines[0]:
            note("writing the backup")
            figures["backup"] = run([revint, "--db", url, "--quiet", "backup", "--out", backup, "--json"])
        if engine != "sqlite":
            schemas.drop(schema)
        return figures

    imports = {}
    for engine in engines:
        imports[engine] = steps.take(f"import {engine}", f"importing into {engine}", lambda e=engine: imported(e))
    opened = {engine: imports[engine]["open"] for engine in engines}
    first = imports[engines[0]]
    backed_up = first["backup"]

    # The largest file of the export, by us and by pandas, taking turns.
    largest = os.path.join(export, files[-1][1])
    head = head_of(largest, work)
    megabytes = os.path.getsize(head) / 1e6
    ours, pandas_runs = [], {}
    for turn in range(options.runs):
        parsed = steps.take(f"parse {turn}", f"parsing {megabytes:.0f} MB of {files[-1][1]}",
                            lambda: json.loads(run([bench, "parse", head])["out"]))
        ours.append(parsed["processor"])
        pandas_facts = steps.take(f"pandas {turn}", "the same with pandas", lambda: json.loads(
            run(["/usr/bin/python3", "-c", PANDAS, head, "1"])["out"]))
        for name, seconds in pandas_facts["seconds"].items():
            pandas_runs.setdefault(name, []).append(seconds)
    fastest = min(pandas_runs, key=lambda name: min(pandas_runs[name]))
    parse_ratio = min(pandas_runs[fastest]) / min(ours)

    # The same rows through our import interface and through the engines' bulk loaders.
    steps.take("rows", "writing the rows as CSV", lambda: run([bench, "csv", backup, work]))
    loads = {engine: [] for engine in engines}
    bulks = {engine: [] for engine in engines}
    load_path = os.path.join(work, "load.db")

    def load(engine):
        if engine == "sqlite":
            remove_database(load_path)
            seconds = json.loads(run([bench, "load", backup, f"sqlite:{load_path}"])["out"])["wall"]
            remove_database(load_path)
            return seconds
        name = schemas.create()
        seconds = json.loads(run([bench, "load", backup, schemas.url(name)])["out"])["wall"]
        schemas.drop(name)
        return seconds

    def bulk(engine):
        if engine != "sqlite":
            return postgres_bulk(work, schemas)
        remove_database(load_path)
        seconds = sqlite_bulk(work, load_path)
        remove_database(load_path)
        return seconds

    for turn in range(options.runs):
        for engine in engines:
            loads[engine].append(steps.take(f"load {engine} {turn}", f"loading the rows into {engine}",
                                            lambda e=engine: load(e)))
            bulks[engine].append(steps.take(f"bulk {engine} {turn}", f"the same with {engine}'s own loader",
                                            lambda e=engine: bulk(e)))

    lines.append("# Store benchmark\n")
    lines.append(f"{first['deals']:,} deals, {first['events']:,} stored events from {first['rows']:,} rows in "
                 f"{len(files)} files, {total_bytes / 1e6:,.0f} MB"
                 + ("" if options.export else f"; `revint generate --scenario enterprise --deals {options.deals} --seed 1`")
                 + ".\n")
    lines.append(f"- machine: {machine()}; load average at the end {load_average()}")
    version = subprocess.run(["psql", "--version"], capture_output=True, text=True).stdout.strip()
    lines.append(f"- SQLite {sqlite3.sqlite_version} (write-ahead log, synchronous FULL for both sides), {version} "
                 "(private server, fsync off for both sides), pandas "
                 f"{pandas_facts['version']}, Python {platform.python_version()}")
    lines.append(f"- loaders and parsers took turns {options.runs} times; the best of each counts, all are listed\n")
    if generated:
        per_minute = first["deals"] / generated["wall"] * 60
        lines.append("## Generating the export, two threads\n")
        lines.append("| wall s | processor s | deals per minute | limit | | peak MiB |")
        lines.append("|---|---|---|---|---|---|")
        lines.append(f"| {generated['wall']:.1f} | {generated['processor']:.1f} | {per_minute:,.0f} | {GENERATE_LIMIT:,} | "
                     f"{verdict(per_minute >= GENERATE_LIMIT)} | {generated['peak_mib']:.0f} |\n")
    lines.append("## Import of the whole export\n")
    lines.append("| engine | wall s | processor s | events/s | peak memory MiB | limit MiB | |")
    lines.append("|---|---|---|---|---|---|---|")
    for engine in engines:
        figures = imports[engine]
        lines.append(f"| {engine} | {figures['wall']:.1f} | {figures['processor']:.1f} | "
                     f"{figures['events'] / figures['wall']:,.0f} | {figures['peak_mib']:.0f} | {MEMORY_LIMIT_MIB} | "
                     f"{verdict(figures['peak_mib'] <= MEMORY_LIMIT_MIB)} |")
    lines.append(f"\n## Parsing {'' if head == largest else 'the beginning of '}{os.path.basename(largest)} "
                 f"({megabytes:.0f} MB, {parsed['cells']:,} cells), one core\n")
    lines.append("| reader | processor s | MB/s |")
    lines.append("|---|---|---|")
    lines.append(f"| revint, numbers converted | {spread(ours)} | {megabytes / min(ours):.0f} |")
    for name, seconds in pandas_runs.items():
        lines.append(f"| pandas read_csv, engine {name} | {spread(seconds)} | {megabytes / min(seconds):.0f} |")
    lines.append(f"\nRatio to the fastest of pandas ({fastest}): **{parse_ratio:.2f}**, limit {PARSE_LIMIT}: "
                 f"{verdict(parse_ratio >= PARSE_LIMIT)}.\n")
    lines.append("## Loading the same rows\n")
    lines.append("Ours checks every id, drops duplicates and commits; the bulk loaders read the rows from CSV.\n")
    lines.append("| engine | revint s | bulk loader s | bulk / revint | limit | |")
    lines.append("|---|---|---|---|---|---|")
    for engine in engines:
        ratio = min(bulks[engine]) / min(loads[engine])
        name = "sqlite3 .import" if engine == "sqlite" else "psql \\copy"
        lines.append(f"| {engine} | {spread(loads[engine])} | {name}: {spread(bulks[engine])} | **{ratio:.2f}** | {LOAD_LIMIT} | "
                     f"{verdict(ratio >= LOAD_LIMIT)} |")
    lines.append(f"\n## All open deals as of {AS_OF}\n")
    lines.append("| engine | load s | prepare s | open deals | state and sums s | limit s | | feature rows s | peak MiB |")
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for engine in engines:
        figures = opened[engine]
        lines.append(f"| {engine} | {figures['load']:.2f} | {figures['prepare']:.2f} | {figures['open']:,} | "
                     f"{figures['state']:.3f} | {STATE_LIMIT_SECONDS} | {verdict(figures['state'] <= STATE_LIMIT_SECONDS)} | "
                     f"{figures['features']:.2f} | {figures['peak_mib']:.0f} |")
    lines.append(f"\n## Backup\n\n{os.path.getsize(backup) / 1e6:,.0f} MB written and read back in {backed_up['wall']:.1f} s, "
                 f"peak memory {backed_up['peak_mib']:.0f} MiB.\n")
    return "\n".join(lines)


main()
