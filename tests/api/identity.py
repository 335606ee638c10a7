"""Sign-in, sessions, CSRF, lock-out, tokens."""

import time

from harness import PASSWORD


def run(server, administrator):
    # A link works once.
    invited = administrator.post("/users", {"email": "once@example.com", "name": "Once",
                                            "role": "viewer"}).json()
    first = server.client().post("/session/link", {"token": invited["link_token"]})
    assert first.status == 200
    assert server.client().post("/session/link", {"token": invited["link_token"]}).status == 401
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie

    # A password is asked for, and wrong ones lock with growing pauses.
    person = server.person(administrator, "viewer", name="locked")
    assert person.request("PUT", "/api/v1/session/password",
                          {"new_password": PASSWORD}).status == 204
    name = "locked.none@example.com"
    stranger = server.client()
    for _ in range(5):
        assert stranger.post("/session", {"email": name, "password": "wrong"}).status == 401
    locked = stranger.post("/session", {"email": name, "password": PASSWORD})
    assert locked.status == 429 and int(locked.headers["retry-after"]) >= 1
    time.sleep(int(locked.headers["retry-after"]) + 1)
    right = stranger.post("/session", {"email": name, "password": PASSWORD})
    assert right.status == 200, right.body

    # Writes by cookie need the token of the page.
    forger = server.client()
    forger.cookie = administrator.cookie
    assert forger.post("/views", {"name": "x", "page": "deals", "query": ""}).status == 403
    forger.csrf = "guess"
    assert forger.post("/views", {"name": "x", "page": "deals", "query": ""}).status == 403
    # Reading does not, and a session that ended is gone.
    leaving = server.person(administrator, "viewer", name="ends")
    assert leaving.get("/session").status == 200
    assert leaving.request("DELETE", "/api/v1/session").status == 204
    assert leaving.get("/session").status == 401

    # Tokens hold no more than their owner, end when revoked, and never make tokens.
    viewer = server.person(administrator, "viewer", name="tokens", sees_all=True)
    assert viewer.post("/tokens", {"name": "t", "scopes": ["administer"]}).status == 403
    made = viewer.post("/tokens", {"name": "t", "scopes": ["read"]}).json()
    by_token = server.client(made["secret"])
    assert by_token.get("/deals", limit=1).status == 200
    assert by_token.post("/tokens", {"name": "u", "scopes": ["read"]}).status == 403
    limited = administrator.post("/tokens", {"name": "r", "scopes": ["read"]}).json()
    assert server.client(limited["secret"]).get("/users").status == 403
    assert viewer.request("DELETE", f"/api/v1/tokens/{made['token_id']}").status == 204
    assert by_token.get("/deals", limit=1).status == 401
    # The last administrator stays.
    me = administrator.get("/session").json()["user"]
    assert administrator.request("PATCH", f"/api/v1/users/{me['user_id']}",
                                 {"disabled": True}).status == 409
    return "links, passwords, lock-out, CSRF, tokens"
