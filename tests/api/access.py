"""Every route by every role, on own deals, those of the team, a sibling's, and strangers'."""

import csv
import json

from harness import operations

PERMISSIONS = {
    "admin": {"read", "insight", "decide", "submit", "operate", "model", "audit", "administer"},
    "revops": {"read", "insight", "decide", "submit", "operate", "model", "audit"},
    "leader": {"read", "insight", "decide", "submit"},
    "manager": {"read", "decide", "submit"},
    "rep": {"read", "decide", "submit"},
    "viewer": {"read"},
}


def all_deals(client):
    rows, cursor = [], None
    while True:
        query = {"limit": 1000, "sort": "name"}
        if cursor:
            query["cursor"] = cursor
        page = client.get("/deals", **query).json()
        rows += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return rows


def totals(client):
    summary = client.get("/deals/summary").json()
    return summary["total"], summary["amount"]["amount_minor"]


def check_view(client, visible, hidden, by_id, name):
    """Nothing but `visible` can be seen or inferred."""
    rows = all_deals(client)
    assert {r["deal_id"] for r in rows} == visible, f"{name}: the list"
    amount = sum(by_id[d]["amount_reporting"]["amount_minor"] for d in visible
                 if by_id[d]["amount_reporting"])
    seen, total = totals(client)
    assert seen == len(visible) and abs(total - amount) <= len(visible) + 1, f"{name}: totals"
    facets = client.get("/deals/summary").json()["facets"]
    owners = {by_id[d]["owner"]["rep_id"] for d in visible if by_id[d]["owner"]}
    assert {f["value"] for f in facets["owner"]} == owners, f"{name}: facets"
    exported = client.get("/deals/export").body.decode().splitlines()[1:]
    assert len(exported) == len(visible), f"{name}: export"
    for deal in sorted(hidden)[:2]:
        words = client.get("/deals", q=deal).json()
        assert words["total"] == 0, f"{name}: search"
        nothing = client.get("/deals/nothing").json()["detail"].replace("nothing", deal)
        for path in ("", "/reasons", "/history", "/change", "/what-if", "/counterfactuals",
                     "/similar", "/decisions"):
            answer = client.get(f"/deals/{deal}{path}")
            assert answer.status == 404, f"{name}: GET {path} of a hidden deal: {answer.status}"
        assert client.get(f"/deals/{deal}").json()["detail"] == nothing, f"{name}: words of errors"
        edits = {"edits": [{"field": "amount", "value": 1}]}
        assert client.post(f"/deals/{deal}/what-if", edits).status in (400, 404), name
        if client.post(f"/deals/{deal}/decisions", {"kind": "review"}).status not in (403, 404):
            raise AssertionError(f"{name}: decision on a hidden deal")
        pins = {"pins": [{"deal_id": deal, "outcome": "won"}]}
        assert client.post("/forecast/scenario", pins).status == 404, f"{name}: scenario"
    text = json.dumps([client.get("/overview").json(), client.get("/forecast").json(),
                       client.get("/forecast/attribution", limit=500).json(),
                       client.get("/forecast/waterfall").json()])
    leaked = [d for d in hidden if d in text]
    assert not leaked, f"{name}: forecast pages name hidden deals {leaked[:3]}"
    for deal in sorted(visible)[:1]:
        text = json.dumps(client.get(f"/deals/{deal}/similar", limit=50).json())
        assert not [d for d in hidden if f'"{d}"' in text], f"{name}: similar deals"


