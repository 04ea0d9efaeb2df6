"""A plugin for the tests of lists: trees with a field of every kind that can be filtered or sorted by."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    Choices,
    choice,
    day,
    decimal,
    email_address,
    integer,
    long_text,
    moment,
    money,
    multi_choice,
    percent,
    person,
    phone_number,
    ref,
    references,
    text,
    time_span,
    yes_no,
)  # fmt: skip
from hookline.kernel.kinds import Reader
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.plugin import Plugin
from sqlalchemy.orm import Mapped

from tests.town import NOW, Town, build_town, open_town

orchard = Plugin("orchard")
READER = Reader(now=NOW, zone="Europe/Berlin")


class Fruit(Choices):
    """What grows on it."""

    apple = "apple", "Apple", "green"
    pear = "pear", "Pear", "amber"
    plum = "plum", "Plum", "violet"


class Use(Choices):
    """What the fruit is good for."""

    juice = "juice", "Juice"
    cake = "cake", "Cake"


class Tree(Entity, plugin=orchard, menu="Sales"):
    """A tree."""

    name: Mapped[str] = text("Name", search=True, list=True)
    fruit: Mapped[str | None] = choice("Fruit", Fruit, filter=True, index=True, list=True)
    uses: Mapped[tuple[str, ...]] = multi_choice("Uses", Use)
    height: Mapped[int | None] = integer("Height", filter=True, list=True)
    crown: Mapped[Decimal | None] = decimal("Crown")
    price: Mapped[Decimal | None] = money("Price", list=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    sugar: Mapped[Decimal | None] = percent("Sugar", places=1)
    planted: Mapped[dt.date | None] = day("Planted", filter=True)
    watered_at: Mapped[dt.datetime | None] = moment("Watered")
    work: Mapped[dt.timedelta | None] = time_span("Work")
    sick: Mapped[bool] = yes_no("Sick")
    gardener: Mapped[int | None] = person("Gardener")
    buyer: Mapped[int | None] = ref("company", "Buyer")
    tasters = references("contact", "Tasters")
    contact: Mapped[str | None] = email_address("Contact")
    phone: Mapped[str | None] = phone_number("Phone")
    story: Mapped[str | None] = long_text("Story", search=True)


def plant_orchard(url: str) -> Town:
    """The town with an orchard. `town.ids` names its trees: Braeburn, Conference, Виктория and an unnamed sapling."""
    bare = open_town(url, [orchard])
    migrate(bare.installation.database, bare.installation.host)
    bare.installation.database.close()
    town = build_town(url, [orchard])
    with town.house() as gate:
        for name, values in _trees(town).items():
            town.ids[name] = gate.create(Tree, {"name": name, **values})
    return town


def enter_orchard(url: str) -> Town:
    """The town over a database in which it has been built with its orchard."""
    return open_town(url, [orchard])


@contextmanager
def open_orchard(url: str) -> Iterator[Town]:
    """Planted for this block alone."""
    town = plant_orchard(url)
    try:
        yield town
    finally:
        town.installation.database.close()


def _trees(town: Town) -> dict[str, dict[str, Any]]:
    ids, hour = town.ids, dt.timedelta(hours=1)
    return {
        "Braeburn": {
            "fruit": "apple", "uses": ("juice", "cake"), "height": 3, "crown": Decimal("2.50"), "price": Decimal("84.60"),
            "currency": "EUR", "sugar": Decimal("12.5"), "planted": dt.date(2026, 3, 17), "watered_at": NOW - hour,
            "work": 2 * hour, "sick": True, "gardener": ids["boris"], "buyer": ids["acme"],
            "tasters": (ids["helen"], ids["ivan"]),
            "contact": "red@orchard.example", "phone": "+442071838750", "story": "Old and red", "owner": ids["boris"],
            "team": ids["north"],
        },
        "Conference": {
            "fruit": "pear", "uses": ("cake",), "height": 5, "crown": Decimal("3.25"), "price": Decimal(120), "currency": "USD",
            "planted": dt.date(2026, 3, 1), "watered_at": NOW - 30 * hour, "gardener": ids["clara"], "tasters": (ids["ivan"],),
            "owner": ids["clara"], "team": ids["south"],
        },
        "Виктория": {
            "fruit": "plum", "height": 2, "planted": dt.date(2025, 10, 4), "watered_at": NOW + 20 * hour, "work": hour,
            "story": "Сливы для пирога", "owner": ids["clara"], "team": ids["south"],
        },
        "Sapling": {"owner": ids["boris"], "team": ids["north"]},
    }  # fmt: skip
