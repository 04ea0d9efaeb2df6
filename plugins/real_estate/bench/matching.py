"""Matching at size, run by hand: `pytest bench/matching.py --engine=all -s` with 1,000 requests and 100,000 properties.

Prints how long a page of the best 50 takes for one request, against the same question as bare SQL, and in the other direction.
"""

import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median
from typing import TypeVar

from hookline_sdk import Contact
from hookline_sdk.testing import Client, Crm, Make

from hookline_real_estate.properties.data import District, Kind, Property, Purpose, Status
from hookline_real_estate.requests.data import Request
from hookline_real_estate.requests.finding import (
    BEST,
    best_properties,
    best_requests,
    properties_for,
    requests_for,
)

T = TypeVar("T")
PROPERTIES, REQUESTS, AT_ONCE, ASKED = 100_000, 1_000, 2_000, 40


def test_matching(crm: Crm, make: Make, client: Client) -> None:
    chance = random.Random(7)
    districts = [make(District, name=f"District {number}", within=None).id for number in range(50)]
    contact = make(Contact).id
    began = time.perf_counter()
    for start in range(0, PROPERTIES, AT_ONCE):
        with crm.house() as gate:
            gate.create_many(Property, [_property(chance, districts, start + n) for n in range(AT_ONCE)])
    with crm.house() as gate:
        wanted = gate.create_many(Request, [_request(chance, districts, contact) for _ in range(REQUESTS)])
    _ask(crm.url.partition(":")[0], "seconds to write them", time.perf_counter() - began)
    with crm.house() as gate:
        requests = [gate.get(Request, id) for id in chance.sample(wanted, ASKED)]
        offered = [gate.get(Property, chance.randint(1, PROPERTIES)) for _ in range(ASKED)]
        bare = _times(lambda r: gate.tx.run(properties_for(r).limit(BEST), why="bench").all(), requests)
        _tell("best 50 properties of a request", bare, _times(lambda r: best_properties(gate, r), requests))
        bare = _times(lambda p: gate.tx.run(requests_for(p).limit(BEST), why="bench").all(), offered)
        _tell("best 50 requests of a property", bare, _times(lambda p: best_requests(gate, p), offered))
    whole = _times(lambda r: client.get(f"/x/real_estate/matches/{r.id}"), requests)
    print(f"  the whole page, drawn and sent: {median(whole) * 1000:.1f} ms")


def _tell(what: str, bare: list[float], ours: list[float]) -> None:
    print(
        f"  {what}: bare SQL {median(bare) * 1000:.1f} ms, with rights and words {median(ours) * 1000:.1f} ms,"
        f" ratio {median(ours) / median(bare):.2f}"
    )


def _ask(engine: str, what: str, number: float) -> None:
    print(f"\n{engine}: {PROPERTIES} properties, {REQUESTS} requests, {what}: {number:.0f}")


def _times(call: Callable[[T], object], of: Sequence[T]) -> list[float]:
    call(of[0])
    found = []
    for one in of:
        began = time.perf_counter()
        call(one)
        found.append(time.perf_counter() - began)
    return found


def _property(chance: random.Random, districts: list[int], number: int) -> dict[str, object]:
    area = chance.randint(20, 180)
    return {
        "address": f"Mill Lane {number}", "status": chance.choice([Status.active] * 7 + [Status.sold] * 3),
        "purpose": chance.choice([Purpose.sale, Purpose.sale, Purpose.rent]),
        "kind": chance.choice([Kind.flat, Kind.flat, Kind.flat, Kind.house, Kind.room, Kind.commercial]),
        "district": chance.choice(districts), "price": Decimal(area * chance.randint(1500, 6000)),
        "area": Decimal(area), "rooms": area // 30 + 1, "floor": chance.randint(1, 16),
    }  # fmt: skip


def _request(chance: random.Random, districts: list[int], contact: int) -> dict[str, object]:
    budget, area = chance.randint(60, 900) * 1000, chance.randint(25, 140)
    return {
        "name": "x", "contact": contact, "purpose": chance.choice([Purpose.sale, Purpose.sale, Purpose.rent]),
        "kinds": tuple(chance.sample([Kind.flat, Kind.house, Kind.room], chance.randint(0, 2))),
        "districts": tuple(chance.sample(districts, chance.randint(0, 5))),
        "price_to": Decimal(budget), "price_from": chance.choice([None, Decimal(budget // 2)]),
        "area_from": Decimal(area), "rooms_from": chance.choice([None, area // 30]),
        "strict": chance.choice([(), (), ("rooms",), ("district",)]),
    }  # fmt: skip
