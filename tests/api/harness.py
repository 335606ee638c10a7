"""A running server, clients for every kind of person, and the contract as data."""

import http.client
import json
import os
import re
import subprocess
import urllib.parse

import jsonschema
import yaml

SOURCE = os.environ["RI_SOURCE_DIR"]
REVINT = os.environ["REVINT"]
DATABASE = os.environ.get("REVINT_API_DATABASE", "sqlite:test.db")
PASSWORD = "a long enough password"

with open(os.path.join(SOURCE, "openapi", "openapi.yaml"), encoding="utf-8") as contract_file:
    CONTRACT = yaml.safe_load(contract_file)

METHODS = ("get", "post", "put", "patch", "delete")


def operations():
    """(method, full path, operation, parameters) of every route of the contract."""
    for path, item in CONTRACT["paths"].items():
        base = item.get("servers", CONTRACT["servers"])[0]["url"].rstrip("/")
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = item.get("parameters", []) + operation.get("parameters", [])
                yield method.upper(), base + path, operation, [resolve(p) for p in parameters]


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        target = CONTRACT
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        node = target
    return node


def response_of(operation, status):
    responses = operation["responses"]
    return resolve(responses.get(str(status), responses.get("default")))


def check_schema(schema, document, where):
    validator = jsonschema.Draft202012Validator(
        {**schema, "components": CONTRACT["components"]})
    for error in validator.iter_errors(document):
        place = "/".join(str(part) for part in error.absolute_path)
        raise AssertionError(f"{where}: at /{place}: {error.message[:300]}")
    unknown = undescribed(schema, document, "")
    assert not unknown, f"{where}: fields the contract does not describe: {unknown[:5]}"


def undescribed(schema, document, place):
    """Members of the document that no part of the schema names."""
    schema = resolve(schema)
    if isinstance(document, list):
        found = []
        for index, entry in enumerate(document[:3]):
            found += undescribed(schema.get("items", {}), entry, f"{place}/{index}")
        return found
    if not isinstance(document, dict):
        return []
    if schema.get("additionalProperties") is True:
        return []
    known = {}
    for part in [schema] + schema.get("allOf", []) + schema.get("oneOf", []):
        part = resolve(part)
        if part.get("additionalProperties") is True:
            return []
        known.update(part.get("properties", {}))
    if not known:
        return []
    found = [f"{place}/{name}" for name in document if name not in known]
    for name, value in document.items():
        if name in known:
            found += undescribed(known[name], value, f"{place}/{name}")
    return found


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Client:
    """Somebody at the server: by cookie, by token, or a stranger."""

    def __init__(self, server, token=None):
        self.server, self.token = server, token
        self.cookie = self.csrf = None

    def request(self, method, path, body=None, headers=None, raw=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if self.cookie:
            sent["Cookie"] = self.cookie
            if self.csrf and method not in ("GET", "HEAD"):
                sent["X-CSRF-Token"] = self.csrf
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=data, headers=sent)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()},
                        response.read())
        answer.all_cookies = response.headers.get_all("Set-Cookie") or []
        connection.close()
        return answer

    def get(self, path, **query):
        encoded = urllib.parse.urlencode(query, doseq=True)
        return self.request("GET", "/api/v1" + path + ("?" + encoded if encoded else ""))

    def post(self, path, body):
        return self.request("POST", "/api/v1" + path, body)

    def sign_in(self, answer):
        assert answer.status == 200, (answer.status, answer.body)
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.csrf = answer.json()["csrf_token"]
        return self


class Server:
    def __init__(self, *options, listen="127.0.0.1:0", database=DATABASE):
        self.process = subprocess.Popen(
            [REVINT, "--db", database, "--threads", "2", "serve", "--listen", listen,
             "--web", "none", "--no-log", "--rate-limit", "0", "--uploads",
             os.path.abspath("uploads"), *options],
            stdout=subprocess.PIPE, text=True)
        self.port, self.link = None, None
        for line in self.process.stdout:
            if found := re.search(r" on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
            if found := re.search(r"#token=(\S+)", line):
                self.link = found.group(1)
            if line.startswith("Stop with"):
                break
        assert self.port, "the server did not start"

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=240)

    def client(self, token=None):
        return Client(self, token)

    def first_administrator(self):
        client = self.client()
        client.sign_in(client.post("/session/link", {"token": self.link}))
        answer = client.request("PUT", "/api/v1/session/password", {"new_password": PASSWORD})
        assert answer.status == 204, answer.body
        return client

    def person(self, administrator, role, rep_id=None, sees_all=False, name=None):
        email = f"{name or role}.{rep_id or 'none'}@example.com".lower()
        answer = administrator.post("/users", {"email": email, "name": f"A {role}", "role": role,
                                               "rep_id": rep_id, "sees_all": sees_all})
        assert answer.status == 201, answer.body
        client = self.client()
        return client.sign_in(client.post("/session/link", {"token": answer.json()["link_token"]}))
