"""Random parameters and bodies made from the contract: no answer is 5xx, every answer is described."""

import os
import random
import string
import urllib.parse

from contract import checked
from harness import operations, resolve

ROUNDS = int(os.environ.get("REVINT_FUZZ_ROUNDS", "3"))
SKIPPED = {"sign_in", "sign_in_with_link", "sign_out", "set_password", "start_job", "start_import",
           "watch_job", "metrics", "change_settings", "promote_model", "rollback_model", "add_user",
           "change_user", "export_deals", "change_alert_rule", "change_alert_settings"}
ODD_TEXTS = ["", " ", "\u0000", "💥", "ß" * 300, "-1", "1e999", "NaN", "null", "../..", "' OR 1=1 --",
             "<script>", "%", "2026-13-45", "9" * 40, "\r\nX: y", "=1+1", "0" * 5000]


def odd_value(random_source, depth=0):
    choice = random_source.randrange(8 if depth < 3 else 6)
    if choice == 0:
        return random_source.choice(ODD_TEXTS)
    if choice == 1:
        return random_source.choice([0, -1, 2**31, 2**63, -2**63, 2**64, 1e308, 0.5])
    if choice == 2:
        return None
    if choice == 3:
        return random_source.choice([True, False])
    if choice in (4, 5):
        return "".join(random_source.choices(string.printable, k=random_source.randrange(20)))
    if choice == 6:
        return [odd_value(random_source, depth + 1) for _ in range(random_source.randrange(4))]
    return {str(odd_value(random_source, 3)): odd_value(random_source, depth + 1)
            for _ in range(random_source.randrange(4))}


def value_of(schema, random_source):
    """A value that fits the schema most of the time."""
    schema = resolve(schema)
    if random_source.random() < 0.2:
        return odd_value(random_source)
    if "enum" in schema:
        return random_source.choice(schema["enum"])
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        kind = random_source.choice(kind)
    if kind == "integer":
        return random_source.randrange(schema.get("minimum", -5), schema.get("maximum", 500) + 1)
    if kind == "number":
        return random_source.uniform(schema.get("minimum", -2), schema.get("maximum", 2))
    if kind == "boolean":
        return random_source.choice([True, False])
    if kind == "null":
        return None
    if kind == "array":
        most = min(schema.get("maxItems", 3), 3)
        return [value_of(schema.get("items", {}), random_source)
                for _ in range(random_source.randrange(schema.get("minItems", 0), most + 1))]
    if kind == "object":
        return {name: value_of(part, random_source)
                for name, part in schema.get("properties", {}).items()
                if name in schema.get("required", []) or random_source.random() < 0.5}
    examples = schema.get("examples") or ["x", "2026-11-16", "2026Q4", "Commit"]
    return random_source.choice(examples + ["x"])


def run(server, administrator):
    sent = 0
    random_source = random.Random(20261122)
    deals = [row["deal_id"] for row in administrator.get("/deals", limit=5).json()["items"]]
    for method, path, operation, parameters in operations():
        if operation["operationId"] in SKIPPED:
            continue
        for _ in range(ROUNDS):
            target = path
            query = []
            for parameter in parameters:
                value = value_of(parameter["schema"], random_source)
                if parameter["in"] == "path":
                    if parameter["name"] == "deal_id" and random_source.random() < 0.6:
                        value = random_source.choice(deals)
                    text = urllib.parse.quote(str(value) or "x", safe="")
                    target = target.replace("{" + parameter["name"] + "}", text or "x")
                elif random_source.random() < 0.3:
                    for entry in value if isinstance(value, list) else [value]:
                        query.append((parameter["name"], str(entry)))
            encoded = urllib.parse.urlencode(query)
            body = None
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                body = value_of(content["application/json"]["schema"], random_source)
            where = f"{method} {target}?{encoded} {str(body)[:300]}"
            try:
                answer = checked(administrator, method, target, operation, body,
                                 "?" + encoded if encoded else "",
                                 raw=b"a,b\n1,2\n" if "application/octet-stream" in content else None)
            except AssertionError as error:
                raise AssertionError(f"{where}\n{error}") from None
            assert answer.status < 500, f"{where} -> {answer.status}: {answer.body[:300]}"
            sent += 1
    return f"{sent} requests"
