"""Matching: what the database answers is what the plain rules say, both ways, and people are told why."""

import random
from decimal import Decimal
from typing import Any

from hookline_sdk import Gate
from hookline_sdk.testing import Make

from hookline_real_estate.properties.data import District, Kind, Property, Purpose, Status
from hookline_real_estate.requests.data import Request, RequestState, Wish
from hookline_real_estate.requests.finding import best_properties, best_requests
from hookline_real_estate.requests.wishes import weigh

_CHANCE = random.Random(20260101)


def _some(*values: Any) -> Any:
    return _CHANCE.choice(values)


def _range(name: str, low: int, high: int, step: int) -> dict[str, object]:
    least, most = sorted(_CHANCE.randrange(low, high, step) for _ in range(2))
    return {f"{name}_from": _some(None, least), f"{name}_to": _some(None, most, most)}


def _a_request(districts: list[int], contact: int) -> dict[str, object]:
    return {
        "name": "x", "contact": contact,
        "state": _some(*[RequestState.open] * 5, RequestState.closed),
        "purpose": _some(Purpose.sale, Purpose.sale, Purpose.rent),
        "kinds": tuple(_CHANCE.sample(list(Kind), _some(0, 2, 4))),
        "districts": tuple(_CHANCE.sample(districts, _some(0, 1, 2))),
        "strict": tuple(_CHANCE.sample(list(Wish), _some(0, 0, 1, 2))),
        **_range("price", 0, 500, 10), **_range("area", 20, 120, 5),
        **_range("rooms", 0, 6, 1), **_range("floor", 0, 10, 1),
    }  # fmt: skip


def _a_property(districts: list[int]) -> dict[str, object]:
    return {
        "address": "x",
        "status": _some(*[Status.active] * 6, Status.draft),
        "purpose": _some(Purpose.sale, Purpose.sale, Purpose.rent),
        "kind": _some(*(kind for kind in Kind if kind != Kind.land)),
        "district": _some(None, *districts),
        "price": _some(None, *range(0, 550, 5)),
        "area": Decimal(_CHANCE.randrange(15, 140)) + _some(Decimal(0), Decimal("0.5")),
        "rooms": _some(None, *range(7)),
        "floor": _some(None, *range(-1, 12)),
    }  # fmt: skip


def _tree(make: Make) -> list[int]:
    town = make(District, name="Town", within=None).id
    halves = [make(District, name=name, within=town).id for name in ("North", "South")]
    quarters = [make(District, name=f"Quarter {half}", within=half).id for half in halves]
    return [town, *halves, *quarters, make(District, name="Elsewhere", within=None).id]


def test_the_database_finds_what_the_rules_say_both_ways(make: Make, gate: Gate) -> None:
    districts, contact = _tree(make), make(Request).contact
    wanted = [
        gate.get(Request, id)
        for id in gate.create_many(Request, [_a_request(districts, contact) for _ in range(40)])
    ]
    offered = [
        gate.get(Property, id)
        for id in gate.create_many(Property, [_a_property(districts) for _ in range(60)])
    ]
    plain = {
        (one.id, other.id): found.score
        for one in wanted
        for other in offered
        if (found := weigh(one, other)).fits
    }
    assert len(plain) > 30, "too few fit for this to mean something"
    there = {(one.id, hit.id): hit.score for one in wanted for hit in best_properties(gate, one, 1000)}
    back = {(hit.id, one.id): hit.score for one in offered for hit in best_requests(gate, one, 1000)}
    assert there == plain
    assert back == plain
