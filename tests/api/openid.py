"""Sign-in at an OpenID Connect provider that lives in this test: what is right, and all that is not."""

import base64
import hashlib
import hmac
import http.server
import json
import socket
import threading
import time
import urllib.parse

try:
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
except ImportError:
    jwt = None

from harness import Server

CLIENT, SECRET = "revint-tests", "a secret with % and : in it"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unpadded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value):
    return unpadded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, name, algorithm="RS256"):
        self.name, self.algorithm = name, algorithm
        self.private = (rsa.generate_private_key(65537, 2048) if algorithm == "RS256"
                        else ec.generate_private_key(ec.SECP256R1()))

    def public(self):
        numbers = self.private.public_key().public_numbers()
        described = {"kid": self.name, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "RS256":
            return {**described, "kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
        return {**described, "kty": "EC", "crv": "P-256", "x": unpadded(numbers.x.to_bytes(32, "big")),
                "y": unpadded(numbers.y.to_bytes(32, "big"))}

    def pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, claims):
        return jwt.encode(claims, self.private, algorithm=self.algorithm,
                          headers={"kid": self.name})


class Provider:
    """Answers as the standard says, and hands out whatever token a test wants."""

    def __init__(self):
        self.keys = [Key("first"), Key("second", "ES256")]
        self.codes = {}
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, document):
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/.well-known/openid-configuration":
                    self.answer(200, {"issuer": provider.issuer,
                                      "authorization_endpoint": provider.issuer + "/authorize",
                                      "token_endpoint": provider.issuer + "/token",
                                      "jwks_uri": provider.issuer + "/keys"})
                elif self.path == "/keys":
                    self.answer(200, {"keys": [key.public() for key in provider.keys]})
                else:
                    self.answer(404, {})

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                form = dict(urllib.parse.parse_qsl(self.rfile.read(size).decode()))
                basic = base64.b64decode(self.headers.get("Authorization", "")[6:]).decode()
                client = [urllib.parse.unquote(part) for part in basic.split(":")]
                asked = provider.codes.pop(form.get("code"), None)
                challenge = unpadded(hashlib.sha256(form["code_verifier"].encode()).digest())
                right = (asked and client == [CLIENT, SECRET] and
                         form["grant_type"] == "authorization_code" and
                         challenge == asked["code_challenge"] and
                         form["redirect_uri"] == asked["redirect_uri"])
                if right:
                    self.answer(200, {"access_token": "x", "token_type": "Bearer",
                                      "id_token": asked["token"]})
                else:
                    self.answer(400, {"error": "invalid_grant"})

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def claims(self, nonce, **changes):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "exp": now + 300,
                  "iat": now, "nonce": nonce, "email": "first@example.com",
                  "email_verified": True, "name": "First Person", "realm": {"groups": ["leads"]}}
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}


class Browser:
    def __init__(self, server, provider):
        self.client, self.provider = server.client(), provider
        self.attempt = None

    def begin(self, back="/deals"):
        answer = self.client.get("/session/openid", return_to=back)
        assert answer.status == 303, (answer.status, answer.body)
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie, cookie
        self.attempt = cookie.split(";")[0]
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT and "openid" in asked["scope"].split()
        return asked

    def finish(self, asked, token, code="code", **changes):
        self.provider.codes["code"] = {**asked, "token": token}
        query = {"code": code, "state": asked["state"], "session_state": "of the provider", **changes}
        headers = {"Cookie": self.attempt} if self.attempt else {}
        return self.client.request(
            "GET", "/api/v1/session/openid/callback?" + urllib.parse.urlencode(query),
            headers=headers)

    def sign_in(self, key=None, back="/deals", **changes):
        asked = self.begin(back)
        key = key or self.provider.keys[0]
        return self.finish(asked, key.sign(self.provider.claims(asked["nonce"], **changes)))


def refused(answer, problem, what):
    assert answer.status == 303, f"{what}: {answer.status} {answer.body[:200]}"
    where = answer.headers["location"]
    assert where == "/sign-in?problem=" + problem, f"{what}: {where}"
    opened = [cookie for cookie in answer.all_cookies if cookie.startswith("revint_session=")]
    assert not opened, f"{what}: a session was opened"


def accepted(browser, answer, what, location="/deals"):
    assert answer.status == 303, f"{what}: {answer.status} {answer.body[:200]}"
    assert answer.headers["location"] == location, f"{what}: {answer.headers['location']}"
    session = [c for c in answer.all_cookies if c.startswith("revint_session=")]
    assert session, f"{what}: no session"
    person = browser.client.server.client()
    person.cookie = session[0].split(";")[0]
    seen = person.get("/session")
    assert seen.status == 200, seen.body
    return seen.json()["user"]


