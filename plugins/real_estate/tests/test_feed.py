"""Feeds: what goes out, by the rules of the portal; what is left out, and how that is said."""

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hookline_sdk import Address, File, Finding, Gate, select
from hookline_sdk.testing import AssertQueries, Client, Clock, Crm, Make

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit
from hookline_real_estate.feeds import offers as pages
from hookline_real_estate.feeds.checking import broken_rules, check_feed
from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.feeds.elements import property_element, written
from hookline_real_estate.feeds.offers import offers_of
from hookline_real_estate.feeds.rules import SCHEMA
from hookline_real_estate.pricing.data import Promotion
from hookline_real_estate.properties.data import Kind, Property

EXPORTS = "/api/v1/exports/real_estate"
SPACE = f"{{{SCHEMA}}}"
PLACE = Address("Mill Lane 4", "Bremen", "Bremen", "28195", "Germany")
AGENCY = Agency(name="Mill & Sons", phone="+79012345678", currency="EUR")
FLAT: dict[str, Any] = {
    "address": "Mill Lane 4", "kind": "flat", "place": PLACE, "price": Decimal(200_000), "area": Decimal("54.3"),
    "rooms": 2, "floor": 1, "floors": 4,
}  # fmt: skip


@pytest.fixture(autouse=True)
def agency(crm: Crm) -> None:
    with crm.house() as house:
        AGENCY.keep(house)


