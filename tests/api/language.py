"""Sentences in the reader's language: German where it is asked for, English otherwise."""

import re
import subprocess

from harness import DATABASE, REVINT

# Words of English sentences that neither German ones nor the generated company's names hold.
ENGLISH = re.compile(
    r"\b(the|of|deals won|deals that|past deals|is|were|had|has|not known|days|within|or more|"
    r"or less|lost|no|there|must|missing|rose|fell|unchanged|moved|changed)\b", re.IGNORECASE)


def ask(client, path, language, method="GET", body=None, tag=None):
    headers = {"Accept-Language": language} if language else {}
    if tag:
        headers["If-None-Match"] = tag
    return client.request(method, "/api/v1" + path, body, headers)


def sentences(document, names):
    """All texts of the members with these names, wherever they are."""
    if isinstance(document, list):
        return [text for entry in document for text in sentences(entry, names)]
    if not isinstance(document, dict):
        return []
    found = []
    for name, value in document.items():
        if name in names and isinstance(value, str):
            for own in ("from", "to"):  # what the company wrote into a field
                value = value.replace(str(document.get(own) or "\0"), "")
            found.append(value)
        elif name in names and isinstance(value, list):
            found += [entry for entry in value if isinstance(entry, str)]
        found += sentences(value, names)
    return found


def check_german(client, path, names, method="GET", body=None, expected=200, least=1,
                 part=None):
    german = ask(client, path, "de-AT, en;q=0.5", method, body)
    assert german.status == expected, (path, german.status, german.body[:300])
    assert german.headers["content-language"] == "de", path
    assert "Accept-Language" in german.headers["vary"], path
    of = (lambda answer: answer.json()[part]) if part else (lambda answer: answer.json())
    texts = sentences(of(german), names)
    assert len(texts) >= least, f"{path}: {texts}"
    for text in texts:
        found = ENGLISH.search(text)
        assert not found, f"{path}: '{found.group()}' in: {text}"
    english = ask(client, path, None, method, body)
    assert english.headers["content-language"] == "en", path
    assert least == 0 or texts != sentences(of(english), names), f"{path}: as in English"
    return len(texts)


def run(server, administrator):
    client = administrator
    deals = client.get("/deals", limit=12, sort="-amount").json()["items"]
    total = answered = 0
    for deal in deals:
        path = f"/deals/{deal['deal_id']}"
        total += check_german(client, path + "/reasons", {"sentence", "value"}, least=5)
        total += check_german(client, path + "/counterfactuals", {"message"})
        total += check_german(client, path + "/change", {"label"}, least=0)
        answered += check_german(client, path + "/what-if", {"label", "notes"}, "POST",
                                 {"edits": [{"field": "amount", "value": 1000}]}, least=0)
        total += check_german(client, path + "/history", {"label"}, least=0)
    assert answered > 0, "no what-if answer had a sentence"
    total += answered
    total += check_german(client, "/overview", {"headline", "sentence", "label", "message"}, least=5)
    total += check_german(client, "/forecast", {"notes", "note"}, least=0)
    total += check_german(client, "/forecast/waterfall", {"label"}, least=3)
    total += check_german(client, "/forecast/attribution", {"message"}, least=0)
    total += check_german(client, "/trust/calibration", {"message", "label"}, least=1)
    total += check_german(client, "/trust/overrides", {"message"}, least=0)
    model = client.get("/overview").json()["basis"]["model_version"]
    total += check_german(client, f"/models/{model}", {"name", "evidence"}, least=20, part="gates")
    # Reasons of alerts are kept in English.
    subprocess.run([REVINT, "--db", DATABASE, "--quiet", "alerts", "run"], check=True,
                   capture_output=True)
    total += check_german(client, "/alerts", {"reason"}, least=10)

    for path, status in [("/overview?worklist=0", 400), ("/deals?limit=a&sort=nothing&x=1", 400),
                         ("/deals/none/reasons", 404), ("/nowhere", 404)]:
        total += check_german(client, path, {"title", "detail"}, expected=status, least=2)
    total += check_german(server.client(), "/session", {"title", "detail"}, expected=401, least=2)
    total += check_german(client, "/views", {"title", "detail"}, "POST", {"name": 3}, 400, 3)

    # Caches: a page in another language is another page, and the validator of one is none of the
    # other's.
    path = f"/deals/{deals[0]['deal_id']}/reasons"
    tags = {language: ask(client, path, language).headers["etag"] for language in ("en", "de")}
    assert tags["en"] != tags["de"]
    for language, other in (("en", "de"), ("de", "en")):
        assert ask(client, path, language, tag=tags[language]).status == 304
        assert ask(client, path, language, tag=tags[other]).status == 200
    assert ask(client, path, "fr, *").headers["etag"] == tags["en"]
    return f"{total} sentences in German"
