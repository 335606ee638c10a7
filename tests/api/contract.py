"""Every route of the contract is served, and answers as the contract says."""

import csv
import gzip
import json
import subprocess

from harness import REVINT, check_schema, operations, response_of


def drift(_server, _administrator):
    served = json.loads(subprocess.run([REVINT, "serve", "--list-routes"], check=True,
                                       capture_output=True, text=True).stdout)
    served = {(r["method"], r["path"]): r["permission"] for r in served["routes"]}
    described = {(m, p): o["x-permission"] for m, p, o, _ in operations()}
    missing = sorted(set(described) - set(served))
    assert not missing, f"described but not served: {missing}"
    extra = sorted(set(served) - set(described))
    assert not extra, f"served but not described: {extra}"
    wrong = [key for key in served if served[key] != described[key]]
    assert not wrong, f"other permission than described: {wrong}"
    return f"{len(served)} routes"


def checked(client, method, path, operation, body=None, query="", raw=None, expected=None):
    headers = {"Content-Type": "application/octet-stream"} if raw is not None else {}
    answer = client.request(method, path + query, body, headers, raw)
    where = f"{method} {path}{query} -> {answer.status}"
    if expected is not None:
        assert answer.status == expected, f"{where}, expected {expected}: {answer.body[:400]}"
    described = response_of(operation, answer.status)
    assert described, f"{where}: the contract has no such status: {answer.body[:300]}"
    kind = answer.headers.get("content-type", "").split(";")[0]
    content = described.get("content", {})
    if answer.status not in (204, 304) and content:
        assert kind in content, f"{where}: content type {kind}, expected {list(content)}"
        if kind.endswith("json"):
            check_schema(content[kind]["schema"], answer.json(), where)
    assert answer.headers.get("x-content-type-options") == "nosniff", where
    assert "default-src 'self'" in answer.headers.get("content-security-policy", ""), where
    return answer


