"""The weekly letter on its way: once to everybody, again after a failure, and no secret anywhere."""

import email
import email.policy
import json
import os
import re
import shutil
import sqlite3
import subprocess

from receivers import MailSink, WebHook, tls

REVINT = os.environ["REVINT"]
PASSWORD, TOKEN, PATH = "pass-word-of-the-sink", "token-of-the-hook", "secret-path-of-the-hook"


def daily(database, day, options=(), expected=0, **environment):
    known = {**os.environ, "REVINT_SMTP_PASSWORD": PASSWORD, "REVINT_WEBHOOK_TOKEN": TOKEN}
    done = subprocess.run([REVINT, "--db", f"sqlite:{database}.db", "--quiet", "--json", "daily",
                           "--today", day, *options], capture_output=True, text=True, check=False,
                          env={**known, **environment})
    assert done.returncode == expected, (done.returncode, done.stderr, done.stdout)
    for secret in (PASSWORD, TOKEN, PATH):
        assert secret not in done.stdout + done.stderr, "a secret was said"
    return {step["step"]: step for step in json.loads(done.stdout).get("steps", [])}


def kept_bytes(database):
    content = b""
    for name in os.listdir("."):
        if name.startswith(database + "."):
            with open(name, "rb") as file:
                content += file.read()
    return content


def mail_options(sink, scheme="smtp"):
    return ["--smtp", f"{scheme}://127.0.0.1:{sink.port}", "--smtp-user", "letters", "--mail-from",
            "revenue@example.com", "--mail-to", "ann@example.com,bob@example.com"]


def copy(name):
    for ending in (".db", ".operations.db"):
        shutil.copy("base" + ending, name + ending)


def reaches_everybody_once():
    copy("once")
    sink, hook = MailSink(user="letters", password=PASSWORD), WebHook()
    address = f"http://127.0.0.1:{hook.port}/{PATH}"
    steps = daily("once", "2026-06-01", mail_options(sink), REVINT_WEBHOOK=address)
    assert steps["letter"]["status"] == "done" and steps["deliver"]["status"] == "done", steps
    assert sink.logins == [["letters", PASSWORD]] * 2
    assert [letter["to"] for letter in sink.letters] == [
        ["RCPT TO:<ann@example.com>"], ["RCPT TO:<bob@example.com>"]]
    message = email.message_from_bytes(sink.letters[0]["message"], policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()
    page = message.get_body(("html",)).get_content()
    assert "Week of 2026-06-01" in text and "2026-06-01" in message["Subject"]
    fired = steps["alerts"]["report"]["fired"]
    told = text[text.index("New alerts"):].split("\n\n")[0] if fired else ""
    assert told.count("\n- ") == min(fired, 8) + (fired > 8), (fired, told)
    assert not fired or "was not measured yet" in told, told
    assert "<html" in page and "<script" not in page and "http" not in page
    (path, headers, document), = hook.posts
    assert path == "/" + PATH and headers["Authorization"] == "Bearer " + TOKEN
    assert headers["Idempotency-Key"] == document["id"] and re.fullmatch("[0-9a-f]{32}",
                                                                         document["id"])
    assert document["text"].split() == text.split(), "both say the same"
    daily("once", "2026-06-01", mail_options(sink), REVINT_WEBHOOK=address)
    daily("once", "2026-06-02", mail_options(sink), REVINT_WEBHOOK=address)
    assert len(sink.letters) == 2 and len(hook.posts) == 1, "nobody gets a letter twice"
    kept = kept_bytes("once")
    for secret in (PASSWORD, TOKEN, PATH):
        assert secret.encode() not in kept, "a secret was stored"
    sink.stop()
    hook.stop()


def is_tried_again():
    copy("again")
    sink = MailSink(["451 later"], "letters", PASSWORD)
    hook = WebHook([503, 503, 503, 503])
    address = f"http://127.0.0.1:{hook.port}/{PATH}"
    steps = daily("again", "2026-06-01", mail_options(sink), 6, REVINT_WEBHOOK=address)
    assert steps["deliver"]["status"] == "failed", steps
    assert len(sink.letters) == 2, "the second try within the run went through"
    assert "503" in steps["deliver"]["summary"], steps["deliver"]
    steps = daily("again", "2026-06-01", mail_options(sink), REVINT_WEBHOOK=address)
    assert steps["deliver"]["status"] == "done" and steps["score"]["earlier"], steps
    ids = {headers["Idempotency-Key"] for _, headers, _ in hook.posts}
    assert len(ids) == 1 and len(hook.posts) > 2, "a repetition bears the same key"
    assert len(sink.letters) == 2
    database = sqlite3.connect("again.operations.db")
    rows = database.execute("SELECT channel, status, attempts FROM deliveries ORDER BY channel")
    assert [row[1] for row in rows] == ["sent"] * 3
    database.close()
    sink.stop()
    hook.stop()


def is_not_forced_on_those_who_refuse():
    copy("refused")
    sink = MailSink(user="letters", password="another password")
    hook = WebHook([302])
    address = f"http://127.0.0.1:{hook.port}/{PATH}"
    steps = daily("refused", "2026-06-01", mail_options(sink), 6, REVINT_WEBHOOK=address)
    assert "did not accept" in steps["deliver"]["summary"], steps["deliver"]
    assert len(hook.posts) == 1, "a refusal is not tried again, a redirection not followed"
    assert not sink.letters
    sink.stop()
    hook.stop()


def speaks_to_those_only_who_prove_themselves():
    if not shutil.which("openssl"):
        return
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                    "key.pem", "-out", "certificate.pem", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    copy("tls")
    context = tls("certificate.pem", "key.pem")
    sink = MailSink(user="letters", password=PASSWORD, context=context)
    hook = WebHook(context=context)
    address = f"https://127.0.0.1:{hook.port}/{PATH}"
    options = mail_options(sink, "smtps")
    steps = daily("tls", "2026-06-01", options, 6, REVINT_WEBHOOK=address)
    assert "prove" in steps["deliver"]["summary"], steps["deliver"]
    assert not sink.letters and not sink.logins and not hook.posts
    steps = daily("tls", "2026-06-01", options + ["--ca-file", "certificate.pem"],
                  REVINT_WEBHOOK=address)
    assert steps["deliver"]["status"] == "done" and len(sink.letters) == 2 and hook.posts
    sink.stop()
    hook.stop()


def takes_no_careless_settings():
    copy("careless")
    daily("careless", "2026-06-01", REVINT_WEBHOOK="http://example.com/hook", expected=2)
    daily("careless", "2026-06-01", ["--smtp", "mail.example.com"], expected=2)
    daily("careless", "2026-06-01", ["--smtp", "smtps://mail.example.com", "--mail-from", "x",
                                     "--mail-to", "a@b"], expected=2)


def main():
    for check in (reaches_everybody_once, is_tried_again, is_not_forced_on_those_who_refuse,
                  speaks_to_those_only_who_prove_themselves, takes_no_careless_settings):
        check()
        print("the letter", check.__name__.replace("_", " "))


if __name__ == "__main__":
    main()
