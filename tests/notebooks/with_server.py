"""Starts a server on test.db, makes a token, and runs a command with REVINT_URL and REVINT_TOKEN.

  with_server.py COMMAND ...          in a folder with test.db; RI_SOURCE_DIR and REVINT are set
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["RI_SOURCE_DIR"], "tests", "api"))
from harness import Server  # noqa: E402

server = Server()
try:
    administrator = server.first_administrator()
    token = administrator.post("/tokens", {
        "name": "notebooks", "days": 1, "scopes": ["read", "insight", "audit"]}).json()["secret"]
    environment = {**os.environ, "REVINT_URL": f"http://127.0.0.1:{server.port}",
                   "REVINT_TOKEN": token}
    code = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
finally:
    server.stop()
sys.exit(code)
