"""What breaks around a server: the disk, the clock, its database, clients that stop half-way.

REVINT_FAULT_SECONDS lengthens the watch over its memory (20 by default).
"""

import collections
import glob
import http.client
import os
import shutil
import socket
import subprocess
import threading
import time

from harness import REVINT, Client, Server
from idle import resident
from private_postgres import private_postgres

SECONDS = float(os.environ.get("REVINT_FAULT_SECONDS", "20"))
MOST_GROWTH = 24 * 1024  # kB


def asked(server, administrator):
    made = Client(server)
    made.cookie, made.csrf = administrator.cookie, administrator.csrf
    return made


def load(ask, seconds):
    """Asks from four threads; answers by status or kind of failure."""
    seen, lock, end = collections.Counter(), threading.Lock(), time.monotonic() + seconds

    def run():
        while time.monotonic() < end:
            try:
                status = ask()
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            with lock:
                seen[status] += 1

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    return threads, seen


def facts(database):
    done = subprocess.run([REVINT, "--db", database, "--quiet", "import", "company"], check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count = subprocess.run([REVINT, "--db", database, "--json", "import", "company"], check=True,
                           capture_output=True, text=True)
    checked = subprocess.run([REVINT, "--db", database, "doctor"], check=False, capture_output=True,
                             text=True)
    assert "corrupt" not in checked.stdout.lower(), checked.stdout
    exported = "features-" + database.rsplit(":", 1)[1] + ".csv"
    subprocess.run([REVINT, "--db", database, "--quiet", "features", "--out", exported], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(exported, encoding="utf-8") as file:
        return file.read(), count.stdout


def killed_import(_server, _administrator):
    whole, _ = facts("sqlite:whole.db")
    killed = 0
    for pause in (0.02, 0.08, 0.2, 0.4):
        importing = subprocess.Popen([REVINT, "--db", "sqlite:killed.db", "--quiet", "import",
                                      "company"], stdout=subprocess.DEVNULL)
        try:
            importing.wait(timeout=pause)
        except subprocess.TimeoutExpired:
            importing.kill()
            importing.wait()
            killed += 1
    again, _ = facts("sqlite:killed.db")
    assert again == whole, "an import that was killed and repeated gives other features"
    return f"{killed} imports killed, the next one gives the same features, byte by byte"


def full_disk(_server, _administrator):
    folder = os.path.abspath("small-disk")
    os.makedirs(folder, exist_ok=True)
    size = sum(os.path.getsize(f) for f in glob.glob("test*.db*")) // 1024 + 65536
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", folder],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        return "skipped: no right to mount a small disk"
    server = None
    try:
        shutil.copy("test.db", folder)
        server = Server("--no-jobs", database=f"sqlite:{folder}/test.db")
        administrator = server.first_administrator()
        deal = administrator.get("/deals", limit=1).json()["items"][0]["deal_id"]
        note = {"kind": "note", "note": "x" * 1500}
        assert administrator.post(f"/deals/{deal}/decisions", note).status == 201
        try:
            with open(folder + "/ballast", "wb", buffering=0) as ballast:
                while ballast.write(b"\0" * 4096) == 4096:
                    pass
        except OSError:
            pass
        kept, refused = 1, 0
        for _ in range(40):
            status = administrator.post(f"/deals/{deal}/decisions", note).status
            assert status in (201, 503), status
            kept += status == 201
            refused += status == 503
            assert administrator.get("/deals", limit=5).status == 200, "reading on a full disk"
        assert refused > 0, "the disk was not full"
        os.remove(folder + "/ballast")
        assert administrator.post(f"/deals/{deal}/decisions", note).status == 201
        found = administrator.get(f"/deals/{deal}/decisions").json()["items"]
        assert len(found) == kept + 1, f"{len(found)} notes, {kept + 1} were accepted"
        assert administrator.get("/audit/verify").json()["intact"]
        return f"{refused} writes refused with 503 on a full disk, reads went on, nothing lost"
    finally:
        if server:
            server.process.kill()
            server.process.wait()
        subprocess.run(["umount", folder], check=False)


def clock_jumps(_server, administrator):
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not library:
        return "skipped: faketime is not installed"
    with open("clock", "w", encoding="ascii") as clock:
        clock.write("+0")
    os.environ.update({"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": os.path.abspath("clock"),
                       "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
    try:
        server = Server("--no-jobs")
    finally:
        for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE",
                     "FAKETIME_DONT_FAKE_MONOTONIC"):
            del os.environ[name]
    try:
        client = asked(server, administrator)
        assert client.get("/deals", limit=1).status == 200
        for jump, expected in (("+2d", 200), ("-2d", 200), ("+0", 200), ("+30d", 401), ("+0", 200)):
            with open("clock", "w", encoding="ascii") as clock:
                clock.write(jump)
            time.sleep(3)  # longer than the server remembers who asked
            begin = time.monotonic()
            status = client.get("/deals", limit=5).status
            assert status == expected, f"{status} after the clock jumped to {jump}"
            assert time.monotonic() - begin < 20
            assert server.client().request("GET", "/healthz").status == 200
        return "answers after jumps of 2 days and back; a session ends after its week"
    finally:
        server.process.kill()
        server.process.wait()


def slow_and_broken(server, administrator):
    before = resident(server)
    head = (f"GET /api/v1/deals/export?include=reasons HTTP/1.1\r\nHost: x\r\n"
            f"Cookie: {administrator.cookie}\r\n\r\n").encode()
    slow = []
    for _ in range(60):  # they ask for everything and read nothing
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(("127.0.0.1", server.port))
        client.sendall(head)
        slow.append(client)
    for size in range(1, len(head) - 1, 7):  # requests that end anywhere
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(head[:size])
    body = (f"POST /api/v1/score HTTP/1.1\r\nHost: x\r\nCookie: {administrator.cookie}\r\n"
            f"X-CSRF-Token: {administrator.csrf}\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n{\"rows\":").encode()
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(body)
    begin = time.monotonic()
    assert administrator.get("/deals", limit=20).status == 200
    waited = time.monotonic() - begin
    grown = resident(server) - before
    for client in slow:
        client.close()
    assert waited < 10, f"an answer took {waited:.1f} s beside 60 clients that do not read"
    assert grown < 64 * 1024, f"{grown} kB for 60 clients that do not read"
    return f"60 clients that do not read cost {grown} kB, an answer takes {1000 * waited:.0f} ms"


def flat_memory(server, administrator):
    rows = administrator.get("/deals", limit=100).json()["items"]
    turn = iter(range(1 << 40))
    lock = threading.Lock()

    def ask():
        with lock:
            at = next(turn)
        deal = rows[at % len(rows)]["deal_id"]
        path = ("/deals?limit=100", f"/deals/{deal}", f"/deals/{deal}/reasons", "/deals/summary",
                "/forecast", f"/deals/{deal}/history", "/deals?q=a&limit=20")[at % 7]
        if at % 9 == 0:
            return administrator.post("/score", {"rows": [{}]}).status
        return administrator.request("GET", "/api/v1" + path).status

    for thread in load(ask, max(5.0, SECONDS / 4))[0]:  # caches fill
        thread.join()
    before = resident(server)
    threads, seen = load(ask, SECONDS)
    for thread in threads:
        thread.join()
    grown = resident(server) - before
    assert set(seen) == {200}, dict(seen)
    assert grown < MOST_GROWTH, f"{grown} kB more after {seen[200]} requests"
    return f"{grown} kB more after {seen[200]} requests in {SECONDS:.0f} s"


def lost_database(_server, _administrator):
    """A PostgreSQL server of its own, stopped and started under load."""
    with private_postgres() as postgres:
        if not postgres:
            return "skipped: PostgreSQL cannot be started"
        # The servers of other tests may forget what they accepted; this one must not.
        with open(postgres.folder + "/data/postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write("fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n")
        postgres.control("restart", "-l", postgres.folder + "/durable.log")
        postgres.fill()
        server = Server("--no-jobs", database=postgres.url)
        try:
            return lose_database(postgres, server)
        finally:
            server.process.kill()
            server.process.wait()


def lose_database(postgres, server):
    administrator = server.first_administrator()
    deal = administrator.get("/deals", limit=1).json()["items"][0]["deal_id"]
    accepted, lock = [], threading.Lock()

    def ask():
        note = {"kind": "note", "note": "kept?"}
        answer = administrator.post(f"/deals/{deal}/decisions", note)
        if answer.status == 201:
            with lock:
                accepted.append(answer.json()["decision_id"])
        return answer.status

    threads, seen = load(ask, 12)
    time.sleep(2)
    postgres.control("stop", "-m", "immediate")
    time.sleep(2)
    assert server.client().request("GET", "/healthz").status == 200
    assert server.client().request("GET", "/readyz").status == 503
    postgres.control("start", "-l", postgres.folder + "/again.log")
    for thread in threads:
        thread.join()
    assert set(seen) <= {201, 503, 401}, dict(seen)
    assert seen[201] > 0 and seen[503] > 0, dict(seen)
    deadline = time.monotonic() + 20
    while administrator.post(f"/deals/{deal}/decisions",
                             {"kind": "note", "note": "after"}).status != 201:
        assert time.monotonic() < deadline, "the server did not find its database again"
        time.sleep(0.2)
    found = {e["decision_id"] for e in
             administrator.get(f"/deals/{deal}/decisions").json()["items"]}
    lost = [one for one in accepted if one not in found]
    assert not lost, f"{len(lost)} notes were accepted and are gone"
    assert administrator.get("/audit/verify").json()["intact"]
    return f"{seen[201]} writes accepted and found again, {seen[503]} refused with 503"


CHECKS = [killed_import, full_disk, clock_jumps, slow_and_broken, lost_database, flat_memory]