def fetched(client: Client, name: str) -> bytes:
    answer = client.request("GET", f"{EXPORTS}/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def offers_in(feed: bytes) -> dict[str, ET.Element]:
    """The offers of a feed that keeps the rules, by their number."""
    assert [f"{id}: {said}" for id, said in check_feed(io.BytesIO(feed))] == []
    return {str(each.get("internal-id")): each for each in ET.fromstring(feed).findall(f"{SPACE}offer")}


def said(offer: ET.Element) -> dict[str, str | None]:
    return {each.tag.removeprefix(SPACE): each.text for each in offer.iter()}


def new_flat(make: Make, **more: Any) -> Unit:
    whole = make(Complex, name="Lights", real_estate_yandex_complex=77)
    building = make(
        Building, name="B1", complex=whole, ready_on=dt.date(2027, 5, 1), real_estate_yandex_house=7,
        real_estate_portal_place=PLACE._replace(country="Russia"), real_estate_portal_picture="https://example.com/1.jpg",
    )  # fmt: skip
    section = make(Section, building=building, floors=9)
    known = {
        "rooms": 0,
        "area": Decimal(31),
        "real_estate_living": Decimal(20),
        "price": Decimal(100),
        "floor": 3,
    }
    return make(Unit, section=section, number="A-1", **{**known, **more})


def test_what_is_on_the_market_and_whole_goes_out_for_sale_and_to_rent(make: Make, client: Client) -> None:
    make(
        Property,
        **{
            **FLAT,
            "status": "active",
            "description": "<b>A & B</b>\x0b 🙂",
            "real_estate_photos": "https://example.com/a.jpg",
        },
    )
    make(Property, **{**FLAT, "status": "sold"})
    make(Property, **{**FLAT, "status": "active", "floor": 5})
    make(Property, **{**FLAT, "status": "active", "kind": "house", "land_area": Decimal(300), "rooms": 5})
    make(Property, **{**FLAT, "status": "active", "kind": "commercial"})
    make(Property, **{**FLAT, "status": "active", "purpose": "rent", "rooms": 0})
    offers = offers_in(fetched(client, "yandex_feed"))
    assert list(offers) == ["property-1", "property-4", "property-5", "property-6"]
    first = said(offers["property-1"])
    assert (first["type"], first["property-type"], first["currency"]) == ("продажа", "жилая", "EUR")
    assert (first["locality-name"], first["organization"], first["phone"]) == (
        "Bremen",
        "Mill & Sons",
        AGENCY.phone,
    )
    assert (first["rooms"], first["floor"], first["image"]) == ("2", "1", "https://example.com/a.jpg")
    assert first["description"] == "<b>A & B</b> 🙂"
    assert offers["property-1"].findtext(f"{SPACE}price/{SPACE}value") == "200000.00"
    assert offers["property-4"].findtext(f"{SPACE}category") == "дом с участком"
    assert said(offers["property-5"]).get("property-type") is None
    rent = said(offers["property-6"])
    assert (rent["type"], rent["period"], rent["studio"], rent["rooms"]) == ("аренда", "месяц", "да", "1")


def test_what_is_sold_is_gone_with_the_next_fetch(make: Make, client: Client, gate: Gate) -> None:
    made, unit = make(Property, **{**FLAT, "status": "active"}), new_flat(make)
    assert list(offers_in(fetched(client, "yandex_feed"))) == [f"property-{made.id}"]
    assert list(offers_in(fetched(client, "new_buildings"))) == [f"unit-{unit.id}"]
    gate.update(Property, made.id, {"status": "sold"})
    gate.update(Unit, unit.id, {"status": "sold"})
    for name in ("yandex_feed", "new_buildings"):
        assert offers_in(fetched(client, name)) == {}


def test_a_unit_goes_out_as_a_new_flat(make: Make, client: Client) -> None:
    unit = new_flat(make)
    found = said(offers_in(fetched(client, "new_buildings"))[f"unit-{unit.id}"])
    assert (found["new-flat"], found["deal-status"], found["country"]) == (
        "да",
        "первичная продажа",
        "Россия",
    )
    assert (found["built-year"], found["ready-quarter"], found["building-state"]) == (
        "2027",
        "2",
        "unfinished",
    )
    assert (found["yandex-building-id"], found["yandex-house-id"], found["studio"]) == ("77", "7", "да")


def test_a_unit_costs_what_a_buyer_would_pay_today(
    make: Make, client: Client, gate: Gate, clock: Clock
) -> None:
    unit, day = new_flat(make), clock.now.date()
    make(
        Promotion, complex=gate.scalar(select(Complex.id)), starts_on=day, ends_on=day, percent=Decimal(10),
        amount=None, floor_from=None, floor_to=None,
    )  # fmt: skip
    gate.update(Unit, unit.id, {"price": Decimal(5_000_000)})
    offer = offers_in(fetched(client, "new_buildings"))[f"unit-{unit.id}"]
    assert offer.findtext(f"{SPACE}price/{SPACE}value") == "4500000.00"
    plain = client.request("GET", f"{EXPORTS}/units_json").json()["offers"]
    assert [each["price"] for each in plain] == ["4500000.00"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, []),
        ({"rooms": 0}, []),
        ({"place": None}, [
            "Its postal address names no country.", "Its postal address names no town.", "Its postal address names no street.",
        ]),
        ({"price": Decimal(0)}, ["It has no price."]),
        ({"area": None}, ["It has no area."]),
        ({"rooms": None}, ["It does not say how many rooms it has."]),
        ({"floor": 5}, ["It is on a floor above the highest of the house."]),
        ({"kind": "land"}, ["It does not say how much land it is."]),
        ({"kind": "garage", "area": None, "rooms": None, "floor": None}, []),
        ({"real_estate_photos": "mine.jpg"}, ["The portal does not take “mine.jpg” as image."]),
        ({"description": "x" * 10_001}, ["Its description is longer than 10000 characters."]),
    ],
)  # fmt: skip
def test_what_an_offer_lacks_is_said(make: Make, gate: Gate, values: dict[str, Any], told: list[str]) -> None:
    element = element_of(gate, make(Property, **{**FLAT, **values}))
    assert [str(problem) for problem in broken_rules(element)] == told


