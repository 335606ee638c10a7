"""Three processes behind HAProxy on one database: one is killed under load, one is asked to stop."""

import collections
import http.client
import os
import shutil
import subprocess
import threading
import time

from harness import DATABASE, Client, Server
from openid import free_port

CONFIGURATION = """
global
  maxconn 4096
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  option redispatch
  retries 3
  retry-on conn-failure empty-response 503
frontend pages
  bind 127.0.0.1:{port}
  # What changes something is sent once: it may have been done already.
  http-request disable-l7-retry unless METH_GET or METH_HEAD
  default_backend processes
backend processes
  balance roundrobin
  option httpchk GET /readyz
  http-check expect status 200
  default-server check inter 200ms fall 2 rise 1
{servers}
"""


class Behind:
    """Looks like a server to a client."""

    def __init__(self, port):
        self.port = port


def run(_server, administrator, database=DATABASE):
    haproxy = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if not haproxy:
        return "skipped: haproxy is not installed"
    servers = [Server("--no-jobs", "--stop-delay", "3", database=database) for _ in range(3)]
    port = free_port()
    lines = "\n".join(f"  server p{i} 127.0.0.1:{s.port}" for i, s in enumerate(servers))
    with open("haproxy.cfg", "w", encoding="ascii") as file:
        file.write(CONFIGURATION.format(port=port, servers=lines))
    balancer = subprocess.Popen([haproxy, "-db", "-q", "-f", "haproxy.cfg"])
    try:
        return lose_two(servers, Behind(port), administrator)
    finally:
        balancer.kill()
        balancer.wait()
        for each in servers:
            if each.process.poll() is None:
                each.process.kill()
            each.process.wait()


def turned_away(server, administrator):
    """A process that is about to stop says so, and serves on; what it answers closes the connection."""
    own = Client(server)
    own.cookie = administrator.cookie
    deadline = time.monotonic() + 2
    while own.request("GET", "/readyz").status != 503:
        assert time.monotonic() < deadline, "a process that stops says that it is ready"
    answer = own.get("/deals", limit=1)
    assert (answer.status, answer.headers.get("connection")) == (200, "close"), answer.headers


def lose_two(servers, behind, administrator):
    def client():
        made = Client(behind)
        made.cookie, made.csrf = administrator.cookie, administrator.csrf
        return made

    for each in servers:  # every process has read the deals
        own = Client(each)
        own.cookie = administrator.cookie
        assert own.get("/deals", limit=1).status == 200
    deadline = time.monotonic() + 60
    while True:
        try:
            if client().get("/deals", limit=1).status == 200:
                break
        except OSError:
            pass
        assert time.monotonic() < deadline, "the balancer found no process"
        time.sleep(0.1)

    stop = threading.Event()
    lock = threading.Lock()
    read, written = collections.Counter(), collections.Counter()

    def ask(write):
        while not stop.is_set():
            try:
                if write:
                    status = client().post("/score", {"rows": [{}]}).status
                else:
                    status = client().get("/deals", limit=20).status
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            with lock:
                (written if write else read)[status] += 1

    threads = [threading.Thread(target=ask, args=(i == 0,)) for i in range(5)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    servers[0].process.kill()
    time.sleep(2)
    servers[1].process.terminate()
    turned_away(servers[1], administrator)
    code = servers[1].process.wait(timeout=240)
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    assert code == 0, f"the process that was asked to stop ended with {code}"
    assert set(read) == {200} and read[200] > 20, f"reading: {dict(read)}"
    # One writer, and at most one of its requests: what was in flight on the process that was killed.
    # It is not sent again, because it may have been done. The process that was asked to stop lost none.
    failed = sum(n for status, n in written.items() if status != 200)
    assert written[200] > 5 and failed <= 1, f"writing: {dict(written)}"
    return (f"{read[200]} reads without a failure, {written[200]} writes with {failed} failed, "
            "while two of three processes went")
