"""Its part of the demo: a coffee club with three tiers, quiet mornings that count double, a coupon, a pass and months of visits."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Contact, Gate, Story, select

from hookline_loyalty.bills.settling import settle
from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.data import Benefit, Coupon
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.bill import Bill, BillLine
from hookline_loyalty.programmes.data import (
    EarnRule,
    Multiplier,
    Per,
    Programme,
    ProgrammeKind,
    ProgrammeState,
)
from hookline_loyalty.referrals.data import Referral
from hookline_loyalty.tiers.data import Tier

_GOODS: Final = (
    ("Espresso", "2.40", "Coffee"), ("Cappuccino", "3.60", "Coffee"), ("Flat white", "3.90", "Coffee"),
    ("Croissant", "2.80", "Bakery"), ("Banana bread", "3.50", "Bakery"), ("Beans 250 g", "11.50", "Beans"),
)  # fmt: skip
_VISITORS: Final = 6
_DAYS: Final = 100


@plugin.demo
def club(story: Story, gate: Gate) -> None:
    """What is promised, and months of visits by which it was earned."""
    first = next(iter(story.people.values()))
    starts = story.at(_DAYS).date()
    points = gate.create(
        Programme,
        {
            "name": story.say(first, "Coffee club", "Кофейный клуб"), "state": ProgrammeState.active,
            "starts_on": starts, "worth": Decimal("0.05"), "most": Decimal(70), "birthday": 50, "referrer": 60,
            "referred": 40, "excluded_categories": "Gift cards",
            "note": story.say(first, "A point for each euro; 20 points are worth 1 €.", "Балл за каждый евро; 20 баллов — это 1 €."),
        },
    )  # fmt: skip
    for name, values in _rules(story):
        gate.create(EarnRule, {"name": name, "programme": points, **values})
    quiet = {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE", "from_hour": 8, "to_hour": 11, "factor": Decimal(2)}
    name = story.say(first, "Quiet mornings", "Тихие утра")
    gate.create(Multiplier, {"name": name, "programme": points, "starts_on": starts, **quiet})
    tenth = story.say(first, "The 10th coffee", "Десятый кофе")
    stamps = {
        "kind": ProgrammeKind.stamps,
        "state": ProgrammeState.active,
        "every": 10,
        "categories": "Coffee",
    }
    gate.create(Programme, {"name": tenth, "starts_on": starts, **stamps})
    _tiers(story, gate)
    _coupons(story, gate)
    _visits(story, gate)


def _rules(story: Story) -> Sequence[tuple[str, dict[str, Any]]]:
    first = next(iter(story.people.values()))
    return (
        (story.say(first, "A point for each euro", "Балл за каждый евро"), {"per": Per.amount, "points": Decimal(1)}),
        (
            story.say(first, "5 points for beans", "5 баллов за зёрна"),
            {"per": Per.item, "points": Decimal(5), "categories": "Beans"},
        ),
    )  # fmt: skip


def _tiers(story: Story, gate: Gate) -> None:
    first = next(iter(story.people.values()))
    for english, russian, amount, times, off in (
        ("Bronze", "Бронза", 30, "1", 0), ("Silver", "Серебро", 80, "1.25", 3), ("Gold", "Золото", 160, "1.5", 5),
    ):  # fmt: skip
        benefits = story.say(first, "A drink on the birthday", "Напиток в день рождения") if off else None
        gate.create(
            Tier,
            {
                "name": story.say(first, english, russian), "from_amount": Decimal(amount),
                "keep_amount": Decimal(amount) * Decimal("0.8"), "multiplier": Decimal(times),
                "discount": Decimal(off), "benefits": benefits,
            },
        )  # fmt: skip


def _coupons(story: Story, gate: Gate) -> None:
    first = next(iter(story.people.values()))
    season = {"starts_on": story.at(40).date(), "ends_on": story.at(-20).date()}
    gate.create(
        Coupon,
        {
            "name": story.say(first, "2 € off from 10 €", "2 € с покупки от 10 €"), "code": "BEANS", **season,
            "benefit": Benefit.amount, "amount": Decimal(2), "minimum": Decimal(10), "own_limit": 2, "limit": 200,
        },
    )  # fmt: skip
    gate.create(
        Coupon,
        {
            "name": story.say(first, "A croissant free", "Круассан в подарок"), "code": "CROISSANT", **season,
            "benefit": Benefit.free, "products": "Croissant", "minimum": Decimal(5), "own_limit": 1, "combines": False,
        },
    )  # fmt: skip
    gate.create(GiftCard, {"code": "DEMO-2026-GIFT", "amount": Decimal(50), "ends_on": story.at(-365).date()})


def _visits(story: Story, gate: Gate) -> None:
    """Bills at the till of some customers; what is used and earned follows as in life."""
    contacts = [id for (id,) in gate.rows(select(Contact.id).order_by(Contact.id).limit(_VISITORS))]
    buys_already = {id for (id,) in gate.rows(select(Receipt.contact).where(Receipt.contact.in_(contacts)))}
    fresh = [id for id in contacts if id not in buys_already]
    if len(fresh) > 1:
        gate.create(Referral, {"referrer": fresh[0], "referred": fresh[-1]})
    chance = random.Random(7)  # noqa: S311  # a story that is told alike each time, nothing secret
    number = 0
    for place, contact in enumerate(contacts):
        # Some come every few days, others now and then.
        every = 4 + 5 * place
        for day in range(_DAYS - chance.randint(1, every), 0, -every):
            number += 1
            goods = chance.choices(_GOODS, k=chance.randint(1, 4))
            lines = [BillLine(name, Decimal(price), category=category) for name, price, category in goods]
            codes = ("BEANS",) if day < 30 and chance.random() < 0.4 else ()
            use = Decimal(40) if chance.random() < 0.25 else Decimal(0)
            bill = Bill(lines, story.at(day, chance.randint(8, 17)), contact, codes, use)
            settle(gate, bill, f"till:demo/{number}")
