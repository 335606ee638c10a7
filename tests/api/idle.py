"""Thousands of connections that say nothing cost little and keep nobody waiting."""

import os
import resource
import socket
import time

WANTED = int(os.environ.get("REVINT_IDLE_CONNECTIONS", "2000"))
MOST_KILOBYTES = 40  # each, in the server


def resident(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def run(server, _administrator):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(WANTED, hard // 2 - 100)
    before = resident(server)
    silent = []
    try:
        for _ in range(count):
            silent.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
        begin = time.monotonic()
        assert server.client().request("GET", "/healthz").status == 200
        waited = time.monotonic() - begin
        assert waited < 5, f"an answer took {waited:.1f} s beside {count} silent clients"
        each = (resident(server) - before) / count
        assert each < MOST_KILOBYTES, f"{each:.1f} kB of memory for each connection"
    finally:
        for connection in silent:
            connection.close()
    return f"{count} silent connections, {each:.1f} kB each, an answer in {1000 * waited:.0f} ms"
