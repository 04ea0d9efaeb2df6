"""Promotions: which of them a unit has on a day, and what it costs with the best one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Gate, select

from hookline_real_estate.pricing.data import Promotion

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Offer:
    """A promotion as far as it matters to a price."""

    id: int
    name: str
    ends_on: dt.date
    percent: Decimal | None
    amount: Decimal | None
    layouts: frozenset[int]
    floors: tuple[int | None, int | None]

    def covers(self, layout: int | None, floor: int) -> bool:
        """Whether a unit is among those it is for."""
        least, most = self.floors
        return (
            (not self.layouts or layout in self.layouts)
            and (least is None or floor >= least)
            and (most is None or floor <= most)
        )

    def price(self, list_price: Decimal) -> Decimal:
        """What is asked with it, never less than nothing."""
        off = list_price * self.percent / 100 if self.percent else self.amount or Decimal(0)
        return max(list_price - off, Decimal(0)).quantize(_CENT)


def offers_of(gate: Gate, whole: int, day: dt.date) -> list[Offer]:
    """The promotions of a complex on a day."""
    found = select(Promotion.id).where(
        Promotion.complex == whole, Promotion.starts_on <= day, Promotion.ends_on >= day
    )
    ids = [id for (id,) in gate.rows(found.order_by(Promotion.id))]
    layouts = gate.linked(gate.schema[Promotion], ids)
    return [
        Offer(
            each.id, each.name, each.ends_on, each.percent, each.amount,
            frozenset(layouts[each.id]["layouts"]), (each.floor_from, each.floor_to),
        )
        for each in gate.several(Promotion, ids)
    ]  # fmt: skip


def best_of(
    offers: Iterable[Offer], price: Decimal | None, layout: int | None, floor: int
) -> tuple[Offer, Decimal] | None:
    """The promotion with which a unit costs least, and what it then costs."""
    if price is None:
        return None
    fitting: Sequence[tuple[Offer, Decimal]] = [
        (offer, offer.price(price)) for offer in offers if offer.covers(layout, floor)
    ]
    return min(fitting, key=lambda pair: pair[1], default=None)
