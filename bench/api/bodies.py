"""Writes scripts for wrk: posts of real deals, and addresses by turns.

  bodies.py posts TOKEN FEATURES.csv   one deal's features per request
  bodies.py paths TOKEN                addresses from standard input
"""

import csv
import json
import sys


def value(text):
    try:
        return float(text)
    except ValueError:
        return text


def lua(text):
    return "[==[" + text + "]==]"


kind, token = sys.argv[1:3]
if kind == "posts":
    with open(sys.argv[3], encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(200))]
    turns = [json.dumps({"rows": [{name: value(text) for name, text in row.items()
                                   if text and name not in ("deal_id", "episode", "as_of")}]})
             for row in rows]
    method, path, body = "POST", '"/api/v1/score"', "turns[at]"
else:
    turns = [line.strip() for line in sys.stdin if line.strip()]
    method, path, body = "GET", "turns[at]", "nil"
print("turns = {" + ",\n".join(lua(turn) for turn in turns) + "}")
print(f"""at = 0
headers = {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json"}}
function request()
  at = at % #turns + 1
  return wrk.format("{method}", {path}, headers, {body})
end""")
