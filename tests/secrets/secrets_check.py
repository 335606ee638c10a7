"""Uses a password, a sign-in link, a cookie, a CSRF value and a token, rightly and wrongly, then looks
for each of them in all the server wrote, in the audit log and in the arguments of its process."""

import http.client
import json
import os
import re
import subprocess
import threading

REVINT = os.environ["REVINT"]
PASSWORD = "correct horse battery staple 7731"
WRONG = "a wrong password that was typed 9911"
BODY_MARK = "a name inside a body 4242"

with open("log", "wb") as log:
    server = subprocess.Popen(
        [REVINT, "serve", "--listen", "127.0.0.1:0", "--web", "none", "--uploads",
         os.path.abspath("uploads")], stdout=subprocess.PIPE, stderr=log, text=True,
        env={**os.environ, "REVINT_DB": "sqlite:secrets.db"})
    printed = []
    port = link = None
    for line in server.stdout:
        printed.append(line)
        if found := re.search(r" on http://127\.0\.0\.1:(\d+)", line):
            port = int(found.group(1))
        if found := re.search(r"#token=(\S+)", line):
            link = found.group(1)
        if line.startswith("Stop with"):
            break
    rest = threading.Thread(target=lambda: printed.extend(server.stdout), daemon=True)
    rest.start()
    with open(f"/proc/{server.pid}/cmdline", encoding="utf-8") as arguments:
        process_list = arguments.read()

    def call(method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        data = json.dumps(body).encode() if body is not None else None
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if data:
            sent["Content-Type"] = "application/json"
        connection.request(method, "/api/v1" + path, body=data, headers=sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    status, headers, body = call("POST", "/session/link", {"token": link})
    assert status == 200, body
    cookie, csrf = headers["Set-Cookie"].split(";")[0], json.loads(body)["csrf_token"]
    signed = {"Cookie": cookie, "X_CSRF_Token": csrf}
    assert call("PUT", "/session/password", {"new_password": PASSWORD}, **signed)[0] == 204
    user = json.loads(call("GET", "/session", **signed)[2])
    email = json.dumps(user) and re.search(r'"email": ?"([^"]+)"', json.dumps(user)).group(1)
    assert call("POST", "/session", {"email": email, "password": WRONG})[0] in (400, 401, 403)
    status, headers, body = call("POST", "/session", {"email": email, "password": PASSWORD})
    assert status == 200, body
    second_cookie = headers["Set-Cookie"].split(";")[0]
    status, _, body = call("POST", "/tokens", {"name": "probe", "days": 1, "scopes": ["read"]}, **signed)
    assert status == 201, body
    token = json.loads(body)["secret"]
    assert call("GET", "/session", Authorization="Bearer " + token)[0] == 200
    assert call("GET", "/deals", Authorization="Bearer " + token + "x")[0] == 401
    # A secret at a wrong place: in the address, in a body that is refused, in a broken body.
    call("GET", f"/deals?q={token}")
    call("POST", "/users", {"email": "not an address", "name": BODY_MARK, "password": PASSWORD}, **signed)
    call("POST", "/session/link", {"token": link})
    call("POST", "/session", {"email": email, "password": PASSWORD, "surplus": token})
    audit = call("GET", "/audit", **signed)[2].decode()
    server.terminate()
    code = server.wait(timeout=60)
    rest.join(timeout=10)
assert code == 0, f"the server ended with {code}"

with open("log", encoding="utf-8", errors="replace") as file:
    written = file.read()
assert "/api/v1/session" in written, "requests are not logged; the test would prove nothing"
SECRETS = {"the password": PASSWORD, "a wrong password": WRONG, "the cookie": cookie.split("=", 1)[1],
           "the second cookie": second_cookie.split("=", 1)[1], "the CSRF value": csrf,
           "a token": token, "the link": link, "the content of a body": BODY_MARK}
for name, secret in SECRETS.items():
    assert len(secret) >= 16, f"{name} is too short to look for"
    assert secret not in written, f"{name} is in the log"
    assert secret not in audit, f"{name} is in the audit log"
    assert secret not in process_list, f"{name} is in the process list"
    if name != "the link":
        assert not any(secret in line for line in printed), f"{name} was printed"
# At rest only hashes of them. The CSRF value is of no use without the cookie, whose hash it stands by.
for file in os.listdir("."):
    if ".db" in file:
        with open(file, "rb") as database:
            content = database.read()
        for name, secret in SECRETS.items():
            assert name == "the CSRF value" or secret.encode() not in content, f"{name} is in {file}"
print(f"ok   {len(SECRETS)} secrets in none of {written.count(chr(10))} log lines, the audit log, the "
      "process list, the files of the database")
