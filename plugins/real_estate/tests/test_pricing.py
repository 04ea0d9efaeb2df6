"""What units cost: promotions, re-pricing with its preview and the way back, the price list, the pace of sales."""

import datetime as dt
from decimal import Decimal

import pytest
from hookline_sdk import Gate, Invalid, select
from hookline_sdk.testing import Client, Clock, Jobs, Make, Outbox

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.pricing.data import Promotion, Repricing, SalesPlan, UnitPrice
from hookline_real_estate.pricing.pace import Pace
from hookline_real_estate.pricing.repricing import set_prices
from hookline_real_estate.pricing.todays import set_todays_prices


@pytest.fixture
def whole(make: Make) -> Complex:
    """A complex with the units A-1 to A-4 on their floors, 40 m² for 100,050 each."""
    made = make(Complex, name="Harbour Lights")
    section = make(Section, building=make(Building, complex=made))
    for floor in range(1, 5):
        make(
            Unit, section=section, number=f"A-{floor}", floor=floor, area=Decimal(40), price=Decimal(100_050)
        )
    return made


def test_a_re_pricing_shows_what_it_would_do_does_it_and_takes_it_back(
    make: Make, client: Client, gate: Gate, jobs: Jobs, whole: Complex
) -> None:
    made = make(Repricing, name="Summer", complex=whole, percent=Decimal(10), per_m2=None, floor_from=2)
    where = f"/real_estate/repricings/{made.id}"
    panel = client.get(f"{where}/panel/real_estate/preview", htmx=True)
    assert panel.rows() == [[f"A-{floor}", "€100,050", "€110,100", "€10,050"] for floor in (2, 3, 4)]
    assert "€330,300" in panel
    assert _prices(gate) == [100_050] * 4

    client.get(f"{where}/action/real_estate/apply")
    client.form().submit()
    jobs.run()
    assert _prices(gate) == [100_050, 110_100, 110_100, 110_100]
    assert (gate.get(Repricing, made.id).state, gate.get(Repricing, made.id).number) == ("applied", 3)
    (second, third) = (_unit(gate, number) for number in ("A-2", "A-3"))
    assert "Summer" in client.get(f"/real_estate/units/{second.id}/panel/real_estate/unit_prices", htmx=True)

    gate.update(Unit, third.id, {"price": Decimal(5)})
    client.get(f"{where}/action/real_estate/undo")
    client.form().submit()
    jobs.run()
    assert _prices(gate) == [100_050, 100_050, 5, 100_050]
    assert gate.get(Repricing, made.id).state == "undone"
    kept = select(UnitPrice.price).where(UnitPrice.unit == second.id).order_by(UnitPrice.id)
    assert [price for (price,) in gate.rows(kept)] == [100_050, 110_100, 100_050]


