"""A bill as somebody asks about it, and the quote: what it costs, what applied and what did not, and what it earns."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from hookline_sdk import Text

from hookline_loyalty.programmes.cents import NOTHING

# What had, or could have had, an effect on a bill.
Kind: TypeAlias = Literal[
    "pass", "tier", "coupon", "code", "points", "gift", "deposit", "earn", "stamps", "programme"
]


@dataclass(frozen=True)
class BillLine:
    """What is bought, a line of it: `amount` is what the whole quantity costs before anything is taken off."""

    product: str
    amount: Decimal
    quantity: Decimal = Decimal(1)
    category: str = ""


@dataclass(frozen=True)
class Bill:
    """What somebody wants to buy, and with what: codes of coupons and gift cards, points, money from their deposit.

    `paid` bills are of the past, told by whoever sold: nothing is taken off them any more, they only earn.
    """

    lines: Sequence[BillLine]
    at: dt.datetime
    contact: int | None = None
    codes: Sequence[str] = ()
    points: Decimal = NOTHING
    deposit: Decimal = NOTHING
    currency: str | None = None
    paid: bool = False


@dataclass(frozen=True)
class QuoteLine:
    """A line with what it costs now: `amount` = `discount` + `points` + `due`, to the cent."""

    product: str
    category: str
    quantity: Decimal
    amount: Decimal
    discount: Decimal
    points: Decimal
    due: Decimal


@dataclass(frozen=True)
class Effect:
    """One thing that applied, or did not, and why. `amount` is money that it saves or pays; of "earn" and "stamps" their number.

    `record` is what it stands on, such as "loyalty_coupon:7"; `code` the code that was given for it.
    """

    kind: Kind
    name: str
    applied: bool
    why: Text
    amount: Decimal = NOTHING
    record: str = ""
    code: str = ""


@dataclass(frozen=True)
class Stamps:
    """What a bill does to the stamps of a pass: how many it adds, and how many its free items take."""

    programme: int
    name: str
    added: int
    taken: int
    after: int


@dataclass(frozen=True)
class CardUse:
    """What a gift card pays of a bill: the account it stands in."""

    account: int
    code: str
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """What a bill comes to. `total` = `discount` + `points_worth` + `paid_by_cards` + `due`, to the cent."""

    lines: Sequence[QuoteLine]
    effects: Sequence[Effect] = ()
    discount: Decimal = NOTHING
    points_used: Decimal = NOTHING
    points_worth: Decimal = NOTHING
    # The most that may be used on this bill, of which `balance` is what there is.
    points_usable: Decimal = NOTHING
    balance: Decimal = NOTHING
    earned: Decimal = NOTHING
    stamps: Sequence[Stamps] = ()
    cards: Sequence[CardUse] = ()
    deposit: Decimal = NOTHING
    # The ids of the coupons that were applied, with what each takes off.
    coupons: dict[int, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What it would cost without anything."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def paid_by_cards(self) -> Decimal:
        """What gift cards and the deposit pay."""
        return sum((card.amount for card in self.cards), NOTHING) + self.deposit

    @property
    def due(self) -> Decimal:
        """What is left to pay."""
        return sum((line.due for line in self.lines), NOTHING) - self.paid_by_cards
