"""Sequences: each number once, in order, without gaps, whoever makes records at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from hookline.errors import Invalid
from hookline.kernel.entity import Catalog
from hookline.kernel.fields import sequence, text
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.numbering import Pattern
from hookline.kernel.plugins.plugin import Plugin
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from tests.kernel.mill import Clock, open_mill

press = Plugin("press")


class Bill(Catalog, plugin=press, title="number"):
    """What is to be paid."""

    number: Mapped[str] = sequence("Number", "B-{year}-{n:03}")
    ticket: Mapped[str] = sequence("Ticket", "{n}")
    name: Mapped[str] = text("Name")


def bills(home: Installation) -> list[tuple[Any, ...]]:
    with home.house("looking") as gate:
        return [tuple(row) for row in gate.rows(select(Bill.number, Bill.ticket).order_by(Bill.id))]


def print_(gate: Gate, count: int = 1) -> list[int]:
    return gate.create_many(Bill, [{"name": f"bill {n}"} for n in range(count)])


def test_records_are_numbered_in_order_and_anew_each_year(mill_url: str) -> None:
    clock = Clock()
    with open_mill(mill_url, press, clock=clock) as home:
        with home.house("printing") as gate:
            print_(gate, 2)
        clock.now = datetime(2027, 1, 1, tzinfo=UTC)
        with home.house("printing") as gate:
            print_(gate)
            assert gate.titles("press_bill", [3]) == {3: "B-2027-001"}
        assert bills(home) == [("B-2026-001", "1"), ("B-2026-002", "2"), ("B-2027-001", "3")]


def test_what_is_not_saved_after_all_leaves_no_gap(mill_url: str) -> None:
    with open_mill(mill_url, press) as home:
        with pytest.raises(KeyError), home.house("printing") as gate:
            _print_and_fail(gate)
        with home.house("printing") as gate:
            made = gate.create_each(Bill, [{"name": "one"}, {}, {"name": "two"}])
        assert isinstance(made[1], Invalid)
        assert bills(home) == [("B-2026-001", "1"), ("B-2026-002", "2")]


def test_nobody_sets_or_changes_a_number_but_who_brings_records_along(mill_url: str) -> None:
    with open_mill(mill_url, press) as home:
        with home.house("printing") as gate:
            (id,) = print_(gate)
            with pytest.raises(Invalid, match="number: This field cannot be changed"):
                gate.create(Bill, {"name": "mine", "number": "B-2026-777"})
            with pytest.raises(Invalid, match="number: This field cannot be changed"):
                gate.update(Bill, id, {"number": "B-2026-777"})
        with home.house("importing") as gate:
            gate.brings = True
            rows = [
                {"name": "old", "number": "B-2026-017"},
                {"name": "new"},
                {"name": "odd", "number": "XVII"},
            ]
            gate.create_many(Bill, [*rows, {"name": "older", "number": "B-2019-500"}])
            gate.update(Bill, id, {"number": "B-2026-030"})
            with pytest.raises(Invalid, match="Another record already has this value"):
                gate.create(Bill, {"name": "twice", "number": "XVII"})
        with home.house("printing") as gate:
            print_(gate)
        numbers = [number for number, _ in bills(home)]
        assert numbers == ["B-2026-030", "B-2026-017", "B-2026-018", "XVII", "B-2019-500", "B-2026-031"]


def test_numbers_are_exact_when_many_make_records_at_once(mill_url: str) -> None:
    with open_mill(mill_url, press) as home:

        def work(worker: int) -> None:
            for turn in range(6):
                try:
                    with home.house("printing") as gate:
                        print_(gate, 1 + turn % 2)
                        _give_up((worker + turn) % 3 == 0)
                except KeyError:
                    pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        found = bills(home)
        assert len(found) == 24
        assert sorted(int(ticket) for _, ticket in found) == list(range(1, 25))
        assert sorted(number for number, _ in found) == [f"B-2026-{n:03}" for n in range(1, 25)]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("INV", "must have {n} once"), ("{n}-{n}", "must have {n} once"), ("{month}-{n}", "write {year} too"),
        ("{day}-{n}", "no {day}"), ("{n:05", "unmatched '{'"), ("{n:x5y}", "Invalid format"),
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_number_is_refused_where_it_is_written(wrong: str, says: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # what it says is compared below
        sequence("Number", wrong)
    assert says in str(refusal.value)


@given(
    st.sampled_from(["{n}", "INV-{year}-{n:05}", "{year}/{month}/{n}", "№ {n:03} ({year})", "a{{b}}{n}"]),
    st.integers(1, 10**12),
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1)),  # noqa: DTZ001  # only its year and month count
)
def test_what_a_pattern_writes_it_reads(text: str, number: int, now: datetime) -> None:
    pattern = Pattern(text)
    assert pattern.read(pattern.written(number, now)) == (pattern.period(now.year, now.month), number)


def _give_up(now: bool) -> None:
    if now:
        raise KeyError("paper")


def _print_and_fail(gate: Gate) -> None:
    print_(gate, 3)
    raise KeyError("paper")
