"""Properties by their kind, what may be the same, districts within each other, the end of mandates, pictures."""

import datetime as dt
from decimal import Decimal

import pytest
from hookline_sdk import Activity, Contact, File, Gate, Invalid, select
from hookline_sdk.testing import Client, Clock, Jobs, Make, Outbox

from hookline_real_estate.properties.comparables import Hint, price_hint
from hookline_real_estate.properties.data import (
    District,
    Kind,
    Mandate,
    Property,
    Purpose,
    Status,
    StatusChange,
)
from hookline_real_estate.properties.mandates import MandateTerms, mind_mandates
from hookline_real_estate.properties.rules import compared


def test_the_form_shows_what_belongs_to_the_kind(client: Client) -> None:
    shown = client.get("/real_estate/properties/conditions?kind=land&purpose=sale", htmx=True)
    assert shown.one('[data-name="land_use"][data-shown]')
    assert not shown.all('[data-name="garage_kind"][data-shown]')
    page = client.get("/real_estate/properties/new")
    assert page.one('[name="garage_kind"]')


def test_addresses_are_compared_without_case_signs_and_long_words() -> None:
    assert compared("Mill Street, 4 – Flat 12") == compared("MILL ST. 4, apartment 12")
    assert compared("улица Щорса, дом 4, квартира 5") == compared("ул. Щорса, д.4 кв. 5")
    assert compared("Mill Street 4") != compared("Mill Street 41")


def test_doubles_are_named_while_one_types_and_on_the_page(make: Make, client: Client) -> None:
    seller = make(Contact, phone="+442079460958")
    twin = make(Contact, phone="+442079460958")
    there = make(Property, address="Mill Street 4, flat 12", seller=seller)
    typed = client.get("/real_estate/properties/similar?address=mill+st+4+apt+12", htmx=True)
    assert "The same address" in typed
    by_phone = client.get(f"/real_estate/properties/similar?address=Elsewhere&seller={twin.id}", htmx=True)
    assert "same telephone number" in by_phone
    double = make(Property, address="MILL ST. 4 / apt. 12", seller=twin)
    panel = client.get(f"/real_estate/properties/{double.id}/panel/real_estate/alike", htmx=True)
    assert panel.one(f'a[href="/real_estate/properties/{double.id}/merge?with={there.id}"]')
    assert client.get(f"/real_estate/properties/{double.id}/merge?with={there.id}").status == 200


def test_a_district_counts_all_that_lie_below(make: Make, client: Client, gate: Gate) -> None:
    town = make(District, name="Town", within=None)
    quarter = make(District, name="Quarter", within=make(District, name="Half", within=town))
    make(Property, address="In the quarter", district=quarter)
    make(Property, address="Far away", district=make(District, name="Elsewhere", within=None))
    found = client.get(f"/real_estate/properties?district={town.id}")
    assert "In the quarter" in found
    assert "Far away" not in found
    page = client.get(f"/real_estate/districts/{town.id}")
    assert "In the quarter" in page
    assert "Far away" not in page
    with pytest.raises(Invalid, match="within itself"):
        gate.update(District, town.id, {"within": quarter.id}, version=town.version)


def test_steps_and_days_on_the_market_are_kept(make: Make, gate: Gate, outbox: Outbox, clock: Clock) -> None:
    made = make(
        Property, kind=Kind.flat, status=Status.draft, area=Decimal(50), listed_on=None, closed_on=None
    )
    gate.update(Property, made.id, {"status": Status.active})
    clock.move(days=12)
    gate.update(Property, made.id, {"status": Status.sold})
    outbox.run()
    sold = gate.get(Property, made.id)
    assert sold.listed_on is not None
    assert sold.closed_on is not None
    assert sold.market_days == (sold.closed_on - sold.listed_on).days == 12
    steps = gate.rows(
        select(StatusChange.was, StatusChange.status, StatusChange.by).order_by(StatusChange.id)
    )
    assert [(was, status) for was, status, _ in steps][-2:] == [("draft", "active"), ("active", "sold")]
    assert all(by for *_, by in steps)


def test_a_new_mandate_begins_today_and_lasts_the_usual_term(
    make: Make, gate: Gate, client: Client, clock: Clock
) -> None:
    flat = make(Property)
    MandateTerms(months=6, commission=Decimal("2.5")).keep(gate.as_house("test"))
    clock.set(dt.datetime(2026, 8, 31, 9, tzinfo=dt.UTC))
    client.get("/real_estate/mandates/new")
    form = client.form()
    shown = [form.values[name] for name in ("starts_on", "ends_on", "commission")]
    assert shown == ["31 Aug 2026", "28 Feb 2027", "2.5"]
    form.submit(property=flat.id)
    # A program says when it begins; the term is counted from there.
    gate.create(Mandate, {"property": flat.id, "starts_on": dt.date(2027, 3, 1)})
    kept = gate.rows(select(Mandate.starts_on, Mandate.ends_on, Mandate.commission).order_by(Mandate.id))
    assert [tuple(row) for row in kept] == [
        (dt.date(2026, 8, 31), dt.date(2027, 2, 28), Decimal("2.5")),
        (dt.date(2027, 3, 1), dt.date(2027, 9, 1), Decimal("2.5")),
    ]