def hostile_tokens(provider):
    """What must be turned away: name and the token made of good claims."""
    stranger, impostor = Key("unknown"), Key("first")
    first = provider.keys[0]

    def changed(**changes):
        return lambda good: first.sign({**good, **changes})

    def unsigned(good):
        head = unpadded(json.dumps({"alg": "none", "kid": "first"}).encode())
        return head + "." + unpadded(json.dumps(good).encode()) + "."

    def confused(good):
        # The public key as the secret of a symmetric signature.
        head = unpadded(json.dumps({"alg": "HS256", "kid": "first"}).encode())
        text = head + "." + unpadded(json.dumps(good).encode())
        return text + "." + unpadded(hmac.new(first.pem(), text.encode(), hashlib.sha256).digest())

    def tampered(good):
        head, body, signature = first.sign(good).split(".")
        other = unpadded(json.dumps({**good, "sub": "somebody else"}).encode())
        return ".".join([head, other, signature])

    past = int(time.time()) - 3600
    yield "another nonce", changed(nonce="of another sign-in")
    yield "no nonce", lambda good: first.sign({k: v for k, v in good.items() if k != "nonce"})
    yield "expired", changed(exp=past)
    yield "not valid yet", changed(iat=int(time.time()) + 3600)
    yield "another audience", changed(aud="somebody else")
    yield "several audiences", changed(aud=[CLIENT, "somebody else"])
    yield "another party", changed(azp="somebody else")
    yield "another issuer", changed(iss="https://elsewhere.example.com")
    yield "no subject", lambda good: first.sign({k: v for k, v in good.items() if k != "sub"})
    yield "no signature", unsigned
    yield "a public key as a secret", confused
    yield "a changed body", tampered
    yield "an unknown key", stranger.sign
    yield "another key of the same name", impostor.sign
    yield "no token", lambda good: "x.y.z"


def run(_server, administrator):
    if jwt is None:
        return "skipped: python3-jwt or python3-cryptography is not installed"
    provider = Provider()
    port = free_port()
    with open("openid.secret", "w", encoding="ascii") as secret:
        secret.write(SECRET + "\n")
    server = Server("--no-jobs", "--url", f"http://127.0.0.1:{port}",
                    "--openid-issuer", provider.issuer, "--openid-client-id", CLIENT,
                    "--openid-client-secret-file", "openid.secret", "--openid-label", "Example",
                    "--openid-role-claim", "realm.groups",
                    "--openid-roles", "leads=leader,crew=rep,bosses=admin",
                    listen=f"127.0.0.1:{port}")
    try:
        return check(server, provider, administrator)
    finally:
        server.process.kill()
        server.process.wait()
        provider.server.shutdown()


def check(server, provider, administrator):
    meta = server.client().get("/meta").json()
    assert "oidc" in meta["sign_in_methods"] and meta["openid_label"] == "Example"

    browser = Browser(server, provider)
    user = accepted(browser, browser.sign_in(), "a new person")
    assert user["role"] == "leader" and user["email"] == "first@example.com", user
    # Issuer and subject count from now on, whatever the address; the role follows the provider.
    again = accepted(browser, browser.sign_in(key=provider.keys[1], email="moved@example.com",
                                              realm={"groups": ["crew", "other"]}), "ES256")
    assert again["user_id"] == user["user_id"] and again["role"] == "rep", again
    refused(browser.sign_in(sub="subject-2"), "no-account", "another subject with the same address")
    refused(browser.sign_in(realm={"groups": ["strangers"]}), "no-account", "no role")
    refused(browser.sign_in(sub="subject-3", email="third@example.com", email_verified=False),
            "no-account", "an address that was not verified")

    # An account that was added here is linked by its verified address.
    added = administrator.post("/users", {"email": "known@example.com", "name": "Known",
                                          "role": "viewer"}).json()["user"]
    linked = accepted(browser, browser.sign_in(sub="subject-4", email="Known@Example.com"), "linked")
    assert linked["user_id"] == added["user_id"] and linked["role"] == "leader"
    answer = administrator.request("PATCH", f"/api/v1/users/{added['user_id']}", {"disabled": True})
    assert answer.status == 200, answer.body
    refused(browser.sign_in(sub="subject-4", email="known@example.com"), "no-account", "disabled")

    turned_away = 0
    for name, token in hostile_tokens(provider):
        asked = browser.begin()
        good = provider.claims(asked["nonce"])
        refused(browser.finish(asked, token(good)), "refused", name)
        turned_away += 1

    asked = browser.begin()
    good = provider.keys[0].sign(provider.claims(asked["nonce"]))
    refused(browser.finish(asked, good, code="guessed"), "refused", "a code that is none")
    refused(browser.finish(asked, good, state="guessed"), "refused", "another state")
    other = Browser(server, provider)
    refused(other.finish(asked, good), "expired", "another browser")
    other.begin()
    refused(other.finish(asked, good), "refused", "the attempt of another browser")
    denied = browser.client.get("/session/openid/callback", error="access_denied")
    refused(denied, "denied", "the provider said no")
    accepted(browser, browser.sign_in(back="//elsewhere.example.com"), "return elsewhere", "/")

    # New keys are found when a token names one.
    provider.keys.append(Key("third"))
    accepted(browser, browser.sign_in(key=provider.keys[2]), "a new key")
    provider.keys = provider.keys[2:]
    actions = administrator.get("/audit", limit=300).json()["items"]
    by_openid = [e for e in actions if e["action"] == "sign-in" and "openid" in json.dumps(e)]
    assert len(by_openid) >= 5, actions[:3]
    reasons = {e["subject"] for e in actions if e["action"] == "sign-in-refused"}
    assert any("expired" in reason for reason in reasons), reasons

    asked = browser.begin()
    provider.server.shutdown()
    provider.server.server_close()
    refused(browser.finish(asked, good), "unavailable", "the provider is gone")
    return f"{turned_away} hostile tokens turned away, accounts linked by issuer and subject"
