"""What is kept of tiers: the tiers themselves, which one a customer has, and every change with its reason."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Contact,
    Entity,
    Fields,
    Mapped,
    Text,
    choice,
    day,
    decimal,
    long_text,
    moment,
    money,
    only_one,
    percent,
    ref,
    text,
)

from hookline_loyalty.plugin import MENU, plugin


class Reason(Choices):
    """Why a customer's tier changed, or was kept."""

    earned = "earned", "Earned", "green"
    kept = "kept", "Kept", "blue"
    missed = "missed", "Not kept", "amber"
    given = "given", "Given", "violet"


class Tier(Catalog, plugin=plugin, icon="trophy", sort="from_amount", menu=MENU, menu_order=30):
    """What customers have who buy much: more points, a discount, and whatever else is promised to them.

    It is earned by an amount or by points within the period of the settings, whichever comes first, and kept by as much or
    by what stands here for keeping. Of two tiers the one with the higher amount is above.
    """

    name: Mapped[str] = text("Tier", max_length=80, search=True, list=True)
    from_amount: Mapped[Decimal] = money(
        "From an amount of",
        minimum=0,
        summed=False,
        default=0,
        list=True,
        section="Earned",
        help="Spent within the period.",
    )
    from_points: Mapped[Decimal | None] = decimal(
        "Or from points", minimum=1, maximum=10_000_000, section="Earned", help="Earned within the period."
    )
    keep_amount: Mapped[Decimal | None] = money(
        "With an amount of", minimum=0, section="Kept", help="Empty: as for earning it."
    )
    keep_points: Mapped[Decimal | None] = decimal(
        "Or with points", minimum=1, maximum=10_000_000, section="Kept"
    )
    multiplier: Mapped[Decimal] = decimal(
        "Points, times", minimum=0, maximum=100, default=1, list=True, section="Benefits"
    )
    discount: Mapped[Decimal] = percent(
        "Discount", places=2, minimum=0, maximum=100, default=0, list=True, section="Benefits"
    )
    benefits: Mapped[str | None] = long_text("Benefits", max_length=4000, section="Benefits")


class Membership(Fields[Contact], plugin=plugin, label="Loyalty"):
    """The tier that a customer has, and until when at least."""

    tier: Mapped[int | None] = ref(
        Tier, "Tier", back="Customers", read_only=True, list=True, filter=True, index=True
    )
    tier_since: Mapped[dt.date | None] = day("Tier since", read_only=True, filter=True)
    tier_until: Mapped[dt.date | None] = day("Tier until", read_only=True, filter=True, index=True)


class TierChange(
    Entity, plugin=plugin, label="Change of tier", plural="Changes of tiers", slug="tier_changes",
    icon="history", title="what", sort="-changed_at", by_house=True,
):  # fmt: skip
    """A customer has come into a tier, kept it or lost it, and why."""

    what: Mapped[str] = text("Change", max_length=200, list=True)
    contact: Mapped[int] = ref("contact", "Customer", list=True, filter=True)
    changed_at: Mapped[dt.datetime] = moment("When", list=True, filter=True)
    reason: Mapped[str] = choice("Why", Reason, list=True, filter=True)
    before: Mapped[int | None] = ref(Tier, "Before")
    after: Mapped[int | None] = ref(Tier, "After", list=True, filter=True)
    spent: Mapped[Decimal] = money("Spent in the period", default=0, list=True)
    points: Mapped[Decimal] = decimal("Points in the period", default=0, list=True)


only_one(Tier, "from_amount", text=Text("There is a tier from this amount on already."))
