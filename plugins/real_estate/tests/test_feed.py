"""The feed of Yandex.Realty: what goes into it, how it is written, and what keeps an offer out of it."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hookline_sdk import Address, Finding
from hookline_sdk.testing import Client, Crm, Make

from hookline_real_estate.feeds.offers import Agency, Offer, lacks
from hookline_real_estate.properties.data import Property

FEED = "/api/v1/exports/real_estate/yandex_feed"
SCHEMA = "{http://webmaster.yandex.ru/schemas/feed/realty/2010-06}"
PLACE = Address("Mill Lane 4", "Bremen", "Bremen", "28195", "Germany")
AGENCY = Agency(phone="+4942112345", name="Mill & Sons")
FLAT: dict[str, Any] = {
    "address": "Mill Lane 4", "kind": "flat", "place": PLACE, "price": Decimal(200_000), "area": Decimal("54.3"),
    "rooms": 2, "floor": 1, "floors": 4,
}  # fmt: skip


def name_the_agency(client: Client) -> None:
    client.get("/settings/plugins/real_estate/Agency")
    client.form().submit(name="Mill & Sons", phone="+4942112345", currency="EUR")


def the_look(crm: Crm) -> Finding:
    return next(found for found in crm.health() if str(found.what) == "Feed of Yandex.Realty")


def test_only_what_is_on_the_market_and_whole_goes_out(make: Make, client: Client) -> None:
    name_the_agency(client)
    make(Property, **{**FLAT, "status": "active", "description": "<b>A & B</b>\x0b 🙂"})
    make(Property, **{**FLAT, "status": "sold"})
    make(Property, **{**FLAT, "status": "active", "floor": 5})
    make(Property, **{**FLAT, "status": "active", "kind": "house", "land_area": Decimal(300), "rooms": 5})
    make(Property, **{**FLAT, "status": "active", "kind": "commercial"})
    root = ET.fromstring(client.request("GET", FEED).text)
    offers = root.findall(f"{SCHEMA}offer")
    assert [offer.get("internal-id") for offer in offers] == ["1", "4", "5"]
    said = {each.tag.removeprefix(SCHEMA): each.text for each in offers[0].iter()}
    assert offers[0].findtext(f"{SCHEMA}category") == "квартира"
    assert (said["type"], said["property-type"], said["currency"]) == ("продажа", "жилая", "EUR")
    assert (said["locality-name"], said["organization"], said["phone"]) == (
        "Bremen",
        "Mill & Sons",
        "+4942112345",
    )
    assert (said["rooms"], said["floor"], said["floors-total"]) == ("2", "1", "4")
    assert said["description"] == "<b>A & B</b> 🙂"
    assert offers[0].findtext(f"{SCHEMA}price/{SCHEMA}value") == "200000.00"
    assert offers[1].findtext(f"{SCHEMA}category") == "дом с участком"
    assert offers[2].findtext(f"{SCHEMA}property-type") is None
    assert offers[2].findtext(f"{SCHEMA}commercial-type") == "free purpose"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, []),
        ({"rooms": 0}, []),
        ({"place": None}, ["Its postal address names no country.", "Its postal address names no town."]),
        ({"price": Decimal(0)}, ["It has no price."]),
        ({"area": None}, ["It has no area."]),
        ({"floor": 5}, ["It is on a floor above the highest of the house."]),
        ({"kind": "land"}, ["It does not say how much land it is."]),
        ({"kind": "garage", "area": None, "rooms": None, "floor": None}, []),
    ],
)
def test_what_an_offer_lacks_is_said(make: Make, values: dict[str, Any], said: list[str]) -> None:
    offer = Offer.of(make(Property, **{**FLAT, **values}))
    assert [str(problem) for problem in lacks(offer, AGENCY)] == said


def test_what_is_left_out_stands_in_a_report_and_in_the_health_of_the_house(
    make: Make, client: Client, crm: Crm
) -> None:
    make(Property, **{**FLAT, "status": "active"})
    wrong = make(Property, **{**FLAT, "status": "active", "address": "Mill Lane 9", "price": None})
    finding = the_look(crm)
    assert (str(finding.state), finding.fine) == ("2 of 2 offers are left out", False)
    name_the_agency(client)
    rows = client.get("/reports/real_estate/left_out").rows()
    assert rows == [[wrong.address, "It has no price."]]
    with crm.house() as house:
        house.update(Property, wrong.id, {"price": Decimal(1)})
    assert the_look(crm).fine
