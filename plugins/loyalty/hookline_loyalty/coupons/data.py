"""What is kept of coupons: what they give to whom and when, their codes, and how often they were redeemed."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Entity,
    Mapped,
    choice,
    day,
    integer,
    moment,
    money,
    percent,
    ref,
    references,
    text,
    yes_no,
)

from hookline_loyalty.plugin import MENU, plugin
from hookline_loyalty.tiers.data import Tier

_WHO = "Limits"
_WHAT = "What it gives"


class Benefit(Choices):
    """What a coupon gives."""

    percent = "percent", "Percentage off", "violet"
    amount = "amount", "Amount off", "blue"
    free = "free", "One item free", "green"


class On(Choices):
    """Of what a coupon takes off."""

    order = "order", "All of these goods"
    cheapest = "cheapest", "The cheapest of them"


class CodeKind(Choices):
    """Which codes a coupon has."""

    single = "single", "One for everybody"
    many = "many", "Many, each once"


class Coupon(Catalog, plugin=plugin, icon="ticket", menu=MENU, menu_order=40):
    """Something off a bill, or an item free, for whoever names its code."""

    name: Mapped[str] = text("Coupon", max_length=120, search=True, list=True)
    codes: Mapped[str] = choice("Codes", CodeKind, default=CodeKind.single, filter=True)
    code: Mapped[str | None] = text(
        "Code", max_length=40, unique=True, search=True, list=True, shown_when='codes = "single"',
        required_when='codes = "single"', help="Upper and lower case, blanks and hyphens make no difference.",
    )  # fmt: skip
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)
    starts_on: Mapped[dt.date | None] = day("From", filter=True)
    ends_on: Mapped[dt.date | None] = day("Until", list=True, filter=True)

    benefit: Mapped[str] = choice(
        "It gives", Benefit, default=Benefit.percent, list=True, filter=True, section=_WHAT
    )
    percent: Mapped[Decimal | None] = percent(
        "Per cent", places=2, minimum=0, maximum=100, list=True, section=_WHAT,
        shown_when='benefit = "percent"', required_when='benefit = "percent"',
    )  # fmt: skip
    amount: Mapped[Decimal | None] = money(
        "Amount", minimum=0, list=True, summed=False, section=_WHAT, shown_when='benefit = "amount"',
        required_when='benefit = "amount"',
    )  # fmt: skip
    on: Mapped[str] = choice(
        "Applies to",
        On,
        default=On.order,
        section=_WHAT,
        shown_when='benefit = "percent" or benefit = "amount"',
    )
    most: Mapped[Decimal | None] = money(
        "At most", minimum=0, section=_WHAT, shown_when='benefit = "percent"'
    )
    categories: Mapped[str | None] = text(
        "Categories", max_length=1000, section=_WHAT, help="Separated by commas; empty for all."
    )
    products: Mapped[str | None] = text(
        "Products", max_length=1000, section=_WHAT, help="Separated by commas; empty for all."
    )

    minimum: Mapped[Decimal | None] = money("Bills from", minimum=0, section=_WHO)
    limit: Mapped[int | None] = integer("Times in all", minimum=1, section=_WHO)
    own_limit: Mapped[int | None] = integer("Times for each customer", minimum=1, section=_WHO)
    tiers = references(Tier, "Only tiers", section=_WHO)
    combines: Mapped[bool] = yes_no(
        "Goes together with other coupons", default=True, section=_WHO,
        help="One that does not stands alone: the better choice for the customer is taken.",
    )  # fmt: skip


class CouponCode(
    Catalog, plugin=plugin, label="Code", plural="Codes", slug="codes", icon="ticket", title="code"
):
    """One of the many codes of a coupon: it can be used once, by one customer if it was made for one."""

    code: Mapped[str] = text("Code", max_length=40, unique=True, search=True, list=True)
    coupon: Mapped[int] = ref(Coupon, "Coupon", back="Codes", list=True, filter=True)
    contact: Mapped[int | None] = ref("contact", "For", list=True, filter=True)
    used: Mapped[bool] = yes_no("Used", list=True, filter=True, read_only=True)


class Redemption(Entity, plugin=plugin, icon="badge-check", title="code", sort="-redeemed_at", by_house=True):
    """A coupon was used: by whom, when, and what it took off."""

    code: Mapped[str] = text("Code", max_length=40, search=True, list=True)
    coupon: Mapped[int] = ref(Coupon, "Coupon", back="Redemptions", list=True, filter=True)
    contact: Mapped[int | None] = ref("contact", "Customer", list=True, filter=True)
    settlement: Mapped[int | None] = ref("loyalty_settlement", "Settlement", back="Redemptions")
    redeemed_at: Mapped[dt.datetime] = moment("Redeemed", list=True, filter=True, index=True)
    amount: Mapped[Decimal] = money("Taken off", default=0, list=True)
    taken_back: Mapped[bool] = yes_no("Taken back", list=True, filter=True)
