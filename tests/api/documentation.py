"""The examples of docs/api.md are run as they stand there."""

import os
import re
import subprocess

from harness import SOURCE


def run(server, administrator):
    with open(os.path.join(SOURCE, "docs", "api.md"), encoding="utf-8") as document:
        examples = re.findall(r"```sh\n(.*?)```", document.read(), re.S)
    assert examples, "docs/api.md has no examples"
    token = administrator.post("/tokens", {
        "name": "documentation", "days": 1,
        "scopes": ["read", "insight", "decide", "submit", "operate", "audit"]}).json()["secret"]
    deal = administrator.get("/deals", limit=1).json()["items"][0]["deal_id"]
    environment = {**os.environ, "REVINT_URL": f"http://127.0.0.1:{server.port}",
                   "REVINT_TOKEN": token, "DEAL": deal}
    for number, example in enumerate(examples, 1):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", example], env=environment,
                              capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"example {number}:\n{example}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), f"example {number} printed nothing:\n{example}"
    return f"{len(examples)} examples"
