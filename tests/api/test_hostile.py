"""Hostile values in every field of every entity: kept as they are or refused with a reason, and nothing half-written."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from hookline.crm.custom_fields import NewField, add_field
from hookline.kernel.fields import Field
from hookline.kernel.schema import CUSTOM_KINDS, EntityInfo
from hookline.web.api.schemas import example_record, is_needed
from hookline.web.api.values import can_be_made, set_fields
from httpx import Response
from sqlalchemy import select

from tests.api.client import Api, Caller
from tests.town import Town, columns_of_the_core, tables_of_the_core

LONG = "А" * 10_000
DEEP: Any = "x"
for _ in range(9):
    DEEP = [DEEP]
HOSTILE: dict[str, Any] = {
    "long": LONG,
    "longer": "x" * 200_000,
    "emoji": "👩‍👩‍👧‍👦🦆",
    "right to left": "\u202eمرحبا\u202c",
    "nul": "a\x00b",
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|' /C calc'!A0",
    "sql": "'; DROP TABLE deal; --",
    "percent": "100%s %(name)s {0} %%",
    "impossible day": "2026-02-30",
    "year zero": "0000-00-00",
    "far day": "9999-12-31",
    "far time": "9999-12-31T23:59:59Z",
    "early time": "0001-01-01T00:00:00+14:00",
    "2^63": 2**63,
    "-2^63": -(2**63),
    "2^63-1": 2**63 - 1,
    "2^31": 2**31,
    "huge": 10**50,
    "fraction": 1.5,
    "small": 1e-300,
    "true": True,
    "list": [],
    "object": {},
    "deep": DEEP,
    "ids": [1, 2**63 - 1],
    "empty": "",
    "blank": " \u00a0\u3000 ",
    "lines": "a\r\nb\u2028c",
    "zero": 0,
    "minus": -1,
    "number": "12",
    "unknown record": "deal:999999",
    "no record": "x:1",
    "null": None,
    "combining": "e" + "\u0301" * 500,
    "pipe": "|a|b|",
    "backslash": "\\%_\\",
    "bare surrogate pair": "\U0001f986",
    "me": "me",
}

ASKED = (
    "x",
    "\x00",
    "'",
    "%",
    "\\",
    "2026-02-30",
    str(2**63),
    "1,2,x",
    "-" * 300,
    "\ud7ff🦆",
    "9999-12-31",
    "0001-01-01",
    "[1]",
    "none",
    "1e400",
)
OPERATORS = ("is", "contains", "gte", "lte", "not", "starts", "within", "empty", "filled")
FEW = 4
WORDS = (
    "\x00",
    "'",
    '"',
    "a OR",
    "NEAR(",
    "*",
    "^x",
    "🦆",
    "-",
    "x" * 5000,
    "a:b",
    "(",
    "NOT",
    "\u202e",
    "&|!",
    "<->",
    "\\",
)


@pytest.fixture
def everything(api: Api) -> Town:
    """The town with a custom field of each kind on its deals."""
    with api.town.as_("ada") as gate:
        for kind in CUSTOM_KINDS:
            choices = (("a", "A", "red"), ("b", "B", "blue")) if "choice" in kind else ()
            add_field(
                gate,
                "deal",
                NewField(label=f"Own {kind}", name=f"own_{kind}", kind=kind, filter=True, choices=choices),
            )
    return api.town


def test_no_value_breaks_a_field(everything: Town, ada: Caller) -> None:
    asked = refused = 0
    for info, spec, example, values in trials(everything):
        path, name = f"/{info.cls.slug}", spec.name
        send = partial(send_one, ada, path, example if can_be_made(info) else None)
        answers = {what: send(name, HOSTILE[what]) for what in values}
        for what, answer in answers.items():
            told = f"{info.name}.{name} = {what}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code in (200, 201, 404, 422), told
            if answer.status_code == 201:
                again = ada.get(f"{answer.headers['location']}?fields={name}")
                assert (again.status_code, again.json()[name]) == (200, answer.json()[name]), told
        bad = [what for what, answer in answers.items() if answer.status_code == 422]
        asked, refused = asked + len(values), refused + len(bad)
        before = digest(everything) if len(values) > FEW else ""
        for what in bad if before else ():
            assert all(e["message"] for e in send(name, HOSTILE[what]).json()["errors"])
        assert not before or digest(everything) == before, f"{info.name}.{name} left something behind"
    assert asked > 1000
    assert 0.1 < refused / asked < 0.9


def send_one(ada: Caller, path: str, example: dict[str, Any] | None, name: str, value: Any) -> Response:
    """One value in one field: of a new record, or of the first one where none can be made here."""
    return (
        ada.patch(f"{path}/1", {name: value}) if example is None else ada.post(path, {**example, name: value})
    )


def test_no_value_breaks_a_filter(everything: Town, ada: Caller) -> None:
    for place, (info, spec, _, values) in enumerate(trials(everything)):
        whole = len(values) > FEW
        for turn, operator in enumerate(OPERATORS):
            for value in asked_of(place + turn, whole=whole):
                params = {f"{spec.name}.{operator}".removesuffix(".is"): value, "limit": "1"}
                answer = ask(ada, info, params)
                assert answer.status_code in (200, 422), f"{info.name}: {params}: {answer.text[:300]}"


def asked_of(turn: int, *, whole: bool) -> Iterator[str]:
    """Some of the values, others in each turn; with `whole` those that have broken databases, in every turn."""
    yield ASKED[turn % len(ASKED)]
    if whole:
        yield from ("\x00", str(2**63), "9999-12-31", ASKED[(turn + 7) % len(ASKED)])


def test_every_order_leads_to_the_next_page(everything: Town, ada: Caller) -> None:
    with everything.as_("ada") as gate:
        infos = list(gate.schema.entities.values())
    for info in infos:
        for sort in [sign + name for name in (*info.fields, "search", "nothing") for sign in ("", "-")]:
            page = ask(ada, info, {"sort": sort, "limit": "1", "fields": "id"})
            assert page.status_code in (200, 422), f"{info.name} by {sort}: {page.text[:300]}"
            following = page.json().get("next")
            assert following is None or ada.get(following).status_code == 200, following


def test_no_words_break_a_search(api: Api, ada: Caller) -> None:
    with api.town.as_("ada") as gate:
        infos = list(gate.schema.entities.values())
    for info in infos:
        for words in WORDS:
            found = ask(ada, info, {"q": words})
            assert found.status_code in (200, 422), f"{info.name}: {words}: {found.text[:300]}"


def ask(ada: Caller, info: EntityInfo, params: dict[str, str]) -> Response:
    headers = {"authorization": f"Bearer {ada.token}"}
    return ada.client.get(f"/api/v1/{info.cls.slug}", params=params, headers=headers)


def test_of_many_at_once_only_one_gets_what_is_unique(api: Api, ada: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        for turn in range(6):
            sent = [pool.submit(ada.post, "/teams", {"name": f"Team {turn}"}) for _ in range(8)]
            assert sorted(s.result().status_code for s in sent) == [201] + [422] * 7, [
                s.result().text for s in sent
            ]


def test_what_one_removes_another_cannot_point_at(api: Api, ada: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(6):
            company = ada.make("/companies", name="Gone")["id"]
            deals = [pool.submit(ada.post, "/deals", {"name": "x", "company": company}) for _ in range(4)]
            gone = pool.submit(ada.delete, f"/companies/{company}")
            assert {d.result().status_code for d in deals} <= {201, 422}
            assert gone.result().status_code in (
                204,
                422,
            )


def trials(town: Town) -> Iterator[tuple[EntityInfo, Field, dict[str, Any], list[str]]]:
    """Each field of each entity with a record to put it into and the names of the values to try.

    Fields of one kind are read alike: one of each is tried with everything, the others with a few in turn.
    """
    with town.as_("ada") as gate:
        found = [(info, set_fields(gate, info)) for info in gate.schema.entities.values()]
    names, seen, turn = list(HOSTILE), set[tuple[str, bool]](), 0
    for info, fields in found:
        for spec in fields:
            known = (spec.kind, spec.custom) in seen
            seen.add((spec.kind, spec.custom))
            turn += FEW
            few = [names[(turn + n) % len(names)] for n in range(FEW)]
            yield info, spec, example_of(town, info, fields), few if known else names


def example_of(town: Town, info: EntityInfo, fields: Sequence[Field]) -> dict[str, Any]:
    """What a new record needs."""
    known: dict[str, dict[str, Any]] = {
        "relation": {"about": "deal:1", "other": "deal:2", "kind": 1},
        "contact": {"last_name": "Marsh"},
    }
    needed = example_record(info, [f for f in fields if is_needed(info, f)], most=20)
    pipeline = {"pipeline": town.ids["sales"]} if info.name == "stage" else {}
    return {**needed, **known.get(info.name, {}), **pipeline}


def digest(town: Town) -> str:
    """Every row of every table, in a few letters."""
    found = hashlib.sha256()
    with town.installation.database.read() as tx:
        for table in tables_of_the_core():
            found.update(
                repr(sorted(map(repr, tx.run(select(*columns_of_the_core(table)), why="digest")))).encode()
            )
    return found.hexdigest()
