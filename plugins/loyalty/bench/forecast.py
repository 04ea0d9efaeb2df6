"""Forecasts and scores at size, run by hand: `pytest bench/forecast.py --engine=all -s` with 100,000 customers (or CUSTOMERS=20000 in the environment).

Prints how long a fit takes, and how long it takes to keep on every contact what it says.
"""

import datetime as dt
import os
import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

from hookline_sdk import Contact
from hookline_sdk.testing import Crm
from sqlalchemy import insert

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.customers.histories import histories
from hookline_loyalty.forecast.data import ForecastTerms
from hookline_loyalty.forecast.fitting import fit, seen_of
from hookline_loyalty.forecast.returning import Family, fit_returning
from hookline_loyalty.forecast.telling import tell
from hookline_loyalty.value.rating import fields_of, worth_of
from hookline_loyalty.value.rfm import scored

T = TypeVar("T")
CUSTOMERS, AT_ONCE = int(os.environ.get("CUSTOMERS", "100000")), 1_000


def test_a_night(crm: Crm) -> None:
    with crm.house() as gate:
        blank = {"created_at": gate.now, "updated_at": gate.now, "version": 1, "search": ""}
        for start in range(0, CUSTOMERS, 10_000):
            names = [f"Guest {start + n}" for n in range(10_000)]
            rows = [{**blank, "name": name, "last_name": name, "sort_key": name.lower()} for name in names]
            gate.tx.run(insert(Contact), rows, why="bench")
        whole = 0
        for rows in _portions(gate.now):
            gate.tx.run(insert(Receipt), rows, why="bench")
            whole += len(rows)
    print(f"\n{crm.url.partition(':')[0]}: {CUSTOMERS} customers, {whole} purchases")
    with crm.house() as gate:
        known = _took("read the histories", lambda: [each for some in histories(gate) for each in some])
        today, terms = gate.now.date(), ForecastTerms.of(gate)
    seen = [seen_of(each, today) for each in known]
    _took("fit MBG/NBD alone", lambda: fit_returning(Family.mbg, seen))
    fitted = _took("fit both, the amounts and the back-test", lambda: fit(Family.mbg, known, today))
    assert fitted.usable, fitted.doubts

    def keep() -> None:
        for place in range(0, len(known), AT_ONCE):
            with crm.house() as gate:
                tell(gate, fitted, known[place : place + AT_ONCE], terms)

    _took("work out and keep the outlook of each", keep)
    scores = _took("score all", lambda: scored(worth_of(known, today).values()))

    def rate() -> None:
        ids = sorted(scores)
        for place in range(0, len(ids), AT_ONCE):
            with crm.house() as gate:
                gate.derive(Contact, {id: fields_of(scores[id]) for id in ids[place : place + AT_ONCE]})

    _took("keep the scores of each", rate)


def _took(what: str, work: Callable[[], T]) -> T:
    began, used = time.perf_counter(), time.process_time()
    found = work()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"  {what}: {took:.1f} s, of which this process worked {used:.1f} s")
    return found


def _portions(now: dt.datetime) -> Iterator[list[dict[str, object]]]:
    """Purchases of two years, some thousands at a time."""
    chance, rows, number = random.Random(7), list[dict[str, object]](), 0
    blank = {
        "what": "Coffee",
        "reversed": False,
        "event": 0,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    for contact in range(1, CUSTOMERS + 1):
        rate, stops, at = chance.gammavariate(0.6, 0.2), chance.betavariate(0.9, 4), chance.uniform(0, 90)
        while at < 104:
            number += 1
            amount, moment = Decimal(chance.randint(3, 40)), now - dt.timedelta(weeks=104 - at)
            told = {"contact": contact, "amount": amount, "bought_at": moment, "source": f"b:{number}"}
            rows.append({**blank, **told, "sort_key": "coffee", "search": ""})
            if chance.random() < stops:
                break
            at += chance.expovariate(rate) if rate > 1e-6 else 104
        if len(rows) > 10_000:
            yield rows
            rows = []
    yield rows
