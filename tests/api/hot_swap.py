"""Another model version takes over while people ask: no request fails, every answer says whose it is."""

import collections
import subprocess
import threading
import time

from harness import DATABASE, REVINT, Client


def run(server, administrator):
    before = administrator.get("/models").json()["items"]
    trained = subprocess.run([REVINT, "--db", DATABASE, "--json", "--quiet", "train", "--seed", "2"],
                             capture_output=True, text=True, check=False)
    assert trained.returncode in (0, 5), trained.stderr
    models = administrator.get("/models").json()["items"]
    new = {model["version"] for model in models} - {model["version"] for model in before}
    assert len(new) == 1, (before, models)
    second = new.pop()
    first = administrator.get("/deals", limit=1).json()["basis"]["model_version"]
    deal = administrator.get("/deals", limit=1).json()["items"][0]["deal_id"]

    stop = threading.Event()
    failures, seen = [], collections.Counter()
    lock = threading.Lock()

    def ask(path):
        client = Client(server)
        client.cookie, client.csrf = administrator.cookie, administrator.csrf
        while not stop.is_set():
            answer = client.get(path)
            document = answer.json() if answer.status == 200 else {}
            # What made the answer; the decisions and alerts in it tell of earlier versions.
            told = {version for version in [document.get("basis", {}).get("model_version")] if version}
            with lock:
                if answer.status != 200 or not told or not told <= {first, second}:
                    failures.append((path, answer.status, told))
                for version in told:
                    seen[version, path] += 1

    paths = ["/deals", f"/deals/{deal}", f"/deals/{deal}/reasons", "/deals?limit=50&sort=-amount"]
    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    promoted = []
    try:
        for version in (second, first, second, first):
            answer = administrator.post(f"/models/{version}/promote", {"reason": "taking turns"})
            assert answer.status == 200, answer.body
            promoted.append(version)
            # Until every question is answered by it.
            asked = {path: seen[version, path] for path in paths}
            deadline = time.monotonic() + 120
            while any(seen[version, path] == asked[path] for path in paths):
                assert time.monotonic() < deadline, (version, seen)
                time.sleep(0.02)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures, failures[:5]
    return f"{len(promoted)} promotions under {sum(seen.values())} answers, none failed"

