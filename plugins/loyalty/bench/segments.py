"""Segments at size, run by hand: `pytest bench/segments.py --engine=all -s` with 1,000,000 purchases of 100,000 customers.

Prints how long a live count takes against the same question as bare SQL, how long a segment takes to fill, and that after 5,000
random changes the members are those of a full recomputation.
"""

import datetime as dt
import random
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import NOW, Crm, Jobs
from sqlalchemy import TextClause, bindparam, insert, text

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.building import count_of, look
from hookline_loyalty.segments.data import Member, Segment, Stay
from hookline_loyalty.segments.drafts import Draft
from hookline_loyalty.segments.keeping import KEEPING, differing
from hookline_loyalty.segments.tree import Bought, Group, InSegment, OfField, Part, written

CUSTOMERS, PURCHASES, CHANGES, AT_ONCE, ASKED = 100_000, 1_000_000, 5_000, 10_000, 7
CITIES = ("Bremen", "Kassel", "Jena", "Ulm", "Trier")
SINCE = NOW - dt.timedelta(days=90)
CASES: tuple[tuple[str, tuple[Part, ...], str], ...] = (
    ("city", (OfField("city", {"city": "Jena"}),), "c.city = 'Jena'"),
    (
        "city and 3 purchases in 90 days",
        (OfField("city", {"city": "Jena"}), Bought("count", "least", Decimal(3), 90)),
        (
            "c.city = 'Jena' AND c.id IN (SELECT contact FROM loyalty_receipt WHERE NOT reversed AND trashed_at IS NULL"
            " AND bought_at >= :since AND contact IS NOT NULL GROUP BY contact HAVING count(id) >= 3)"
        ),
    ),
    (
        "no purchase in 90 days",
        (Bought("count", "most", Decimal(0), 90),),
        (
            "c.id NOT IN (SELECT contact FROM loyalty_receipt WHERE NOT reversed AND trashed_at IS NULL"
            " AND bought_at >= :since AND contact IS NOT NULL)"
        ),
    ),
    (
        "spent 200 at all",
        (Bought("sum", "least", Decimal(200)),),
        (
            "c.id IN (SELECT contact FROM loyalty_receipt WHERE NOT reversed AND trashed_at IS NULL AND contact IS NOT NULL"
            " AND (currency IS NULL OR currency = 'EUR') GROUP BY contact HAVING sum(amount) >= 20000)"
        ),
    ),
)


def test_segments(crm: Crm, jobs: Jobs) -> None:
    chance = random.Random(7)
    began = time.perf_counter()
    _write(crm, chance)
    engine = crm.url.partition(":")[0]
    print(
        f"\n{engine}: {CUSTOMERS} customers, {PURCHASES} purchases, written in {time.perf_counter() - began:.0f} s"
    )
    for name, parts, sql in CASES:
        with crm.writing("administrator") as gate:
            bare = text(f"SELECT count(*) FROM contact c WHERE c.trashed_at IS NULL AND {sql}")
            if ":since" in sql:
                bare = bare.bindparams(bindparam("since", SINCE, Receipt.bought_at.type))
            plain = gate.tx.run(bare, why="bench").scalar()
            rule = Group("all", parts)
            assert look(gate, "contact", Draft(rule)).count == plain, name
            first = _time(partial(_scalar, gate, bare))
            ours = _time(partial(look, gate, "contact", Draft(rule)))
            counted = _time(partial(count_of, gate, "contact", rule))
        print(
            f"  {name}: {plain} of them; bare SQL {first:.0f} ms, live count {counted:.0f} ms, ratio {counted / first:.2f};"
            f" with the sample of ten {ours:.0f} ms"
        )
    _keep(crm, jobs, chance)


