"""Properties of another program, read from its feed for Yandex.Realty."""

import pytest
from hookline_sdk import ImportFile, Invalid

from hookline_real_estate.feeds.reading import foreign_feed

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<realty-feed xmlns="http://webmaster.yandex.ru/schemas/feed/realty/2010-06">
<offer internal-id="7"><type>аренда</type><category>комната</category>
<location><locality-name>Москва</locality-name><address>Мельничная, 4</address></location>
<price><value>45000</value></price><area><value>18.5</value></area><floor>3</floor></offer>
<offer internal-id="8"><type>продажа</type><category>дом с участком</category>
<location><address>Мира, 1</address></location><price><value>9000000</value></price></offer>
</realty-feed>"""


def test_an_offer_becomes_a_property_of_its_kind() -> None:
    room, house = foreign_feed(ImportFile("realty.xml", FEED.encode()), None)
    assert (room["address"], room["kind"], room["purpose"]) == ("Мельничная, 4, Москва", "room", "rent")
    assert (room["price"], room["area"], room["floor"], room["rooms"]) == ("45000", "18.5", "3", "")
    assert (house["address"], house["kind"], house["purpose"]) == ("Мира, 1", "house", "sale")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<realty-feed/>", "no offer"),
        ("{}", "no feed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><realty-feed><offer/></realty-feed>', "no feed"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_feed_is_refused(content: str, said: str, encoding: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(foreign_feed(ImportFile("x.xml", content.encode(encoding)), None))
