"""What requests cost in SQL: the same with ten records as with a thousand, with few columns as with all."""

from collections.abc import Callable

import pytest
from httpx import Response

from tests.api.client import Api, Caller

ASKED: dict[str, Callable[[Caller, dict[str, int]], Response]] = {
    "list": lambda ada, _: ada.get("/deals?limit=200"),
    "counted list": lambda ada, _: ada.get("/deals?count=1&limit=200&q=deal&amount.gte=1&sort=-amount"),
    "get": lambda ada, ids: ada.get(f"/deals/{ids['scanners']}"),
    "create": lambda ada, ids: ada.post(
        "/deals",
        {"name": "New", "company": ids["acme"], "contacts": [ids["ivan"], ids["helen"]], "amount": "5"},
    ),
    "change": lambda ada, ids: ada.patch(
        f"/deals/{ids['scanners']}", {"name": "Now", "company": ids["the_mill"], "description": "x"}
    ),
    "move": lambda ada, ids: ada.patch(f"/deals/{ids['scanners']}", {"stage": ids["qualified"]}),
}
# A move by somebody else tells the owner, which takes three of these.
MOST = {"list": 4, "counted list": 4, "get": 4, "create": 8, "change": 8, "move": 11}


@pytest.mark.parametrize("what", ASKED)
def test_statements_do_not_grow(api: Api, ada: Caller, what: str) -> None:
    costs = []
    for count in (10, 990):
        with api.town.as_("ada") as gate:
            links = [api.town.ids["ivan"], api.town.ids["helen"]]
            rows = [{"name": f"deal {n}", "amount": n, "contacts": links} for n in range(count)]
            gate.create_many("deal", rows)
            gate.update(
                "deal",
                api.town.ids["scanners"],
                {"name": f"Scanners {count}", "company": None, "stage": api.town.ids["new"]},
            )
        ada.get("/deals?limit=1")
        answer = ASKED[what](ada, api.town.ids)
        assert answer.status_code in (200, 201), answer.text
        costs.append(int(answer.headers["x-statements"]))
    assert costs[0] == costs[1] <= MOST[what]
