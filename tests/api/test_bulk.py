"""Many changes in one request: all of them, or those that can be done, each with its own result."""

import pytest

from tests.api.client import Api, Caller


def names(caller: Caller) -> list[str]:
    return sorted(item["name"] for item in caller.get("/companies").json()["items"])


def test_what_can_be_done_is_done(api: Api, ada: Caller) -> None:
    acme, mill = api.town.ids["acme"], api.town.ids["the_mill"]
    operations = [
        {"op": "create", "values": {"name": "Bakery"}},
        {"op": "create", "values": {"employees": -1}},
        {"op": "update", "id": acme, "version": 1, "values": {"name": "Acme"}},
        {"op": "update", "id": acme, "version": 1, "values": {"name": "Acme again"}},
        {"op": "update", "id": acme, "values": {"nothing": 1}},
        {"op": "delete", "id": mill, "version": 1},
        {"op": "update", "id": 10**9, "values": {"name": "x"}},
        {"op": "create", "values": {"name": "Forge"}},
    ]
    answer = ada.post("/companies/bulk", {"operations": operations, "atomic": False})
    results = answer.json()["results"]
    assert (answer.status_code, [r["status"] for r in results]) == (
        200,
        [201, 422, 200, 409, 422, 204, 404, 201],
    )
    assert {e["field"] for e in results[1]["errors"]} == {"employees"}
    assert results[2] == {"status": 200, "id": acme, "version": 2}
    assert results[3]["differences"] == [{"field": "name", "theirs": "Acme", "yours": "Acme again"}]
    assert names(ada) == ["Acme", "Bakery", "Forge"]
    assert ada.get(f"/companies/{results[7]['id']}").json()["name"] == "Forge"


@pytest.mark.parametrize("atomic", [{"atomic": True}, {}])
def test_all_or_nothing(api: Api, ada: Caller, atomic: dict[str, bool]) -> None:
    before = names(ada)
    operations = [
        {"op": "create", "values": {"name": "Bakery"}},
        {"op": "delete", "id": api.town.ids["the_mill"]},
        {"op": "update", "id": api.town.ids["acme"], "values": {"name": ""}},
    ]
    answer = ada.post("/companies/bulk", {"operations": operations, **atomic})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [r["status"] for r in answer.json()["results"]] == [424, 424, 422]
    assert names(ada) == before
    done = ada.post("/companies/bulk", {"operations": operations[:2], **atomic})
    assert [r["status"] for r in done.json()["results"]] == [201, 204]


def test_what_is_no_operation_is_refused(ada: Caller) -> None:
    for body, field in (
        ({}, "operations"),
        ({"operations": []}, "operations"),
        ({"operations": {}}, "operations"),
        ({"operations": None}, "operations"),
        ({"operations": [{"op": "delete", "id": 1}] * 201}, "operations"),
        ({"operations": [{"op": "delete", "id": 1}], "more": 1}, "more"),
        ({"operations": [{"op": "delete", "id": 1}], "atomic": 1}, "atomic"),
        ({"operations": [1]}, "operations[0]"),
        ({"operations": [{"op": "erase", "id": 1}]}, "operations[0]"),
        ({"operations": [{"op": ["delete"], "id": 1}]}, "operations[0]"),
        ({"operations": [{"op": "delete"}]}, "operations[0].id"),
        ({"operations": [{"op": "delete", "id": True}]}, "operations[0].id"),
        ({"operations": [{"op": "delete", "id": 2**63}]}, "operations[0].id"),
        ({"operations": [{"op": "delete", "id": 1, "version": 0}]}, "operations[0].version"),
        ({"operations": [{"op": "delete", "id": 1, "values": {}}]}, "operations[0].values"),
        ({"operations": [{"op": "create"}]}, "operations[0].values"),
        ({"operations": [{"op": "create", "values": 1}]}, "operations[0].values"),
        ({"operations": [{"op": "create", "values": {}, "id": 1}]}, "operations[0].id"),
        ({"operations": [{"op": "update", "id": 1}]}, "operations[0].values"),
    ):
        answer = ada.post("/companies/bulk", body)
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])


def test_rights_hold_for_each(api: Api, boris: Caller) -> None:
    mine, seen, hidden = api.town.ids["acme"], api.town.ids["the_mill"], api.town.ids["flour"]
    operations = [{"op": "update", "id": id, "values": {"industry": "x"}} for id in (mine, seen)]
    results = boris.post("/companies/bulk", {"operations": operations, "atomic": False}).json()["results"]
    assert [r["status"] for r in results] == [200, 403]
    gone = boris.post(
        "/deals/bulk", {"operations": [{"op": "delete", "id": i} for i in (hidden, 10**9)], "atomic": False}
    ).json()["results"]
    assert gone[0] == gone[1]
    assert gone[0]["status"] == 404
    assert api.caller("olga").post("/companies/bulk", {"operations": operations}).status_code == 403


def test_making_many_takes_a_handful_of_statements(ada: Caller) -> None:
    def cost(count: int) -> int:
        operations = [{"op": "create", "values": {"name": f"Mill {n}"}} for n in range(count)]
        answer = ada.post("/companies/bulk", {"operations": operations})
        assert answer.status_code == 200
        return int(answer.headers["x-statements"])

    cost(1)
    assert cost(2) == cost(200) <= 8


def test_two_that_change_the_same_in_another_order_both_come_through(api: Api, ada: Caller) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ids = [ada.make("/companies", name=f"Mill {n}")["id"] for n in range(6)]

    def change(order: list[int], name: str) -> list[int]:
        operations = [{"op": "update", "id": id, "values": {"industry": name}} for id in order]
        answer = api.caller("ada").post("/companies/bulk", {"operations": operations, "atomic": False})
        return [r["status"] for r in answer.json()["results"]]

    with ThreadPoolExecutor(4) as pool:
        turns = [pool.submit(change, ids[::step], f"turn {turn}") for turn in range(12) for step in (1, -1)]
        assert all(set(turn.result()) == {200} for turn in turns)