def run(server, administrator):
    by_id = {o["operationId"]: (m, p, o) for m, p, o, _ in operations()}
    seen = set()

    def call(name, expected, body=None, query="", raw=None, client=administrator, **path):
        method, template, operation = by_id[name]
        seen.add(name)
        for key, value in path.items():
            template = template.replace("{" + key + "}", str(value))
        assert "{" not in template, template
        answer = checked(client, method, template, operation, body, query, raw, expected)
        kind = answer.headers.get("content-type", "")
        return answer.json() if "json" in kind else answer.body.decode()

    stranger = server.client()
    assert call("health", 200) == "ok\n"
    call("ready", 200)
    assert "revint_http_requests_total" in call("metrics", 200)
    assert call("get_contract", 200).startswith("openapi: 3.1.0")
    call("get_meta", 200)
    assert call("get_meta", 200, client=stranger)["data"] is None
    call("get_session", 200)
    call("get_session", 401, client=stranger)
    call("sign_in", 401, {"email": "nobody@example.com", "password": "x"}, client=stranger)
    call("sign_in", 400, {"email": 3}, client=stranger)
    call("sign_in_with_link", 401, {"token": "none"}, client=stranger)
    call("set_password", 400, {"new_password": "short"})
    call("get_overview", 200)
    call("get_overview", 400, query="?worklist=0")

    deals = call("list_deals", 200, query="?limit=3&sort=-win")
    assert deals["total"] >= len(deals["items"]) > 0
    deal = deals["items"][0]["deal_id"]
    pages, cursor = [], None
    while True:
        page = call("list_deals", 200, query="?limit=20" + (f"&cursor={cursor}" if cursor else ""))
        pages += [row["deal_id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(pages) == len(set(pages)) == deals["total"], "pages neither lose nor repeat deals"
    call("list_deals", 400, query="?limit=0&unknown=1&sort=shoe")
    call("list_deals", 400, query="?cursor=x")
    summary = call("summarize_deals", 200)
    assert summary["total"] == deals["total"] == sum(b["n"] for b in summary["by_win"])
    lines = call("export_deals", 200, query="?include=reasons,decisions").splitlines()
    assert len(lines) == deals["total"] + 1, "the export has every deal"
    call("export_deals", 400, query="?include=shoe")

    call("get_deal", 200, deal_id=deal)
    call("get_deal", 404, deal_id="nothing")
    with open("company/Opportunity.csv", encoding="utf-8", newline="") as export:
        ended = next(row["Id"] for row in csv.DictReader(export)
                     if row["IsWon"] == "true" and row["IsDeleted"] == "false")
    closed = call("get_deal", 200, deal_id=ended)
    assert closed["status"] == "won" and closed["closed_on"], closed["status"]
    call("get_reasons", 200, deal_id=ended)
    call("get_history", 200, deal_id=ended)
    reasons = call("get_reasons", 200, deal_id=deal)
    total = reasons["base_points"] + sum(r["points"] for r in reasons["reasons"])
    assert abs(total - reasons["shown_points"]) < 1e-9, "reasons add up to the number shown"
    assert abs(reasons["shown_points"] / 100 - reasons["win"]["value"]) < 1e-12
    call("get_reasons", 404, deal_id="nothing")
    history = call("get_history", 200, deal_id=deal, query="?weeks=8")
    assert history["points"][-1]["win"]["value"] == reasons["win"]["value"]
    change = call("get_change", 200, deal_id=deal)
    if change["points"] is not None:
        assert abs(sum(c["points"] for c in change["causes"]) - change["points"]) < 1e-6
    levers = call("get_levers", 200, deal_id=deal)
    lever = next(l for l in levers["levers"] if l["kind"] == "number" and l["value"] is not None)
    edit = {"field": lever["field"], "value": lever["value"] + 1}
    call("what_if", 200, {"edits": [edit]}, deal_id=deal)
    call("what_if", 400, {"edits": []}, deal_id=deal)
    call("get_counterfactuals", 200, deal_id=deal)
    call("get_similar", 200, deal_id=deal)
    gaps = call("get_missing_facts", 200, deal_id=deal)
    assert all(f["with"]["n"] + f["without"]["n"] == gaps["peers"] for f in gaps["items"])
    call("get_missing_facts", 404, deal_id="nothing")

    decision = call("add_decision", 201, {"kind": "note", "note": "called"}, deal_id=deal)
    assert decision["own"] and decision["seen"]["win"] == reasons["win"]["value"]
    call("add_decision", 201, {"kind": "snooze", "until": "2199-01-01"}, deal_id=deal)
    call("add_decision", 400, {"kind": "snooze"}, deal_id=deal)
    call("add_decision", 404, {"kind": "review"}, deal_id="nothing")
    call("list_decisions", 200, deal_id=deal)
    snoozed = call("list_deals", 200, query="?snoozed=true")
    assert [row["deal_id"] for row in snoozed["items"]] == [deal]
    call("undo_decision", 204, decision_id=decision["decision_id"])
    call("undo_decision", 404, decision_id=decision["decision_id"])
    scores = call("score_posted", 200, {"rows": [{}, {}]})
    assert len(scores["items"]) == 2
    call("score_posted", 400, {"rows": [{"no such feature": 1}]})

    forecast = call("get_forecast", 200)
    rows = {node["node_id"]: node for node in forecast["nodes"]}
    for level in ("region", "team", "rep"):
        parts = [n for n in forecast["nodes"] if n["node_id"].startswith(level + ":")]
        mean = sum(n["mean"]["amount_minor"] for n in parts)
        assert abs(mean - forecast["top"]["mean"]["amount_minor"]) <= 2 * len(parts) + 2, level
    assert all(n["parent_id"] is None or n["parent_id"] in rows for n in forecast["nodes"])
    call("get_forecast", 404, query="?node=team:nobody")
    call("get_fan", 200)
    waterfall = call("get_waterfall", 200)
    for quantity in waterfall["quantities"]:
        moved = sum(bar["change"] for bar in quantity["bars"])
        tolerance = 0 if quantity["quantity"] == "mean" else 1e-3 * max(1, abs(quantity["end"]))
        assert abs(quantity["start"] + moved - quantity["end"]) <= tolerance, quantity["quantity"]
    call("get_waterfall", 400, query="?from=2026-01-02&to=2026-01-01")
    scenario = call("run_scenario", 200, {"pins": [{"deal_id": deal, "outcome": "lost"}]})
    assert (scenario["after"]["mean"]["amount_minor"]
            <= scenario["before"]["mean"]["amount_minor"])
    call("run_scenario", 400, {"pins": [{"deal_id": deal, "outcome": "maybe"}]})
    call("run_scenario", 404, {"pins": [{"deal_id": "nothing", "outcome": "won"}]})
    call("get_attribution", 200)
    call("get_backtest", 404)
    call("get_coverage", 404)
    submission = {"period": forecast["period"], "node_id": "total", "kind": "call",
                  "category": "commit",
                  "amount": {"amount_minor": 1000000, "currency": forecast["currency"]}}
    assert call("submit_forecast", 201, submission)["model_mean"]
    call("submit_forecast", 400, {**submission, "amount": {"amount_minor": -1}})
    assert call("list_submissions", 200)["items"]
    call("get_calibration", 200)
    call("get_override_value", 200)
    assert {r["rule"] for r in call("get_alert_precision", 200)["rules"]} >= {"miss", "silent"}
    muted = call("change_alert_rule", 200, {"muted": True, "threshold": 28, "reason": "noise"},
                 rule="silent")
    silent = next(r for r in muted["rules"] if r["rule"] == "silent")
    assert silent["muted"] and silent["threshold"] == 28
    told = call("list_alert_changes", 200)["items"]
    assert {c["what"] for c in told} == {"muted", "threshold"}, told
    assert {c["reason"] for c in told} == {"noise"} and all(c["rule"] == "silent" for c in told)
    assert "items" in call("list_daily_runs", 200)
    call("change_alert_rule", 400, {"threshold": -1}, rule="silent")
    call("change_alert_rule", 404, {"muted": True}, rule="gut-feeling")
    assert call("change_alert_settings", 200, {"holdout_share": 0.2})["effect"]["holdout_share"] == 0.2
    assert call("change_alert_settings", 200, {"holdout_share": 0})["effect"] is None
    call("change_alert_settings", 400, {"holdout_share": 0.9})
    call("list_alerts", 200)
    call("list_alerts", 200, query="?open=false")
    call("get_decision_outcomes", 200)

    models = call("list_models", 200)
    version = models["items"][0]["version"]
    call("get_model", 200, version=version)
    call("get_model", 404, version="ffffffffffffffff")
    assert call("get_model_card", 200, version="champion").startswith("#")
    call("diff_models", 200, query=f"?from=champion&to={version}")
    call("diff_models", 400)
    call("promote_model", 200, {"reason": "a test"}, version=version)
    call("promote_model", 400, {"reason": ""}, version=version)
    call("rollback_model", 404, {"alias": "challenger", "reason": "a test"})
    monitoring = call("get_monitoring", 200)
    # What happened last, not what was read last: the import is younger than all it tells.
    assert monitoring["freshness"]["newest_event"] < monitoring["basis"]["as_of"], monitoring["freshness"]
    assert monitoring["freshness"]["newest_event"] < monitoring["freshness"]["newest_import"]

    imports = call("list_imports", 200)
    call("list_rejects", 200, import_id=imports["items"][0]["import_id"])
    call("list_rejects", 404, import_id=999999)
    with open("company/Opportunity.csv", "rb") as export:
        upload = call("upload_file", 201, query="?name=Opportunity.csv", raw=export.read())
    call("upload_file", 400, query="", raw=b"x")
    preview = call("preview_uploads", 200, {"upload_ids": [upload["upload_id"]]})
    assert preview["files"][0]["upload_id"] == upload["upload_id"]
    call("preview_uploads", 404, {"upload_ids": ["gone"]})
    job = call("start_import", 202, {"upload_ids": [upload["upload_id"]], "dry_run": True})
    call("start_import", 400, {"upload_ids": []})
    events = call("watch_job", 200, job_id=job["job_id"])
    assert "event: end" in events, events[-500:]
    assert call("get_job", 200, job_id=job["job_id"])["status"] in ("done", "failed")
    call("cancel_job", 409, job_id=job["job_id"])
    call("get_job", 404, job_id=999999)
    call("start_job", 400, {"kind": "shoe"})
    job = call("start_job", 202, {"kind": "score"})
    call("watch_job", 200, job_id=job["job_id"])
    call("list_jobs", 200)
    call("delete_upload", 204, upload_id=upload["upload_id"])
    call("delete_upload", 404, upload_id=upload["upload_id"])
    call("get_quality", 200)
    call("get_leak_audit", 200)
    changes = call("list_organisation_changes", 200, query="?since=1970-01-01")
    assert changes["total"] == len(changes["items"])

    call("list_users", 200)
    user = call("add_user", 201, {"email": "c@example.com", "name": "C", "role": "viewer"})["user"]
    call("add_user", 409, {"email": "C@example.com", "name": "C", "role": "viewer"})
    call("add_user", 400, {"email": "no address", "name": "C", "role": "king"})
    call("change_user", 200, {"disabled": True}, user_id=user["user_id"])
    call("change_user", 404, {"disabled": True}, user_id=999999)
    call("make_sign_in_link", 201, user_id=user["user_id"])
    token = call("add_token", 201, {"name": "t", "scopes": ["read"], "days": 1})
    call("add_token", 400, {"name": "t", "scopes": []})
    call("list_tokens", 200)
    call("revoke_token", 204, token_id=token["token_id"])
    call("revoke_token", 404, token_id=999999)
    call("list_audit", 200, query="?limit=5")
    assert call("verify_audit", 200)["intact"]
    call("get_settings", 200)
    call("change_settings", 200, {"alerts_per_week": 12})
    call("change_settings", 400, {"fiscal_calendar": "lunar"})
    view = call("add_view", 201, {"name": "mine", "page": "deals", "query": "sort=-win"})
    call("list_views", 200)
    call("delete_view", 204, view_id=view["view_id"])
    call("delete_view", 404, view_id=view["view_id"])

    # Conditional requests.
    answer = administrator.get("/settings")
    again = administrator.request("GET", "/api/v1/settings",
                                  headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304 and not again.body
    # Compression changes nothing.
    packed = administrator.request("GET", "/api/v1/deals?limit=50",
                                   headers={"Accept-Encoding": "gzip"})
    assert packed.headers.get("content-encoding") == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == administrator.get("/deals", limit=50).json()

    # Without a provider there is nothing to go to; with one, see openid.py.
    call("begin_openid", 404)
    call("finish_openid", 404)
    call("sign_out", 204, client=server.person(administrator, "viewer", name="leaving"))
    left = sorted(set(by_id) - seen)
    assert not left, f"routes without a test: {left}"
    return f"{len(seen)} routes"
