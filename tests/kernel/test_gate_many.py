"""The gate's verbs for many records at once: the same as one by one, all or nothing where they say so, and back again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

import pytest
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.stages import list_stays
from hookline.errors import Forbidden, Invalid, NotFound, Refused
from hookline.kernel.gate import Gate
from hookline.kernel.history import list_entries
from hookline.kernel.kinds import Address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.town import Town

# A town is for all examples: whatever one of them writes is taken back.
TRIES = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.sampled_from(("Ash", "Birch", "", None, "x" * 256, "'; DROP TABLE company --", "Ёлка 🌲"))
ROWS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "employees": st.sampled_from((0, 5, -1, 2**62)),
        "parent": st.sampled_from((1, 2, 99_999)),
        "revenue": st.decimals(-(10**6), 10**6, places=2),
        "address": st.just(Address(street="Mill Lane 1", city="Leeds")),
        "nonsense": st.just(1),
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(("Ash", "Birch")),
        "industry": st.sampled_from((None, "Trade", "Machines")),
        "employees": st.sampled_from((None, 0, 7)),
        "revenue": st.sampled_from((None, Decimal("0.01"), Decimal(5))),
        "address": st.sampled_from((None, Address(city="Leeds"))),
    },
)


class TakenBack(Exception):
    """Leaves a savepoint so that nothing of it stays."""


@contextmanager
def taken_back(gate: Gate) -> Iterator[None]:
    """What happens inside leaves nothing behind."""
    with suppress(TakenBack), gate.tx.savepoint():
        yield
        raise TakenBack


def seen(gate: Gate, found: Sequence[int | Refused]) -> list[object]:
    """What came of some rows, without the ids that differ from one try to the next."""
    return [_told(refused) if isinstance(refused, Refused) else _stored(gate, refused) for refused in found]


def _told(refused: Refused) -> object:
    return (
        [(p.field, str(p.text)) for p in refused.problems] if isinstance(refused, Invalid) else type(refused)
    )


def _stored(gate: Gate, id: int) -> Mapping[str, Any]:
    record = gate.get(Company, id)
    return {
        name: getattr(record, name)
        for name in ("name", "employees", "parent", "revenue", "address", "owner", "team")
    }


def one_by_one(gate: Gate, rows: Sequence[Mapping[str, Any]]) -> list[int | Refused]:
    found: list[int | Refused] = []
    for row in rows:
        try:
            found.append(gate.create(Company, row))
        except Refused as refused:
            found.append(refused)
    return found


@TRIES
@given(rows=st.lists(ROWS, max_size=6))
def test_creating_each_is_creating_one_by_one(town: Town, rows: list[dict[str, Any]]) -> None:
    with town.as_("ada") as gate:
        with taken_back(gate):
            together = seen(gate, gate.create_each(Company, rows))
        with taken_back(gate):
            alone = seen(gate, one_by_one(gate, rows))
    assert together == alone


@TRIES
@given(changes=CHANGES)
def test_reverting_a_change_gives_what_was(town: Town, changes: dict[str, Any]) -> None:
    acme = town.ids["acme"]
    with town.as_("ada") as gate, taken_back(gate):
        before = _stored(gate, acme)
        version = gate.update(Company, acme, changes)
        if version > 1:
            assert gate.revert(Company, acme, version) == version + 1
        assert _stored(gate, acme) == before


def test_a_field_that_was_changed_again_is_not_reverted(town: Town) -> None:
    acme = town.ids["acme"]
    with town.as_("ada") as gate:
        first = gate.update(Company, acme, {"industry": "Trade", "employees": 5})
        gate.update(Company, acme, {"employees": 6})
        gate.revert(Company, acme, first)
        found = gate.get(Company, acme)
        assert (found.industry, found.employees) == ("Machines", 6)
        assert list_entries(gate, gate.schema[Company], acme)[0].action == "reverted"
        assert gate.revert(Company, acme, first) == found.version


def test_reverting_asks_for_the_right_to_change(town: Town) -> None:
    with town.as_("ada") as gate:
        version = gate.update(Deal, town.ids["scanners"], {"amount": Decimal(1)})
    with town.as_("olga") as gate, pytest.raises(Forbidden):
        gate.revert(Deal, town.ids["scanners"], version)
    with town.as_("clara") as gate, pytest.raises(NotFound):
        gate.revert(Deal, town.ids["scanners"], version)


def test_creating_each_without_the_right_creates_none(town: Town) -> None:
    with town.as_("olga") as gate, pytest.raises(Forbidden):
        gate.create_each(Company, [{"name": "Ash"}])
    with town.as_("boris") as gate:
        own, others = gate.create_each(
            Deal,
            [{"name": "Mine"}, {"name": "Theirs", "owner": town.ids["clara"], "team": town.ids["south"]}],
        )
        assert isinstance(own, int)
        assert isinstance(others, Forbidden)


def test_erasing_many_is_all_or_nothing(town: Town) -> None:
    acme, mill = town.ids["acme"], town.ids["the_mill"]
    with town.as_("ada") as gate:
        ash = gate.create(Company, {"name": "Ash"})
        with pytest.raises(Invalid, match="still point here"), gate.tx.savepoint():
            gate.erase_many(Company, [ash, acme])
        with pytest.raises(NotFound), gate.tx.savepoint():
            gate.erase_many(Company, [ash, 99_999])
        assert gate.get(Company, ash).name == "Ash"
        assert {acme, mill} < set(gate.run(select(Company.id)).scalars())


def test_records_that_point_at_each_other_are_erased_together(town: Town) -> None:
    with town.as_("ada") as gate:
        root = gate.create(Company, {"name": "Root"})
        leaf = gate.create(Company, {"name": "Leaf", "parent": root})
        contact = gate.create(Contact, {"last_name": "Lee", "companies": (leaf,)})
        with pytest.raises(Invalid):
            gate.erase_many(Company, [root])
        gate.update(Contact, contact, {"companies": ()})
        gate.erase_many(Company, [root, leaf])
        assert gate.find(Company, root) is None
        assert gate.find(Company, leaf) is None


def test_what_was_kept_beside_a_record_goes_with_it(town: Town) -> None:
    with town.as_("ada") as gate:
        id = gate.create(Deal, {"name": "Gone soon"})
        assert len(list_stays(gate, "deal", id)) == 1
        gate.erase_many(Deal, [id])
        assert not list_stays(gate, "deal", id)


def test_an_address_never_grows_a_part(town: Town) -> None:
    with town.as_("ada") as gate:
        id = gate.create(
            Company, {"name": "Ash", "address": Address(street="Mill Lane 1\nYard", city="Leeds")}
        )
        assert gate.get(Company, id).address == Address(street="Mill Lane 1 Yard", city="Leeds")


@pytest.mark.parametrize("count", [1, 19, 20, 45])
def test_rows_come_back_in_their_order_with_every_value(town: Town, count: int) -> None:
    """From twenty rows on PostgreSQL gets them in another way; nothing may differ."""
    odd = ("O'Hara", 'say "hi"', "back\\slash", "line\nbreak", "Ёж 🦔", "%s {x} :y", "NULL")
    rows = [
        {
            "name": f"{odd[place % len(odd)]} {place}", "description": odd[place % len(odd)], "employees": place or None,
            "revenue": Decimal(place) / 100, "address": Address(city=f"City {place}", street="O'Hara {1}") if place % 2 else None,
        }
        for place in range(count)
    ]  # fmt: skip
    with town.as_("ada") as gate:
        ids = gate.create_many(Company, rows)
        assert ids == sorted(ids)
        for id, row in zip(ids, rows, strict=True):
            record = gate.get(Company, id)
            assert {name: getattr(record, name) for name in row} == row
            assert record.version == 1
            assert (record.created_by, record.created_at) == (town.ids["ada"], gate.now)
