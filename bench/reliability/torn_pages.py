"""A power cut tears pages of PostgreSQL's files: the next start makes them good from its log.

A server of its own imports a company, stops in order, imports a second export and is stopped
without notice. Then, round by round, sectors of 512 bytes in every page that the second import
changed are set to what they were before it or to what they are after it, and the server is
started: features, batches and the check of integrity must be those after the second import. For
comparison the same is done with a log without whole pages, which need not survive.
"""

import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess

REVINT = os.environ["REVINT"]
SECTOR = 512
ROUNDS = 12


class Server:
    """A private server whose folder may be copied while it is stopped."""

    def __init__(self, folder, settings):
        configured = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout
        self.binaries = next(path for path in map(pathlib.Path, ("/usr/lib/postgresql/15/bin", configured.strip()))
                             if (path / "initdb").exists())
        self.folder, self.data = folder, folder / "data"
        folder.mkdir()
        self.runner = []
        if os.getuid() == 0:
            owner = "postgres" if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0 \
                else "nobody"
            shutil.chown(folder, owner)
            group = subprocess.run(["id", "-gn", owner], capture_output=True, text=True, check=True).stdout.strip()
            self.runner = ["setpriv", f"--reuid={owner}", f"--regid={group}", "--clear-groups", "--"]
        self.must("initdb", f"--pgdata={self.data}", "--username=revint", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8", "--no-sync")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nautovacuum = off\n"
                       f"checkpoint_timeout = 1h\nmax_wal_size = 4GB\n{settings}")
        self.url = f"postgresql://revint@/revint?host={folder}"

    def must(self, program, *words):
        done = subprocess.run([*self.runner, str(self.binaries / program), *words], cwd=self.folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                              env={**os.environ, "HOME": str(self.folder)})
        assert done.returncode == 0, (program, done.stderr)

    def start(self):
        self.must("pg_ctl", f"--pgdata={self.data}", f"--log={self.folder}/server.log", "--wait", "start")

    def stop(self, mode):
        self.must("pg_ctl", f"--pgdata={self.data}", f"--mode={mode}", "--wait", "stop")

    def keep(self, name):
        copy = self.folder / name
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.data), str(copy)], check=True)
        return copy

    def put_back(self, copy):
        shutil.rmtree(self.data)
        subprocess.run(["cp", "-a", "--reflink=auto", str(copy), str(self.data)], check=True)


def state(url):
    """What a person would see: features, the imports and whether the rows keep the rules."""
    out = pathlib.Path("features.csv").resolve()
    told = []
    for words in (["--as-of", "2026-05-25", "features", "--out", str(out)], ["--json", "doctor"]):
        done = subprocess.run([REVINT, "--db", url, "--quiet", *words], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 3, 4):
            return f"refused: {done.stderr.strip()[:200]}"
        told.append(done.stdout)
    lines = [line for line in json.dumps(json.loads(told[1])).split('"')
             if line.startswith(("events: ", "entities: ", "batches: ", "integrity: "))]
    assert any(line == "integrity: ok" for line in lines), told[1]
    return hashlib.sha256(out.read_bytes()).hexdigest(), tuple(lines)


def tear(server, before, after, random_stream):
    """Mixes sectors of all files of the database that differ; the number of pages with both kinds."""
    torn = 0
    for new in sorted((after / "base").rglob("*")):
        old, now = before / new.relative_to(after), server.data / new.relative_to(after)
        if not new.is_file() or not now.exists() or new.name.startswith(("pg_", "PG_")) or new.stat().st_size == 0:
            continue
        earlier = old.read_bytes() if old.exists() else b""
        later = new.read_bytes()
        if earlier == later:
            continue
        content = bytearray(now.read_bytes())
        for page in range(0, len(content), 8192):
            was, will = earlier[page:page + 8192].ljust(8192, b"\0"), later[page:page + 8192]
            if was == will or len(will) < 8192:
                continue
            kinds = set()
            for at in range(0, 8192, SECTOR):
                arrived = random_stream.random() < 0.5
                content[page + at:page + at + SECTOR] = (will if arrived else was)[at:at + SECTOR]
                kinds.add(arrived)
            torn += len(kinds) == 2
        now.write_bytes(content)
    return torn


def campaign(name, settings, rounds):
    folder = pathlib.Path(subprocess.run(["mktemp", "-d", "/tmp/revint-torn-XXXXXX"], capture_output=True, text=True,
                                         check=True).stdout.strip())
    try:
        folder.chmod(0o755)  # the server's user has to reach its own folder below
        server = Server(folder / "server", settings)
        server.start()
        server.must("createdb", f"--host={server.folder}", "--username=revint", "revint")
        subprocess.run([REVINT, "--db", server.url, "--quiet", "import", "first", "--known-at", "2026-03-01"],
                       check=True, stdout=subprocess.DEVNULL)
        earlier = state(server.url)
        server.stop("fast")
        before = server.keep("before")
        server.start()
        subprocess.run([REVINT, "--db", server.url, "--quiet", "import", "second", "--known-at", "2026-06-01"],
                       check=True, stdout=subprocess.DEVNULL)
        expected = state(server.url)
        assert expected != earlier, "the second import changed nothing"
        server.stop("immediate")
        crashed = server.keep("crashed")
        server.start()
        server.stop("fast")
        after = server.keep("after")
        held, torn = 0, 0
        for number in range(rounds):
            server.put_back(crashed)
            torn += tear(server, before, after, random.Random(number))
            try:
                server.start()
                held += state(server.url) == expected
                server.stop("immediate")
            except AssertionError as error:
                print(f"     {name}, round {number}: {str(error)[:160]}")
                subprocess.run([*server.runner, str(server.binaries / "pg_ctl"), f"--pgdata={server.data}",
                                "--mode=immediate", "stop"], capture_output=True, check=False)
        return held, torn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    for name, as_of in (("first", "2026-03-01"), ("second", "2026-06-01")):
        subprocess.run([REVINT, "--quiet", "--as-of", as_of, "generate", "--out", name, "--deals", "400", "--seed",
                        "5"], check=True, stdout=subprocess.DEVNULL)
    held, torn = campaign("whole pages in the log", "", ROUNDS)
    assert torn > 100, f"only {torn} pages were torn: nothing was tested"
    print(f"{'ok  ' if held == ROUNDS else 'FAIL'} {held} of {ROUNDS} starts over {torn} torn pages hold what was "
          "committed", flush=True)
    without, torn = campaign("no whole pages in the log", "full_page_writes = off\n", 4)
    print(f"     without whole pages in the log (a setting `revint doctor` names): {without} of 4 starts over {torn} "
          "torn pages")
    raise SystemExit(0 if held == ROUNDS else 1)


if __name__ == "__main__":
    main()
