"""What is kept of programmes: what is earned and when more of it, what passes give, and what each bill came to."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import available_timezones

from hookline_sdk import (
    Catalog,
    Choices,
    Entity,
    Mapped,
    Problem,
    Settings,
    Text,
    choice,
    day,
    decimal,
    integer,
    long_text,
    moment,
    money,
    only_one,
    percent,
    ref,
    text,
    yes_no,
)

from hookline_loyalty.plugin import MENU, plugin

CATEGORIES = "Separated by commas; empty for all."
_GOODS = "Goods"


@plugin.settings("Loyalty programmes", icon="sparkles")
class Terms(Settings):
    """Where the house is, and over which time tiers are earned and kept."""

    zone: Mapped[str] = text(
        "Time zone",
        max_length=60,
        default="UTC",
        help="Of windows, days and birthdays, such as Europe/Berlin.",
    )
    tier_months: Mapped[int] = integer(
        "Tiers count the last, months", minimum=1, maximum=60, default=12, help="And last as long."
    )
    grace_days: Mapped[int] = integer(
        "Days of grace", minimum=0, maximum=366, default=30, help="Before a customer is moved down."
    )

    def check(self) -> Iterator[Problem]:
        """The time zone is one that is known."""
        if self.zone not in available_timezones():
            yield Problem("zone", Text("There is no such time zone."))


class ProgrammeKind(Choices):
    """What a programme gives."""

    points = "points", "Points", "violet"
    stamps = "stamps", "Pass with stamps", "amber"


class ProgrammeState(Choices):
    """Whether it is in force."""

    draft = "draft", "Draft", "gray"
    active = "active", "In force", "green"
    ended = "ended", "Ended", "gray"


class Rounding(Choices):
    """To which whole number of points."""

    down = "down", "Down"
    nearest = "nearest", "To the nearest"
    up = "up", "Up"


class Per(Choices):
    """What points are given for."""

    amount = "amount", "Amount spent", "blue"
    visit = "visit", "Visit", "violet"
    item = "item", "Item bought", "amber"


class Programme(Catalog, plugin=plugin, icon="sparkles", menu=MENU, menu_order=20):
    """What customers get for buying: points by rules, or a pass on which every so-manieth item is free."""

    name: Mapped[str] = text("Programme", max_length=120, search=True, list=True)
    kind: Mapped[str] = choice("Kind", ProgrammeKind, default=ProgrammeKind.points, list=True, filter=True)
    state: Mapped[str] = choice("State", ProgrammeState, default=ProgrammeState.draft, list=True, filter=True)
    starts_on: Mapped[dt.date | None] = day("From", list=True, filter=True)
    ends_on: Mapped[dt.date | None] = day("Until", list=True, filter=True)
    note: Mapped[str | None] = long_text("Terms", max_length=4000, help="As customers are told.")

    worth: Mapped[Decimal | None] = decimal(
        "A point is worth", places=4, minimum=0, maximum=10_000, default=Decimal("0.01"), section="Points",
        shown_when='kind = "points"', help="In the currency of the house: 0.01 makes 100 points worth 1.",
    )  # fmt: skip
    rounding: Mapped[str] = choice(
        "Points of a bill are rounded", Rounding, default=Rounding.down, section="Points",
        shown_when='kind = "points"', help="Once, when all rules have been added up.",
    )  # fmt: skip
    lifetime: Mapped[int | None] = integer(
        "Points last, days", minimum=1, maximum=7300, default=365, section="Points",
        shown_when='kind = "points"', help="Empty: they never expire.",
    )  # fmt: skip
    most: Mapped[Decimal] = percent(
        "Discounts and points pay at most", places=2, minimum=0, maximum=100, default=Decimal(70),
        section="Points", shown_when='kind = "points"', help="Of a bill, without what is free.",
    )  # fmt: skip
    excluded_categories: Mapped[str | None] = text(
        "Excluded categories", max_length=1000, section="Points", shown_when='kind = "points"',
        help="They earn nothing, and neither discounts nor points pay for them. Separated by commas.",
    )  # fmt: skip
    excluded_products: Mapped[str | None] = text(
        "Excluded products", max_length=1000, section="Points", shown_when='kind = "points"'
    )
    birthday: Mapped[int | None] = integer(
        "For the birthday, points", minimum=1, maximum=1_000_000, section="Presents",
        shown_when='kind = "points"', help="Once a year.",
    )  # fmt: skip
    referrer: Mapped[int | None] = integer(
        "For bringing somebody, points", minimum=1, maximum=1_000_000, section="Presents",
        shown_when='kind = "points"', help="After the first purchase of who was brought.",
    )  # fmt: skip
    referred: Mapped[int | None] = integer(
        "For who was brought, points", minimum=1, maximum=1_000_000, section="Presents",
        shown_when='kind = "points"',
    )  # fmt: skip

    every: Mapped[int | None] = integer(
        "Free is every", minimum=2, maximum=100, default=10, section="Pass", shown_when='kind = "stamps"',
        required_when='kind = "stamps"', help="10: nine are paid for, the tenth is free. The cheapest ones are free.",
    )  # fmt: skip
    categories: Mapped[str | None] = text(
        "Categories", max_length=1000, section="Pass", shown_when='kind = "stamps"', help=CATEGORIES
    )
    products: Mapped[str | None] = text(
        "Products", max_length=1000, section="Pass", shown_when='kind = "stamps"', help=CATEGORIES
    )


class EarnRule(Catalog, plugin=plugin, label="Rule", plural="Rules", slug="rules", icon="list-checks"):
    """So many points for each amount, visit or item."""

    name: Mapped[str] = text("Rule", max_length=120, search=True, list=True)
    programme: Mapped[int] = ref(Programme, "Programme", back="Rules", list=True, filter=True)
    per: Mapped[str] = choice("For each", Per, default=Per.amount, list=True)
    points: Mapped[Decimal] = decimal("Points", places=2, minimum=0, maximum=1_000_000, default=1, list=True)
    each: Mapped[Decimal | None] = money(
        "Amount", minimum=0, default=1, list=True, summed=False, shown_when='per = "amount"',
        required_when='per = "amount"', help="1 point for each 10: 10 stands here.",
    )  # fmt: skip
    minimum: Mapped[Decimal | None] = money("Bills from", minimum=0, list=True, summed=False)
    categories: Mapped[str | None] = text("Categories", max_length=1000, section=_GOODS, help=CATEGORIES)
    products: Mapped[str | None] = text("Products", max_length=1000, section=_GOODS, help=CATEGORIES)


class Multiplier(Catalog, plugin=plugin, icon="calendar-clock"):
    """More points at some times. Of several that are open at once the highest counts."""

    name: Mapped[str] = text("Multiplier", max_length=120, search=True, list=True)
    programme: Mapped[int] = ref(Programme, "Programme", back="Multipliers", list=True, filter=True)
    factor: Mapped[Decimal] = decimal("Times", places=2, minimum=1, maximum=100, default=2, list=True)
    rule: Mapped[str] = text(
        "Days, as an RRULE", max_length=300, default="FREQ=DAILY",
        help="FREQ=WEEKLY;BYDAY=MO,TU for each Monday and Tuesday, FREQ=MONTHLY;BYDAY=1FR for the first Friday of a month.",
    )  # fmt: skip
    starts_on: Mapped[dt.date] = day("From", list=True, help="The days are counted from here.")
    ends_on: Mapped[dt.date | None] = day("Until", list=True)
    from_hour: Mapped[int | None] = integer("From the hour", minimum=0, maximum=23)
    to_hour: Mapped[int | None] = integer("To the hour", minimum=1, maximum=24)
    categories: Mapped[str | None] = text("Categories", max_length=1000, section=_GOODS, help=CATEGORIES)
    products: Mapped[str | None] = text("Products", max_length=1000, section=_GOODS, help=CATEGORIES)


class Settlement(Entity, plugin=plugin, icon="receipt", title="what", sort="-settled_at", by_house=True):
    """What a bill came to, once for each source: what was taken off, paid with points and cards, and earned."""

    what: Mapped[str] = text("What", max_length=300, search=True, list=True)
    source: Mapped[str] = text("Source", max_length=200, unique=True, search=True)
    contact: Mapped[int | None] = ref("contact", "Customer", list=True, filter=True)
    receipt: Mapped[int | None] = ref("loyalty_receipt", "Receipt", back="Settlements")
    programme: Mapped[int | None] = ref(Programme, "Programme", back="Settlements", filter=True)
    settled_at: Mapped[dt.datetime] = moment("Settled", list=True, filter=True, index=True)
    settled_on: Mapped[dt.date] = day("Day", filter=True, index=True)
    total: Mapped[Decimal] = money("Bill", list=True)
    discount: Mapped[Decimal] = money("Taken off", default=0, list=True)
    points_used: Mapped[Decimal] = decimal("Points used", default=0)
    points_worth: Mapped[Decimal] = money("Paid with points", default=0)
    cards: Mapped[Decimal] = money("Paid with cards and deposit", default=0)
    due: Mapped[Decimal] = money("Paid", default=0, list=True)
    earned: Mapped[Decimal] = decimal("Points earned", default=0, list=True)
    turn: Mapped[int] = integer("Turn", default=0, hidden=True)
    event: Mapped[int] = integer("Event", default=0, hidden=True)
    back: Mapped[Decimal] = percent("Taken back, %", places=4, default=0)
    reversed: Mapped[bool] = yes_no("Taken back", filter=True)
    # The effects of the quote and what was booked, as JSON.
    told: Mapped[str | None] = long_text("Told", hidden=True)


only_one(
    Programme, "kind", where={"kind": ("points",), "state": ("active",)},
    text=Text("A programme of points is in force already. End it first."),
)  # fmt: skip
