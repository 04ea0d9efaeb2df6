"""Idempotency-Key: what is sent twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from hookline.crm.access.roles import field_right
from hookline.crm.idempotency import KEPT, claim, kept_answer
from hookline.kernel.actor import FieldRight
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import run_next
from sqlalchemy import insert, select

from tests.api.client import Api, Caller
from tests.api.test_openapi import roles_of
from tests.town import NOW


def count(caller: Caller) -> int:
    return int(caller.get("/companies?count=1").json()["total"]["count"])


def test_the_same_request_is_done_once(api: Api, ada: Caller) -> None:
    first = ada.post("/companies", {"name": "Bakery"}, idempotency_key="k1")
    again = ada.post("/companies", {"name": "Bakery"}, idempotency_key="k1")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (again.headers["location"], again.headers["etag"]) == (
        first.headers["location"],
        first.headers["etag"],
    )
    assert count(ada) == 3


def test_each_door_that_writes_repeats(api: Api, ada: Caller) -> None:
    address = f"/companies/{api.town.ids['acme']}"
    for _ in range(2):
        assert ada.patch(address, {"name": "A", "version": 1}, idempotency_key="p").json()["version"] == 2
    for _ in range(2):
        assert ada.delete(address, idempotency_key="d").status_code == 204
    for _ in range(2):
        assert ada.post(f"{address}/restore", idempotency_key="r").status_code == 200
    operations = [{"op": "create", "values": {"name": "Bakery"}}]
    answers = [ada.post("/companies/bulk", {"operations": operations}, idempotency_key="b") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert count(ada) == 3


def test_the_key_of_another_request_is_refused(api: Api, ada: Caller) -> None:
    ada.post("/companies", {"name": "Bakery"}, idempotency_key="k1")
    others = [
        ada.post("/companies", {"name": "Forge"}, idempotency_key="k1"),
        ada.post("/contacts", {"name": "Bakery"}, idempotency_key="k1"),
        ada.delete(f"/companies/{api.town.ids['acme']}", idempotency_key="k1"),
    ]
    assert {a.status_code for a in others} == {422}
    assert {a.json()["errors"][0]["field"] for a in others} == {"Idempotency-Key"}
    assert count(ada) == 3


def test_keys_belong_to_their_person(api: Api, ada: Caller, boris: Caller) -> None:
    for caller in (ada, boris):
        assert caller.post("/companies", {"name": "Bakery"}, idempotency_key="k1").status_code == 201
    assert count(ada) == 4


def test_a_refused_request_may_come_again(ada: Caller) -> None:
    assert ada.post("/companies", {"name": ""}, idempotency_key="k1").status_code == 422
    assert ada.post("/companies", {"name": "Bakery"}, idempotency_key="k1").status_code == 201


def test_what_is_no_key_is_refused(ada: Caller) -> None:
    for key in (
        "", "a b", "x" * 256, "\t",
    ):  # fmt: skip
        assert ada.post("/companies", {"name": "Bakery"}, idempotency_key=key).status_code == 400


def test_ten_at_once_make_one(api: Api, ada: Caller) -> None:
    with ThreadPoolExecutor(10) as pool:
        for turn in range(5):
            sent = [
                pool.submit(ada.post, "/companies", {"name": "Bakery"}, idempotency_key=f"k{turn}")
                for _ in range(10)
            ]
            answers = [future.result() for future in sent]
            assert {a.status_code for a in answers} == {201}, [a.text for a in answers]
            assert len({a.json()["id"] for a in answers}) == 1
    assert count(ada) == 2 + 5


def test_what_may_no_longer_be_seen_is_not_repeated(api: Api, boris: Caller) -> None:
    made = boris.post("/deals", {"name": "Scales", "competitor": "Rival"}, idempotency_key="k1").json()
    with api.town.house() as gate:
        role = gate.tx.run(roles_of(api.town.ids["boris"]), why="test").scalar_one()
        gate.tx.run(
            insert(field_right).values(role=role, entity="deal", field="competitor", right=FieldRight.hidden),
            why="test",
        )
        gate.configured()
    again = boris.post("/deals", {"name": "Scales", "competitor": "Rival"}, idempotency_key="k1")
    assert again.json() == {name: value for name, value in made.items() if name != "competitor"}
    with api.town.as_("ada") as gate:
        gate.update("deal", made["id"], {"owner": api.town.ids["clara"], "team": api.town.ids["south"]})
    assert (
        boris.post("/deals", {"name": "Scales", "competitor": "Rival"}, idempotency_key="k1").status_code
        == 404
    )


def test_a_key_is_free_again_after_a_day(api: Api, ada: Caller) -> None:
    ada.post("/companies", {"name": "Bakery"}, idempotency_key="k1")
    with api.town.installation.database.write() as tx:
        assert claim(tx, api.town.ids["ada"], "k1", "another request", NOW + KEPT) is None


def test_old_answers_are_removed(api: Api, ada: Caller) -> None:
    home = api.town.installation
    ada.post("/companies", {"name": "Bakery"}, idempotency_key="old")
    home.clock = lambda: NOW + KEPT / 2
    ada.post("/companies", {"name": "Forge"}, idempotency_key="young")
    home.clock = lambda: NOW + KEPT
    with home.database.write() as tx:
        enqueue(tx, "core.forget_ended", {}, now=home.clock())
    assert run_next(home, lambda _tx, _user: None, "worker", Event())
    with home.database.read() as tx:
        assert list(tx.run(select(kept_answer.c.key), why="test").scalars()) == ["young"]
