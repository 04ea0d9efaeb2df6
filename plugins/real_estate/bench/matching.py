"""Matching at size, run by hand: `pytest bench/matching.py --engine=all -s -n 0`: 1,000 requests, 100,000 properties, 20,000 units.

Prints how long a page of the best 50 takes for one request, against the same question as bare SQL, and in the other direction; and how long
a new property or unit takes, once it is saved, until its matches are written in the background.
"""

import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from statistics import median
from typing import TypeVar

from hookline_sdk import Contact, Gate, func, select
from hookline_sdk.testing import Client, Crm, Make, Outbox
from sqlalchemy import text

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit, UnitStatus
from hookline_real_estate.properties.data import District, Feature, Kind, Property, Purpose, Status
from hookline_real_estate.requests.data import Match, Request
from hookline_real_estate.requests.finding import BEST, best_offers, best_requests, offers_for, requests_for
from hookline_real_estate.requests.offers import PROPERTIES, UNITS, Stock

T = TypeVar("T")
NUMBER, NUMBER_OF_UNITS, REQUESTS = 100_000, 20_000, 1_000
AT_ONCE, ASKED, NEW = 2_000, 40, 20


def test_matching(crm: Crm, make: Make, client: Client, outbox: Outbox) -> None:
    chance = random.Random(7)
    districts = [make(District, name=f"District {number}", within=None).id for number in range(50)]
    contact = make(Contact).id
    sections = [
        make(Section, building=make(Building, complex=make(Complex, district=chance.choice(districts)))).id
        for _ in range(40)
    ]
    began = time.perf_counter()
    for start in range(0, NUMBER, AT_ONCE):
        with crm.house() as gate:
            gate.create_many(Property, [_property(chance, districts, start + n) for n in range(AT_ONCE)])
    for start in range(0, NUMBER_OF_UNITS, AT_ONCE):
        with crm.house() as gate:
            gate.create_many(Unit, [_unit(chance, sections, start + n) for n in range(AT_ONCE)])
    with crm.house() as gate:
        wanted = gate.create_many(Request, [_request(chance, districts, contact) for _ in range(REQUESTS)])
        # What has been told so far is not what is measured.
        gate.tx.run(text("DELETE FROM delivery"), why="bench")
    _ask(crm.url.partition(":")[0], "seconds to write them", time.perf_counter() - began)
    with crm.house() as gate:
        requests = [gate.get(Request, id) for id in chance.sample(wanted, ASKED)]
        for stock, most in ((PROPERTIES, NUMBER), (UNITS, NUMBER_OF_UNITS)):
            bare = _times(partial(_bare_offers, gate, stock), requests)
            _tell(
                f"best 50 of a request, each a {stock.match}",
                bare,
                _times(partial(_offers, gate, stock), requests),
            )
            offered = [stock.one(gate, chance.randint(1, most)) for _ in range(ASKED)]
            bare = _times(lambda o: gate.tx.run(requests_for(o).limit(BEST), why="bench").all(), offered)
            _tell(
                f"best 50 requests of a {stock.match}",
                bare,
                _times(lambda o: best_requests(gate, o), offered),
            )
    whole = _times(lambda r: client.get(f"/x/real_estate/matches/{r.id}"), requests)
    print(f"  the whole page, drawn and sent: {median(whole) * 1000:.1f} ms")
    _background(crm, outbox, Property, lambda n: _property(chance, districts, NUMBER + n))
    _background(crm, outbox, Unit, lambda n: _unit(chance, sections, NUMBER_OF_UNITS + n))


def _bare_offers(gate: Gate, stock: Stock, request: Request) -> object:
    return gate.tx.run(offers_for(request, stock).limit(BEST), why="bench").all()


def _offers(gate: Gate, stock: Stock, request: Request) -> object:
    return best_offers(gate, request, stock)


def _background(
    crm: Crm, outbox: Outbox, entity: type[Property] | type[Unit], new: Callable[[int], dict[str, object]]
) -> None:
    """How long the matches of what is new take from the moment in which it is saved."""
    outbox.run()
    found, seconds = 0, []
    stock, status = (PROPERTIES, Status.active) if entity is Property else (UNITS, UnitStatus.free)
    for number in range(NEW):
        with crm.house() as gate:
            id = gate.create(entity, {**new(number), "status": status})
        began = time.perf_counter()
        outbox.run()
        seconds.append(time.perf_counter() - began)
        with crm.house() as gate:
            mine = select(func.count(Match.id)).where(getattr(Match, stock.match) == id)
            found += int(gate.scalar(mine))
    print(
        f"  a new {stock.match} has found its requests after {median(seconds) * 1000:.0f} ms,"
        f" at most {max(seconds) * 1000:.0f} ms ({found} matches of {NEW} new ones)"
    )


def _tell(what: str, bare: list[float], ours: list[float]) -> None:
    print(
        f"  {what}: bare SQL {median(bare) * 1000:.1f} ms, with rights and words {median(ours) * 1000:.1f} ms,"
        f" ratio {median(ours) / median(bare):.2f}"
    )


def _ask(engine: str, what: str, number: float) -> None:
    print(
        f"\n{engine}: {NUMBER} properties, {NUMBER_OF_UNITS} units, {REQUESTS} requests, {what}: {number:.0f}"
    )


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
        "features": tuple(chance.sample(list(Feature), chance.randint(0, 4))),
    }  # fmt: skip


def _unit(chance: random.Random, sections: list[int], number: int) -> dict[str, object]:
    area = chance.randint(20, 120)
    return {
        "number": f"U-{number}", "section": chance.choice(sections), "floor": chance.randint(1, 16),
        "status": chance.choice([UnitStatus.free] * 7 + [UnitStatus.sold] * 3), "area": Decimal(area),
        "price": Decimal(area * chance.randint(1500, 6000)), "rooms": area // 30 + 1,
        "features": tuple(chance.sample(list(Feature), chance.randint(0, 3))),
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
        "must_have": tuple(chance.sample(list(Feature), chance.choice([0, 0, 0, 1]))),
        "nice_to_have": tuple(chance.sample(list(Feature), chance.randint(0, 2))),
    }  # fmt: skip