def test_each_required_element_and_each_closed_list_is_looked_after(make: Make, gate: Gate) -> None:
    made = make(Property, **{**FLAT, "purpose": "rent"})
    for kind in (Kind.flat, Kind.room, Kind.commercial):
        made.kind, made.land_area = kind, Decimal(300)
        whole = written(element_of(gate, made))
        assert broken_rules(ET.fromstring(whole)) == []
        for path in (
            "type",
            "category",
            "creation-date",
            "location/country",
            "price/currency",
            "price/period",
            "area/unit",
        ):
            spoiled = ET.fromstring(whole)
            found = spoiled.find(path)
            assert found is not None
            found.text = "nonsense" if path != "location/country" else ""
            assert broken_rules(spoiled), (kind, path)


def test_what_a_property_is_like_is_told_in_the_words_of_the_portal(make: Make, gate: Gate) -> None:
    shop = make(
        Property,
        **{**FLAT, "kind": "commercial", "commercial_kind": "shop", "latitude": Decimal("53.1"), "longitude": Decimal("-8.8")},
    )  # fmt: skip
    place = make(Property, **{**FLAT, "kind": "garage", "garage_kind": "place"})
    flat = make(Property, **{**FLAT, "living_area": Decimal(30), "kitchen_area": Decimal(9)})
    told = [element_of(gate, each) for each in (shop, place, flat)]
    assert [broken_rules(each) for each in told] == [[], [], []]
    assert told[0].findtext("commercial-type") == "retail"
    assert told[0].findtext("location/latitude") == "53.100000"
    assert told[1].findtext("garage-type") == "машиноместо"
    assert (told[2].findtext("living-space/value"), told[2].findtext("kitchen-space/unit")) == (
        "30.00",
        "кв. м",
    )


def test_a_feed_with_one_number_twice_is_told(make: Make, gate: Gate) -> None:
    offer = written(element_of(gate, make(Property, **FLAT)))
    feed = f'<realty-feed xmlns="{SCHEMA}">{offer}{offer}</realty-feed>'
    assert [str(text) for _, text in check_feed(io.BytesIO(feed.encode()))] == [
        "Its number is not its own.",
        "The feed does not say when it was written.",
    ]


def test_what_is_left_out_stands_on_its_page_in_a_report_and_in_the_health_of_the_house(
    make: Make, client: Client, crm: Crm
) -> None:
    make(Property, **{**FLAT, "status": "active"})
    wrong = make(Property, **{**FLAT, "status": "active", "address": "Mill Lane 9", "price": None})
    unit = new_flat(make, real_estate_living=None)
    assert str(the_look(crm).state) == "2 of 3 offers are left out"
    rows = client.get("/reports/real_estate/left_out").rows()
    assert rows == [[wrong.address, "It has no price."], ["B1, A-1", "It has no living area."]]
    panel = f"/real_estate/properties/{wrong.id}/panel/real_estate/on_portals"
    assert "It has no price." in client.get(panel, htmx=True)
    assert "living area" in client.get(
        f"/real_estate/units/{unit.id}/panel/real_estate/unit_on_portals", htmx=True
    )
    with crm.house() as house:
        house.update(Property, wrong.id, {"price": Decimal(1)})
        house.update(Unit, unit.id, {"status": "closed"})
    assert the_look(crm).fine
    assert "In the feed" in client.get(panel, htmx=True)


def test_whoever_asks_in_no_portals_format_gets_xml_or_json(make: Make, client: Client) -> None:
    make(Property, **{**FLAT, "status": "active", "price": None})
    new_flat(make)
    told = json.loads(fetched(client, "offers_json"))["offers"]
    assert [(each["id"], each["place"]["city"], each.get("price")) for each in told] == [
        ("property-1", "Bremen", None)
    ]
    units = ET.fromstring(fetched(client, "units_xml"))
    assert [(each.get("id"), each.findtext("complex")) for each in units] == [("unit-1", "Lights")]
    assert ET.fromstring(fetched(client, "offers_xml")).findtext("offer/place/city") == "Bremen"
    assert json.loads(fetched(client, "units_json"))["offers"][0]["living"] == "20.00"