def test_an_interrupted_re_pricing_goes_on_and_prices_nothing_twice(
    make: Make, gate: Gate, jobs: Jobs, whole: Complex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookline_real_estate.pricing.repricing._BATCH", 1)
    made = make(Repricing, complex=whole, percent=Decimal(10), per_m2=None)
    first = _unit(gate, "A-1")
    # A worker that was gone after the first unit has left this behind.
    with monkeypatch.context() as patch:
        patch.setattr("hookline_real_estate.pricing.repricing._reached", lambda _: (first.id, 1))
        jobs.call(set_prices, id=made.id)
    assert _prices(gate) == [100_050, 110_100, 110_100, 110_100]
    assert gate.get(Repricing, made.id).number == 4


@pytest.mark.parametrize(("rounding", "price"), [("1", 100_850), ("100", 100_900), ("1000", 101_000)])
def test_an_amount_per_m2_is_rounded_as_asked(
    make: Make, client: Client, whole: Complex, rounding: str, price: int
) -> None:
    made = make(Repricing, complex=whole, percent=None, per_m2=Decimal(20), rounding=rounding)
    panel = client.get(f"/real_estate/repricings/{made.id}/panel/real_estate/preview", htmx=True)
    assert panel.rows()[0][2] == f"€{price:,}"


def test_a_re_pricing_goes_one_way_and_stays_as_it_was_applied(
    make: Make, gate: Gate, jobs: Jobs, whole: Complex
) -> None:
    with pytest.raises(Invalid, match="one of the two"):
        make(Repricing, complex=whole, percent=Decimal(1), per_m2=Decimal(1))
    made = make(Repricing, complex=whole, percent=Decimal(1), per_m2=None)
    jobs.call(set_prices, id=made.id)
    with pytest.raises(Invalid, match="has been applied"):
        gate.update(Repricing, made.id, {"percent": Decimal(2)})


def test_a_promotion_is_on_the_grid_and_in_the_price_list(
    make: Make, client: Client, clock: Clock, gate: Gate, whole: Complex
) -> None:
    today, day = clock.now.date(), dt.timedelta(days=1)
    common = {"complex": whole, "floor_from": 4, "floor_to": None, "amount": None}
    make(Promotion, name="Upper", starts_on=today, ends_on=today, percent=Decimal(10), **common)
    make(Promotion, name="Over", starts_on=today - day, ends_on=today - day, percent=Decimal(50), **common)
    building = gate.scalar(select(Building.id))
    page = client.get(f"/x/real_estate/grid/{building}?promoted=1&unit={_unit(gate, 'A-4').id}")
    assert [small.text for small in page.all(".unit:not(.misfit) small")] == ["A-4"]
    assert "€90,045 €100,050 €2,251.12 per m²" in page.one(".unit-price").get_text(" ", strip=True)
    assert "€390,195" in page, "the sum of the free ones is what is asked for them today"
    assert "Upper" in page.one("#unit-sheet").text
    assert "Over" not in page
    rows = client.get("/x/real_estate/price_list").rows()
    assert rows[0][0] == "A-4"
    assert rows[0][3:6] == ["€100,050", "€90,045", "Upper"]


def test_what_a_buyer_would_pay_today_follows_price_promotion_and_day(
    make: Make, gate: Gate, clock: Clock, jobs: Jobs, outbox: Outbox, whole: Complex
) -> None:
    day = dt.timedelta(days=1)
    assert _to_pay(gate) == [100_050] * 4
    made = make(
        Promotion, complex=whole, starts_on=clock.now.date() + day, ends_on=clock.now.date() + day,
        percent=Decimal(10), amount=None, floor_from=4, floor_to=None,
    )  # fmt: skip
    jobs.call(set_todays_prices)
    assert _to_pay(gate) == [100_050] * 4, "it begins tomorrow"
    clock.move(days=1)
    jobs.call(set_todays_prices)
    assert _to_pay(gate) == [100_050] * 3 + [90_045]
    gate.update(Unit, _unit(gate, "A-4").id, {"price": Decimal(200_000)})
    assert _to_pay(gate)[3] == 180_000, "a price that is set has its promotion at once"
    gate.update(Promotion, made.id, {"percent": Decimal(20)})
    outbox.run()
    jobs.run()
    assert _to_pay(gate)[3] == 160_000, "and a promotion that is changed its units"
    clock.move(days=1)
    jobs.call(set_todays_prices)
    assert _to_pay(gate) == _prices(gate)


def test_pace_is_counted_by_layout(make: Make, client: Client, clock: Clock) -> None:
    layout = make(Layout, name="2A")
    section = make(Section, building=make(Building, complex=layout.complex))
    units = [make(Unit, section=section, layout=layout, price=Decimal(100)) for _ in range(3)]
    make(SalesPlan, layout=layout, month=clock.now.date(), units=10)
    make(Hold, unit=units[0], state="sold", sold_at=clock.now)
    row = client.get("/reports/real_estate/sales_pace").rows()[0]
    assert row[:4] == ["2A", "10", "1", "2"]
    assert "Slower than planned: 5.0" in row[5] or "Slower than planned: 5 " in row[5]
    sold_out = make(Layout, name="3B", complex=layout.complex)
    make(Unit, section=section, layout=sold_out, status="sold")
    shown = client.get("/real_estate/layouts")
    assert [words.text for words in shown.all("thead th")].index("Free") == 5
    assert [(row[1], row[5]) for row in shown.rows()] == [("2A", "2"), ("3B", "0")]
    stock = client.get(f"/real_estate/layouts/{layout.id}/panel/real_estate/layout_stock", htmx=True)
    assert [cells[:2] for cells in stock.rows()] == [["Free", "2"], ["Sold", "1"]]


@pytest.mark.parametrize(
    ("pace", "lasts", "change"),
    [
        (Pace(10, 10, 20, 5), "10.0", 0),
        (Pace(10, 5, 20, 5), "20.0", -5),
        (Pace(10, 7, 14, 2), "4.0", -3),
        (Pace(10, 13, 26, 1), "2.0", 3),
        (Pace(10, 99, 1, 1), "0.0", 5),
        (Pace(10, 0, 5, 1), None, -5),
        (Pace(0, 3, 3, 1), "1.0", 0),
        (Pace(10, 3, 0, 1), "0.0", 0),
    ],
)
def test_how_long_the_rest_lasts_and_what_to_do(pace: Pace, lasts: str | None, change: int) -> None:
    assert pace.lasts == (None if lasts is None else Decimal(lasts))
    assert pace.change == change


def test_a_unit_takes_after_its_layout_and_the_layout_is_of_its_complex(make: Make, gate: Gate) -> None:
    layout = make(Layout, rooms=2, area=Decimal(60))
    section = make(Section, building=make(Building, complex=layout.complex))
    unit = gate.get(
        Unit, gate.create(Unit, {"number": "A-1", "section": section.id, "floor": 1, "layout": layout.id})
    )
    assert (unit.rooms, unit.area) == (2, Decimal(60))
    with pytest.raises(Invalid, match="another complex"):
        gate.update(Unit, unit.id, {"layout": make(Layout, complex=make(Complex)).id})


def test_the_search_leads_into_the_grid(make: Make, client: Client) -> None:
    unit = make(Unit, number="Q-404")
    page = client.get("/search?q=q-40")
    assert page.one(f'a[href*="/x/real_estate/grid/"][href$="unit={unit.id}"]')


def _unit(gate: Gate, number: str) -> Unit:
    return gate.get(Unit, gate.scalar(select(Unit.id).where(Unit.number == number)))


def _to_pay(gate: Gate) -> list[int]:
    return [int(price) for (price,) in gate.rows(select(Unit.to_pay).order_by(Unit.number))]


def _prices(gate: Gate) -> list[Decimal]:
    return [price for (price,) in gate.rows(select(Unit.price).order_by(Unit.number))]


def test_a_layout_has_one_plan_a_month_whatever_the_day(gate: Gate, make: Make) -> None:
    layout = make(Layout).id
    gate.create(SalesPlan, {"layout": layout, "month": dt.date(2026, 5, 2), "units": 3})
    with pytest.raises(Invalid, match="has a plan for this month"):
        gate.create(SalesPlan, {"layout": layout, "month": dt.date(2026, 5, 20), "units": 4})
