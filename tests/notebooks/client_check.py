"""The client made from the contract against a running server."""

import os

from revint_client import ApiError, Client

client = Client(os.environ["REVINT_URL"], os.environ["REVINT_TOKEN"])
assert client.health() == "ok\n"

# Every page together is the whole list, each deal once.
total = client.summarize_deals()
deals = list(client.each("list_deals", limit=7))
names = [deal["deal_id"] for deal in deals]
assert len(names) == len(set(names)) > 7, names[:5]
whole = list(client.each("list_deals", limit=500))
assert [deal["deal_id"] for deal in whole] == names, "pages of another size give another order"

# A parameter that is a word of Python, one in the path that needs quoting, a body.
moved = client.get_waterfall(from_="2026-11-02", to="2026-11-09")
assert moved
try:
    client.get_deal("no such/deal?")
    raise AssertionError("an unknown deal was found")
except ApiError as error:
    assert error.status == 404 and error.code, error
try:
    Client(os.environ["REVINT_URL"], "wrong").list_deals()
    raise AssertionError("a wrong token was taken")
except ApiError as error:
    assert error.status == 401, error
table = client.export_deals()
assert table.count("\n") >= len(names), table[:200]
print(f"ok   client: {len(names)} deals by pages of 7 and 500, quoting, errors, CSV")