def test_the_feed_is_read_in_pages(make: Make, client: Client, assert_queries: AssertQueries) -> None:
    """No statement more for each unit."""
    first = new_flat(make)
    with assert_queries(max=40) as few:
        fetched(client, "new_buildings")
    make.many(
        Unit,
        600,
        section=first.section,
        floor=2,
        status="free",
        rooms=1,
        area=Decimal(30),
        price=1,
        real_estate_living=Decimal(20),
    )
    with assert_queries(max=40) as many:
        assert len(offers_in(fetched(client, "new_buildings"))) == 601
    assert len(many) - len(few) <= 6


def test_one_page_is_held_at_a_time(
    crm: Crm, make: Make, monkeypatch: pytest.MonkeyPatch, assert_queries: AssertQueries
) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)
    make.many(Property, 7, **{**FLAT, "status": "active"})
    with crm.house() as house, assert_queries(max=12):
        assert [len(page) for page in pages.properties_in_pages(house)] == [3, 3, 1]


def element_of(gate: Gate, made: Property) -> ET.Element:
    (offer,) = offers_of(gate, [made])
    return property_element(offer, AGENCY)


def test_portals_fetch_the_pictures_of_what_is_offered_and_of_nothing_else(
    crm: Crm, make: Make, gate: Gate, client: Client
) -> None:
    flat = make(Property, **{**FLAT, "status": "active"})
    about = f"real_estate_property:{flat.id}"
    front, deed = (make(File, name=name, about=about).id for name in ("front.png", "deed.png"))
    make(File, name="notes.txt", about=about)
    client.get(f"/files/{deed}/action/real_estate/keep_private")
    client.form().submit()
    unit = new_flat(make)
    layout = make(Layout, complex=gate.scalar(select(Complex.id)))
    gate.update(
        Layout, layout.id, {"plan": make(File, name="1a.png", about=f"real_estate_layout:{layout.id}").id}
    )
    gate.update(Unit, unit.id, {"layout": layout.id})
    (shown,) = offers_in(fetched(client, "yandex_feed")).values()
    drawn, _elsewhere = pictures_in(offers_in(fetched(client, "new_buildings"))["unit-1"])
    (seen,) = pictures_in(shown)
    assert (
        offers_in(fetched(client, "new_buildings"))["unit-1"].find(f"{SPACE}image[@tag='plan']") is not None
    )
    assert f"/{front}-" in seen
    client.get(f"/files/{deed}/action/real_estate/publish")
    assert "Portals get it while it is offered." in client.form().submit()
    (shown,) = offers_in(fetched(client, "yandex_feed")).values()
    assert [fetch(crm, address).status_code for address in pictures_in(shown)] == [200, 200]
    for address in (seen, drawn):
        assert fetch(crm, address).headers["content-type"] == "image/png"
    gate.update(Property, flat.id, {"status": "sold"})
    gate.update(Unit, unit.id, {"status": "closed"})
    assert [fetch(crm, address).status_code for address in (seen, drawn)] == [404, 404]


def test_pictures_of_a_building_are_public_while_a_unit_is_free_there(
    crm: Crm, make: Make, gate: Gate, client: Client
) -> None:
    unit = new_flat(make)
    for place in (Building, Complex):
        make(File, name="view.png", about=f"{place.__tablename__}:{gate.scalar(select(place.id))}")
    found = pictures_in(offers_in(fetched(client, "new_buildings"))["unit-1"])[-2:]
    assert [fetch(crm, address).status_code for address in found] == [200, 200]
    gate.update(Unit, unit.id, {"status": "closed"})
    assert [fetch(crm, address).status_code for address in found] == [404, 404]


def pictures_in(offer: ET.Element) -> list[str]:
    return [each.text or "" for each in offer.findall(f"{SPACE}image")]


def fetch(crm: Crm, address: str) -> Any:
    crm.wire.cookies.clear()
    return crm.wire.get(address)


def the_look(crm: Crm) -> Finding:
    return next(found for found in crm.health() if str(found.what) == "Feed of Yandex.Realty")
