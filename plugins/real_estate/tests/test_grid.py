"""The grid of units: a cell for each, what is looked for in it, and the sheet from which one is held."""

from decimal import Decimal

import pytest
from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import AsUser, Client, Make, Outbox

from hookline_real_estate.buildings.data import Section, Unit
from hookline_real_estate.buildings.looking import Looking
from hookline_real_estate.holds.data import Hold

GRID = "/x/real_estate/grid"


def test_it_has_a_cell_for_each_unit_and_sums_for_each_status(make: Make, client: Client) -> None:
    section = make(Section, name="A")
    for floor, price in ((1, 100), (2, 250)):
        make(Unit, section=section, floor=floor, number=f"A-{floor}", rooms=2, area=Decimal(50), price=price)
    make(Unit, section=section, floor=2, number="A-3", rooms=0, status="closed")
    page = client.get(f"{GRID}/{section.building}")
    assert [row[0] for row in page.rows()] == ["2", "1"]
    assert [cell.get_text(" ", strip=True) for cell in page.all(".unit")] == [
        "2 A-2 50 m² 250 Free",
        "St. A-3 Not for sale",
        "2 A-1 50 m² 100 Free",
    ]
    said = [each.get_text(" ", strip=True) for each in page.all(".unit-sums > div")]
    assert said == ["Free 2 €350", "Not for sale 1 €0", "Fit 3 of 3"]


def test_what_does_not_fit_is_dimmed_and_the_address_remembers_what_is_looked_for(
    make: Make, client: Client
) -> None:
    section = make(Section)
    for rooms, price in ((1, 100), (2, 200), (3, 300)):
        make(Unit, section=section, number=f"U-{rooms}", rooms=rooms, area=Decimal(40), price=price)
    page = client.get(f"{GRID}/{section.building}?rooms=2&rooms=3&price_to=250&area_from=x&free=1")
    assert [small.text for small in page.all(".unit:not(.misfit) small")] == ["U-2"]
    assert "Fit 1 of 3" in page.one(".unit-sums").get_text(" ", strip=True)
    assert [each["value"] for each in page.all("#unit-look [name=rooms][checked]")] == ["2", "3"]
    assert "rooms=2&rooms=3&price_to=250&free=1&unit=" in str(page.all(".unit")[0]["href"])


@pytest.mark.parametrize(
    ("looking", "fits"),
    [
        (Looking(), True),
        (Looking(rooms=(1, 2)), True),
        (Looking(rooms=(3,)), False),
        (Looking(area_from=Decimal(50), area_to=Decimal(50)), True),
        (Looking(area_from=Decimal("50.01")), False),
        (Looking(price_to=Decimal(99)), False),
        (Looking(free=True), False),
    ],
)
def test_ranges_include_their_ends(looking: Looking, fits: bool) -> None:
    assert looking.fits(2, Decimal(50), Decimal(100), "held") is fits


def test_a_range_is_not_met_by_what_is_not_known() -> None:
    assert Looking(price_to=Decimal(1)).fits(None, None, None, "free") is False


def test_a_unit_is_held_from_its_sheet_and_the_next_one_waits(
    make: Make, client: Client, gate: Gate, outbox: Outbox
) -> None:
    unit, first, second = make(Unit, price=Decimal(900), area=Decimal(30)), make(Contact), make(Contact)
    here = f"{GRID}/{gate.get(Section, unit.section).building}?rooms=&unit={unit.id}"
    assert "€30 per m²" in client.get(here)
    assert "The unit is held." in client.form(".unit-hold").submit(contact=first.id)
    outbox.run()
    sheet = client.get(here).one("#unit-sheet").get_text(" ", strip=True)
    assert f"{first.name} until" in sheet
    assert "Put into the queue" in sheet
    assert "You are number 1 in the queue." in client.form(".unit-hold").submit(contact=second.id)
    assert f"{second.name} place 1" in client.page.one("#unit-sheet").get_text(" ", strip=True)
    states = gate.rows(select(Hold.contact, Hold.state).where(Hold.unit == unit.id).order_by(Hold.id))
    assert [tuple(row) for row in states] == [(first.id, "active"), (second.id, "waiting")]


def test_the_sheet_asks_for_whom(make: Make, client: Client, gate: Gate) -> None:
    unit = make(Unit)
    client.get(f"{GRID}/{gate.get(Section, unit.section).building}?unit={unit.id}")
    client.form(".unit-hold").submit(contact="", status=422)
    assert client.page.one("#unit-sheet .error")


def test_who_may_not_hold_is_not_asked(make: Make, as_user: AsUser, gate: Gate) -> None:
    unit = make(Unit)
    page = as_user("observer").get(f"{GRID}/{gate.get(Section, unit.section).building}?unit={unit.id}")
    assert page.one("#unit-sheet")
    assert not page.all(".unit-hold")


@pytest.mark.parametrize("rest", ["/999999", "?building=" + "9" * 60, "/x?unit=²"])
def test_a_building_that_is_not_there_has_no_units(client: Client, rest: str) -> None:
    assert "no units" in client.get(GRID + rest)
