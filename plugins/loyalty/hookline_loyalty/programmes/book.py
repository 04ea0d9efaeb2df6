"""The book: everything that decides about one bill, as plain values. `reading` fills it in, `quoting` works with it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hookline_loyalty.programmes.bill import BillLine
from hookline_loyalty.programmes.cents import NOTHING, ONE


@dataclass(frozen=True)
class Scope:
    """Goods: those of some categories and some products. An empty one means all of them."""

    categories: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.categories or self.products)

    def covers(self, line: BillLine) -> bool:
        """Whether a line is among them."""
        return not self or self.names(line)

    def names(self, line: BillLine) -> bool:
        """Whether a line is named by them: an empty scope names nothing."""
        return folded(line.category) in self.categories or folded(line.product) in self.products


@dataclass(frozen=True)
class Points:
    """The programme of points that is in force."""

    id: int
    name: str
    worth: Decimal = Decimal("0.01")
    rounding: str = "down"
    # At most so many per cent of a bill are paid by discounts and points together.
    most: Decimal = Decimal(100)
    excluded: Scope = Scope()


@dataclass(frozen=True)
class Rule:
    """What is earned: so many points for each amount, visit or item."""

    id: int
    name: str
    per: str
    points: Decimal
    each: Decimal = ONE
    minimum: Decimal = NOTHING
    scope: Scope = Scope()


@dataclass(frozen=True)
class Window:
    """A multiplier that is open at the moment of the bill."""

    id: int
    name: str
    factor: Decimal
    scope: Scope = Scope()


@dataclass(frozen=True)
class Level:
    """The customer's tier."""

    id: int
    name: str
    multiplier: Decimal = ONE
    discount: Decimal = NOTHING


@dataclass(frozen=True)
class Offer:
    """A coupon with the code that was given for it. `spent` and `own` count how often it was redeemed, in all and by the customer."""

    id: int
    name: str
    code: str
    benefit: str
    on: str = "order"
    percent: Decimal = NOTHING
    amount: Decimal = NOTHING
    most: Decimal | None = None
    minimum: Decimal = NOTHING
    scope: Scope = Scope()
    combines: bool = True
    active: bool = True
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    limit: int | None = None
    spent: int = 0
    own_limit: int | None = None
    own: int = 0
    tiers: frozenset[int] = frozenset()
    # A generated code that has been used, or belongs to somebody else.
    code_used: bool = False
    code_of: int | None = None


@dataclass(frozen=True)
class Pass:
    """A pass: every so-manieth item of some goods is free. `stamps` is how many the customer has."""

    id: int
    name: str
    every: int
    scope: Scope = Scope()
    stamps: int = 0


@dataclass(frozen=True)
class Card:
    """A gift card whose code was given. `problem` is "" or what speaks against it: "ended", "blocked"."""

    id: int
    code: str
    account: int
    balance: Decimal
    problem: str = ""
    ends_on: dt.date | None = None


@dataclass(frozen=True)
class Book:
    """What decides about one bill."""

    currency: str
    today: dt.date
    points: Points | None = None
    rules: Sequence[Rule] = ()
    windows: Sequence[Window] = ()
    level: Level | None = None
    offers: Sequence[Offer] = ()
    passes: Sequence[Pass] = ()
    cards: Sequence[Card] = ()
    # Codes of a coupon of which another code was given too.
    spare: frozenset[str] = frozenset()
    balance: Decimal = NOTHING
    deposit: Decimal = NOTHING
    tier_names: Mapping[int, str] = field(default_factory=dict)


def folded(name: str) -> str:
    """A category, product or code as it is compared."""
    return name.strip().casefold()


def code_of(said: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(said.split()).replace("-", "").upper()
