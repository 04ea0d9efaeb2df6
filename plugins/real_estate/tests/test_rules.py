"""What is refused, and what follows from a save."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Gate, Invalid, Record, select
from hookline_sdk.testing import Make, Outbox

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.commission.data import Commission, CommissionLevel, CommissionShare, CommissionSplit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.partners.data import Fixation
from hookline_real_estate.properties.data import Kind, Mandate, MandateKind, PriceChange, Property, Status


@pytest.mark.parametrize(("kind", "field"), [(Kind.flat, "area"), (Kind.land, "land_area")])
def test_nothing_goes_on_the_market_without_its_measure(make: Make, kind: Kind, field: str) -> None:
    make(Property, kind=kind, status=Status.draft)
    make(Property, kind=kind, status=Status.active, **{field: Decimal(50)})


def test_a_flat_on_the_market_without_an_area_is_refused(gate: Gate) -> None:
    with pytest.raises(Invalid, match="fill this in"):
        gate.create(Property, {"address": "Mill Lane 4", "kind": Kind.flat, "status": Status.active})


def test_the_price_is_remembered_with_each_change(make: Make, gate: Gate, outbox: Outbox) -> None:
    made = make(Property, price=Decimal(100))
    outbox.run()
    gate.update(Property, made.id, {"price": Decimal(90)}, version=made.version)
    outbox.run()
    prices = gate.rows(
        select(PriceChange.price).where(PriceChange.property == made.id).order_by(PriceChange.id)
    )
    assert [price for (price,) in prices] == [100, 90]


def test_an_exclusive_mandate_has_no_other_beside_it(make: Make, gate: Gate) -> None:
    spring, summer, autumn = (dt.date(2026, month, 1) for month in (3, 6, 9))
    first = make(Mandate, starts_on=spring, ends_on=summer, kind=MandateKind.exclusive)
    values = {"property": first.property, "kind": MandateKind.open, "ends_on": autumn}
    with pytest.raises(Invalid, match="covers some of these days"):
        gate.create(Mandate, {**values, "starts_on": summer})
    gate.create(Mandate, {**values, "starts_on": summer + dt.timedelta(days=1)})
    with pytest.raises(Invalid, match="ends before it starts"):
        gate.create(Mandate, {**values, "starts_on": autumn, "ends_on": summer})


def test_a_unit_is_as_its_holds_are(make: Make, gate: Gate, outbox: Outbox) -> None:
    hold = make(Hold)
    outbox.run()
    assert gate.get(Unit, hold.unit).status == "held"
    gate.update(Hold, hold.id, {"state": "released"}, version=hold.version)
    outbox.run()
    assert gate.get(Unit, hold.unit).status == "free"


def test_records_that_are_made_have_days_of_their_own(make: Make) -> None:
    assert len({made.starts_on for made in make.many(Mandate, 3)}) == 3


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        (Hold, {"number": "H-1"}),
        (Commission, {}),
        (CommissionSplit, {"name": "Somebody"}),
        (CommissionShare, {}),
        (CommissionLevel, {}),
        (Fixation, {"client": "Somebody"}),
    ],
)
def test_what_lacks_its_whole_is_told_so(gate: Gate, entity: type[Record], values: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="fill this in"):
        gate.create(entity, values)