def test_the_end_of_a_mandate_is_announced_once(make: Make, gate: Gate, jobs: Jobs, clock: Clock) -> None:
    today = clock.now.date()
    mandate = make(Mandate, starts_on=today, ends_on=today + dt.timedelta(days=10))
    other = make(Property, address="Elsewhere")
    make(Mandate, property=other, starts_on=today, ends_on=today + dt.timedelta(days=60))
    for _ in range(2):
        jobs.call(mind_mandates)
    told = gate.rows(select(Activity.subject).where(Activity.subject.contains("ends")))
    assert [subject for (subject,) in told] == [f"Mandate {mandate.number} ends"]
    assert mandate.number.startswith("M-")


def test_what_is_to_rent_has_its_terms(make: Make, client: Client) -> None:
    made = make(
        Property,
        purpose=Purpose.rent,
        deposit=Decimal(1500),
        pets=True,
        latitude=Decimal("53.08"),
        longitude=Decimal("8.8"),
    )
    page = client.get(f"/real_estate/properties/{made.id}")
    assert "1,500" in page
    assert "openstreetmap.org/?mlat=53.08" in page


def test_the_first_picture_is_the_cover(make: Make, gate: Gate, client: Client, outbox: Outbox) -> None:
    made = make(Property, address="Mill Street 4")
    about = f"real_estate_property:{made.id}"
    plan, photo = (make(File, name=name, about=about).id for name in ("plan.png", "front.png"))
    gate.update(File, plan, {"real_estate_plan": True})
    outbox.run()
    assert gate.get(Property, made.id).cover == photo
    gallery = client.get(f"/real_estate/properties/{made.id}/panel/real_estate/gallery", htmx=True)
    assert [image["src"] for image in gallery.all("img")] == [f"/files/{photo}/view", f"/files/{plan}/view"]
    assert client.get("/real_estate/properties").one(f'img.cover[src="/files/{photo}/view"]')
    assert client.get("/real_estate/properties/board").one(f'img.cover[src="/files/{photo}/view"]')
    client.get(f"/files/{plan}/action/real_estate/put_first")
    assert "It is the cover now." in client.form().submit()
    outbox.run()
    assert gate.get(Property, made.id).cover == photo, "plans come last, whatever their place"
    garden = make(File, name="garden.png", about=about).id
    client.get(f"/files/{garden}/action/real_estate/put_first")
    client.form().submit()
    outbox.run()
    assert gate.get(Property, made.id).cover == garden
    gallery = client.get(f"/real_estate/properties/{made.id}/panel/real_estate/gallery", htmx=True)
    assert [image["src"] for image in gallery.all("img")] == [
        f"/files/{file}/view" for file in (garden, photo, plan)
    ]
    notes = make(File, name="notes.txt", about=about)
    client.get(f"/files/{notes.id}/action/real_estate/put_first")
    assert "Only a picture of a property can be its cover." in client.form().submit()


def test_the_price_hint_is_the_median_of_similar_ones_in_the_smallest_district_with_enough(
    make: Make, gate: Gate, client: Client
) -> None:
    town = make(District, name="Town", within=None)
    near, far = (make(District, name=name, within=town) for name in ("Near", "Far"))

    def flat(district: District, per_m2: int, area: int = 50, **other: object) -> Property:
        values = {"kind": "flat", "status": "active", "purpose": "sale", "area": Decimal(area), **other}
        return make(Property, district=district, price=Decimal(per_m2 * area), **values)

    mine = flat(near, 2_200)
    flat(near, 1_000)
    flat(near, 2_000, status="sold")
    flat(far, 3_000)
    flat(near, 9_000, area=90)
    flat(near, 9_000, kind="house")
    flat(near, 9_000, purpose="rent")
    flat(near, 9_000, status="withdrawn")
    assert price_hint(gate, mine) == Hint(Decimal(2_000), 3, town.id)
    panel = client.get(f"/real_estate/properties/{mine.id}/panel/real_estate/similar_prices", htmx=True)
    assert "It asks 10% more than similar ones." in panel
    flat(near, 1_200)
    assert price_hint(gate, mine) == Hint(Decimal(1_200), 3, near.id)
    assert price_hint(gate, flat(far, 1, area=500)) is None


def test_an_empty_panel_says_what_will_stand_there_or_is_not_to_be_seen(make: Make, client: Client) -> None:
    panels = f"/real_estate/properties/{make(Property).id}/panel/real_estate"
    assert "after a viewing" in client.get(f"{panels}/liked", htmx=True).text
    assert client.get(f"{panels}/alike", htmx=True).one(".panel-unseen")
