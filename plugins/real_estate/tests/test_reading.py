"""Properties of another program, read from its feed for Yandex.Realty."""

from decimal import Decimal

import pytest
from hookline_sdk import Gate, select
from hookline_sdk.testing import Client, Jobs

from hookline_real_estate.properties.data import Property

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<realty-feed xmlns="http://webmaster.yandex.ru/schemas/feed/realty/2010-06">
<offer internal-id="7"><type>аренда</type><category>комната</category>
<location><locality-name>Москва</locality-name><address>Мельничная, 4</address></location>
<price><value>45000</value></price><area><value>18.5</value></area><floor>3</floor></offer>
<offer internal-id="8"><type>продажа</type><category>дом с участком</category>
<location><address>Мира, 1</address></location><price><value>9000000</value></price></offer>
</realty-feed>"""
BROUGHT = {"entity": "real_estate.foreign_feed"}


def test_an_offer_becomes_a_property_of_its_kind(client: Client, gate: Gate, jobs: Jobs) -> None:
    client.upload("/imports", "realty.xml", FEED.encode(), BROUGHT)
    client.form("form:has(select[name=field-0])").submit()
    jobs.run()
    run = client.page.path
    assert "created 2" in client.get(run)
    client.post(f"{run}/start")
    jobs.run()
    kept = select(
        Property.address,
        Property.kind,
        Property.purpose,
        Property.price,
        Property.area,
        Property.floor,
        Property.rooms,
    )
    assert [tuple(row) for row in gate.rows(kept.order_by(Property.id))] == [
        ("Мельничная, 4, Москва", "room", "rent", Decimal(45_000), Decimal("18.5"), 3, None),
        ("Мира, 1", "house", "sale", Decimal(9_000_000), None, None, None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<realty-feed/>", "There is no offer in this file."),
        ("{}", "This is no feed of Yandex.Realty."),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><realty-feed><offer/></realty-feed>',
            "This is no feed of Yandex.Realty.",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_feed_is_refused(client: Client, content: str, said: str, encoding: str) -> None:
    assert said in client.upload("/imports", "x.xml", content.encode(encoding), BROUGHT, status=422)