def run(server, administrator):
    rows = all_deals(administrator)
    by_id = {row["deal_id"]: row for row in rows}
    by_rep, team_of, region_of = {}, {}, {}
    for row in rows:
        if row["owner"]:
            rep = row["owner"]["rep_id"]
            by_rep.setdefault(rep, set()).add(row["deal_id"])
            team_of[rep], region_of[rep] = row["team"], row["region"]
    everything = set(by_id)
    rep = max(by_rep, key=lambda r: len(by_rep[r]))

    # Roles: what a route needs is what decides, before anything is looked at.
    people = {role: server.person(administrator, role, rep, role in ("leader", "viewer"),
                                  name="matrix-" + role)
              for role in PERMISSIONS if role != "admin"}
    people["admin"] = administrator
    tried = 0
    for method, path, operation, _ in operations():
        needed = operation["x-permission"]
        if path.endswith("/session") or path.endswith("/session/password"):
            continue
        for part in ("deal_id", "version", "upload_id"):
            path = path.replace("{" + part + "}", "nothing")
        for part in ("decision_id", "import_id", "job_id", "user_id", "token_id", "view_id"):
            path = path.replace("{" + part + "}", "999999")
        stranger = server.client().request(method, path, {} if method != "GET" else None)
        if needed == "none":
            assert stranger.status not in (401,) or "link" in path, f"{method} {path}"
            continue
        assert stranger.status == 401, f"{method} {path} by a stranger: {stranger.status}"
        if needed == "signed_in":
            continue
        for role, client in people.items():
            if needed in PERMISSIONS[role]:
                continue
            answer = client.request(method, path, {} if method != "GET" else None)
            assert answer.status == 403, f"{method} {path} by {role}: {answer.status}"
            tried += 1

    # Rows: own, the team's, a sibling's, strangers'.
    own = by_rep[rep]
    check_view(server.person(administrator, "rep", rep, name="row"), own, everything - own, by_id,
               "rep")
    with open("company/Opportunity.csv", encoding="utf-8", newline="") as export:
        closed = [row for row in csv.DictReader(export)
                  if row["IsClosed"] == "true" and row["IsDeleted"] == "false"]
    ended_here = server.person(administrator, "rep", rep, name="ended")
    for row in [row for row in closed if row["OwnerId"] != rep][:3]:
        for path in ("", "/reasons", "/history"):
            answer = ended_here.get(f"/deals/{row['Id']}{path}")
            assert answer.status == 404, f"a closed deal of others: {path} {answer.status}"
    # A call about the team tells of colleagues' deals.
    forecast = administrator.get("/forecast").json()
    called = 98765432100
    answer = administrator.post("/forecast/submissions", {
        "period": forecast["period"], "node_id": "team:" + team_of[rep], "kind": "call",
        "amount": {"amount_minor": called, "currency": forecast["currency"]}})
    assert answer.status == 201, answer.body
    assert str(called) in administrator.get("/forecast/submissions").body.decode()
    for path in ("/forecast", "/overview", "/forecast/submissions", "/trust/overrides"):
        assert str(called) not in ended_here.get(path).body.decode(), f"{path} shows a team's call"
    nobody = server.person(administrator, "rep", None, name="nobody")
    assert all_deals(nobody) == [], "a rep without a place in the CRM sees nothing"
    viewer = server.person(administrator, "viewer", None, name="nothing")
    assert all_deals(viewer) == [], "a viewer sees nothing unless told otherwise"
    assert {r["deal_id"] for r in all_deals(people["viewer"])} == everything

    # The manager of the rep: found as the person whose view holds all of the team.
    managers = manager_of_team(team_of[rep])
    for manager in managers:
        client = server.person(administrator, "manager", manager, name="row")
        visible = {d for r, deals in by_rep.items() if team_of[r] == team_of[rep] for d in deals}
        visible |= by_rep.get(manager, set())
        seen = {r["deal_id"] for r in all_deals(client)}
        assert own <= seen, "a manager sees the deals of the team"
        if seen == visible:
            check_view(client, visible, everything - visible, by_id, "manager")
        foreign = {d for r, deals in by_rep.items() if region_of[r] != region_of[rep]
                   for d in deals}
        assert not foreign & seen, "a manager sees no other region"
    return f"{tried} refused combinations, {len(managers)} managers, {len(rows)} deals"


def manager_of_team(team):
    """Ids of managers in the export whose reports stand in this team."""
    with open("company/User.csv", encoding="utf-8", newline="") as users:
        people = list(csv.DictReader(users))
    with open("company/UserRole.csv", encoding="utf-8", newline="") as roles:
        names = {row["Id"]: row["Name"] for row in csv.DictReader(roles)}
    return sorted({p["ManagerId"] for p in people
                   if p["ManagerId"] and names.get(p["UserRoleId"]) == team})[:1]
