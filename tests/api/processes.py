"""Several processes share one database: sessions, jobs, and a process that is killed under load."""

import collections
import http.client
import threading
import time

from harness import DATABASE, Client, Server


def run(server, administrator, database=DATABASE):
    others = [Server(database=database) for _ in range(2)]
    servers = [server] + others
    try:
        return share(servers, administrator)
    finally:
        for other in others:
            if other.process.poll() is None:
                other.process.kill()


def share(servers, administrator):
    # One session counts everywhere.
    clients = []
    for each in servers:
        client = Client(each)
        client.cookie, client.csrf = administrator.cookie, administrator.csrf
        assert client.get("/deals", limit=1).status == 200
        clients.append(client)

    # Every job is run once, by whichever process claims it.
    jobs = []
    for turn in range(6):
        answer = clients[turn % 3].post("/jobs", {"kind": "score"})
        assert answer.status == 202, answer.body
        jobs.append(answer.json()["job_id"])
    deadline = time.monotonic() + 240
    for job in jobs:
        while True:
            state = administrator.get(f"/jobs/{job}").json()
            if state["finished_at"]:
                break
            assert time.monotonic() < deadline, state
            time.sleep(0.2)
        assert state["status"] == "done", state
    entries = administrator.get("/audit", action="score", limit=1000).json()["items"]
    runs = collections.Counter(entry["subject"] for entry in entries)
    assert all(runs[f"job {job}"] == 1 for job in jobs), runs

    # One is killed, one is asked to stop: whoever asks again elsewhere gets an answer, and the one
    # that is asked to stop breaks no answer off.
    stop = threading.Event()
    failures, answered, broken = [], collections.Counter(), []

    def ask(offset):
        turn = offset
        while not stop.is_set():
            for attempt in range(3):
                client = clients[(turn + attempt) % 3]
                try:
                    status = client.get("/deals", limit=20).status
                    answered[status] += 1
                    if status == 200:
                        break
                except http.client.IncompleteRead:
                    broken.append((turn + attempt) % 3)
                except (OSError, http.client.HTTPException):
                    pass
            else:
                failures.append(turn)
            turn += 1

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    servers[1].process.kill()
    time.sleep(1)
    code = servers[2].stop()
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    assert code == 0, f"the process that was asked to stop ended with {code}"
    assert not failures, f"{len(failures)} requests got no answer from any process"
    assert 2 not in broken, "an answer was broken off by a process that stopped in order"
    assert set(answered) <= {200, 503}, answered
    assert administrator.get("/audit/verify").json()["intact"]
    return f"{len(jobs)} jobs once each, {answered[200]} answers while two of three processes went"
