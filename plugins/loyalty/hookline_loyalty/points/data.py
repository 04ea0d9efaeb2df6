"""What customers have in hand: accounts of points, stamps and money, and the entries that only ever come to them."""

import datetime as dt
from decimal import Decimal
from typing import cast

from hookline_sdk import (
    Choices,
    Entity,
    Mapped,
    choice,
    day,
    decimal,
    integer,
    moment,
    person,
    ref,
    sequence,
    text,
)
from sqlalchemy import CheckConstraint, Table

from hookline_loyalty.plugin import MENU, plugin


class Unit(Choices):
    """What an account counts."""

    points = "points", "Points", "violet"
    stamps = "stamps", "Stamps", "amber"
    gift = "gift", "Gift card", "green"
    deposit = "deposit", "Deposit", "blue"


class Kind(Choices):
    """What an entry does."""

    earn = "earn", "Earned", "green"
    burn = "burn", "Used", "violet"
    expire = "expire", "Expired", "gray"
    back = "back", "Given back", "blue"
    taken = "taken", "Taken back", "amber"
    settle = "settle", "Kept for what was owed", "orange"
    adjust = "adjust", "Corrected", "red"


class Account(Entity, plugin=plugin, icon="wallet", title="number", menu=MENU, menu_order=60, by_house=True):
    """What somebody has in one unit. What stands in it is the sum of its entries, and never below nothing.

    `owed` are points that were taken back when they had been used already: what comes next pays them first. A gift card
    that belongs to whoever carries it has no customer.
    """

    number: Mapped[str] = sequence("Account", "L-{n:06}")
    contact: Mapped[int | None] = ref("contact", "Customer", list=True, filter=True)
    unit: Mapped[str] = choice("Unit", Unit, default=Unit.points, list=True, filter=True)
    purpose: Mapped[str | None] = text("For", max_length=160, list=True, search=True)
    balance: Mapped[Decimal] = decimal(
        "Balance", minimum=0, default=0, read_only=True, list=True, filter=True, index=True
    )
    owed: Mapped[Decimal] = decimal("Owed", minimum=0, default=0, read_only=True, filter=True)
    next_on: Mapped[dt.date | None] = day(
        "Next expiry",
        read_only=True,
        list=True,
        filter=True,
        index=True,
        help="The last day of what ends first",
    )
    next_amount: Mapped[Decimal | None] = decimal("Expires then", read_only=True)
    joined: Mapped[int | None] = integer("Went up in", read_only=True, hidden=True)
    warned_on: Mapped[dt.date | None] = day("Warned of", read_only=True, hidden=True)
    series: Mapped[str | None] = text("Series", max_length=100, hidden=True)
    # "contact/unit/series": one account of each, however many open it at once; empty for a bearer's.
    key: Mapped[str | None] = text("Key", max_length=160, hidden=True, unique=True)


for _column in ("balance", "owed"):
    # Behind every rule the database itself refuses less than nothing.
    cast(Table, Account.__table__).append_constraint(
        CheckConstraint(f"{_column} >= 0", name=f"ck_loyalty_account_{_column}")
    )


class Entry(
    Entity,
    plugin=plugin,
    plural="Entries",
    slug="entries",
    icon="list",
    title="why",
    sort="-at",
    by_house=True,
):
    """A movement of an account. It is written once and stays; what was wrong is put right by another one.

    What comes in is a lot with a day on which it ends; whatever goes out names the lot that it is taken from.
    """

    why: Mapped[str] = text("Why", max_length=300, search=True, list=True)
    account: Mapped[int] = ref("loyalty_account", "Account", list=True, filter=True)
    kind: Mapped[str] = choice("Kind", Kind, list=True, filter=True)
    amount: Mapped[Decimal] = decimal("Amount", list=True, filter=True)
    owed: Mapped[Decimal] = decimal("Owed", default=0)
    at: Mapped[dt.datetime] = moment("When", list=True, filter=True, index=True)
    expires_on: Mapped[dt.date | None] = day("Ends", list=True, filter=True, help="The last day of a lot")
    by: Mapped[int | None] = person("By", list=True, filter=True)
    receipt: Mapped[int | None] = ref("loyalty_receipt", "Purchase", filter=True)
    lot: Mapped[int | None] = ref("loyalty_entry", "Of the lot", help="Empty: it is a lot of its own.")
    reverses: Mapped[int | None] = ref("loyalty_entry", "Takes back")
    source: Mapped[str] = text("Source", max_length=200, index=True, help="The line that it stands on")
    told: Mapped[str | None] = text("Told", max_length=2000, hidden=True)
    # What was booked once is never booked again, whoever may try.
    key: Mapped[str] = text("Key", max_length=300, hidden=True, unique=True)