def _keep(crm: Crm, jobs: Jobs, chance: random.Random) -> None:
    began = time.perf_counter()
    rules = [
        Group("all", CASES[1][1]),
        Group("all", CASES[2][1]),
        Group("any", (OfField("city", {"city": "Ulm"}), Bought("sum", "least", Decimal(250)))),
    ]
    with crm.house() as gate:
        ids = [gate.create(Segment, {"name": f"S{n}", "rule": written(rule)}) for n, rule in enumerate(rules)]
        nested = Group("none", (InSegment(ids[0]), InSegment(ids[1])))
        ids.append(gate.create(Segment, {"name": "Neither", "rule": written(nested)}))
    jobs.run()
    with crm.house() as gate:
        filled = gate.scalar(select(Member.id).order_by(Member.id.desc()).limit(1))
    print(f"  {len(ids)} segments filled with {filled} members in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    for start in range(0, CHANGES, 100):
        with crm.house() as gate:
            for _ in range(100):
                change(gate, chance, CUSTOMERS)
        if start % 1000 == 900:
            jobs.run()
    jobs.run()
    seconds = time.perf_counter() - began
    amiss = dict.fromkeys(ids, 0)
    with crm.house() as gate:
        house = gate.as_house(KEEPING)
        for id in ids:
            amiss[id] = len(differing(house, house.get(Segment, id)))
        moved = gate.scalar(
            select(Member.id).where(Member.is_in == Stay.no).order_by(Member.id.desc()).limit(1)
        )
    print(
        f"  {CHANGES} random changes kept up with in {seconds:.0f} s; amiss against a full recomputation: {amiss}, last left {moved}"
    )
    assert not any(amiss.values())


def change(gate: Gate, chance: random.Random, customers: int) -> None:
    """One of what happens: a move, a purchase, one taken back, somebody who goes or comes back."""
    contact = chance.randint(1, customers)
    what = chance.random()
    if what < 0.35:
        gate.update(Contact, contact, {"city": chance.choice(CITIES)}) if gate.find(
            Contact, contact
        ) else None
    elif what < 0.8:
        at = NOW - dt.timedelta(minutes=chance.randint(1, 200_000))
        gate.create(Receipt, _receipt(chance, contact, at, f"x:{chance.random()}"))
    elif what < 0.95:
        id = chance.randint(1, customers * 5)
        if (found := gate.find(Receipt, id)) is not None:
            gate.update(Receipt, id, {"reversed": not found.reversed})
    elif gate.find(Contact, contact) is not None:
        gate.trash(Contact, contact)
    elif gate.find(Contact, contact, trash=True) is not None:
        gate.restore(Contact, contact)


def _receipt(chance: random.Random, contact: int, at: dt.datetime, source: str) -> dict[str, Any]:
    amount = Decimal(chance.randint(300, 4000)) / 100
    return {"what": "Coffee", "contact": contact, "amount": amount, "bought_at": at, "source": source, "currency": "EUR"}  # fmt: skip


def _write(crm: Crm, chance: random.Random) -> None:
    """Straight into the tables: it is the asking that is measured."""
    house = {"created_at": NOW, "updated_at": NOW, "version": 1, "sort_key": "", "search": ""}
    for start in range(0, CUSTOMERS, AT_ONCE):
        rows = [
            {"id": start + n + 1, "first_name": f"N{start + n}", "last_name": "Customer", "name": f"N{start + n} Customer",
             "city": chance.choice(CITIES), **house}
            for n in range(AT_ONCE)
        ]  # fmt: skip
        with crm.house() as gate:
            gate.tx.run(insert(Contact.__table__), rows, why="bench")  # type: ignore[arg-type]  # it is a Table, typed as any FromClause
    for start in range(0, PURCHASES, AT_ONCE):
        rows = []
        for n in range(AT_ONCE):
            at = NOW - dt.timedelta(minutes=int(chance.expovariate(1 / 200_000)) + 1)
            contact = min(CUSTOMERS, int(chance.paretovariate(0.6) * 40) + chance.randint(0, 60_000))
            rows.append({**_receipt(chance, contact, at, f"b:{start + n}"), "reversed": chance.random() < 0.02, "event": 0, **house})  # fmt: skip
        with crm.house() as gate:
            gate.tx.run(insert(Receipt.__table__), rows, why="bench")  # type: ignore[arg-type]  # it is a Table, typed as any FromClause
    with crm.house() as gate:
        gate.tx.run(text("ANALYZE"), why="bench")
        if not gate.tx.sqlite:
            for name in ("contact", "loyalty_receipt"):
                gate.tx.run(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"), why="bench")  # fmt: skip


def _scalar(gate: Gate, statement: TextClause) -> object:
    return gate.tx.run(statement, why="bench").scalar()


def _time(call: Callable[[], object]) -> float:
    call()
    found = []
    for _ in range(ASKED):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return median(found)
