"""`Purchase`: somebody has bought something. Told for every deal that is won, and by plugins for what they sell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from hookline.crm.catalogs import Product
from hookline.crm.core import core
from hookline.crm.deals import Deal, Outcome
from hookline.kernel.gate import Gate
from hookline.kernel.own_events import Event
from hookline.kernel.schema import EntityInfo
from hookline.kernel.shown import Money

Values = Mapping[str, Any]
Saved = Sequence[tuple[int, int, Values, Values]]

# What a purchase is made of: when one of these changes in a won deal, it is told anew.
_TOLD_OF = (
    "outcome", "name", "amount", "currency", "product", "company", "contact", "closed_on", "trashed_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PurchaseItem:
    """What was bought, a line of it: `amount` is what the whole quantity cost, in the purchase's currency."""

    product: str
    amount: Decimal
    category: str = ""
    quantity: Decimal = Decimal(1)


class Purchase(Event, plugin=core):
    """Somebody has bought something, for `amount`; `what` says it in words, `bought_at` when (aware).

    `source` names the line it stands on, such as "deal:7" or "coffee_shop_sale:12/3". A later event of the same source takes
    the place of the earlier one; with `reversed` the line no longer counts. Keep `source` and `id` of what has been counted,
    and pass over a lower `id`: then nothing counts twice, whatever comes again or late. `items` are its lines where the seller
    knows them: for a deal, its product.
    """

    source: str
    what: str
    amount: Money
    bought_at: datetime
    contact: int | None = None
    company: int | None = None
    reversed: bool = False
    items: list[PurchaseItem] = field(default_factory=list)


@core.follow(Deal)
def tell_of_won_deals(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A deal that is won is a purchase; one that is won no longer takes it back."""
    counted: list[tuple[int, Values, bool]] = []
    for id, _, before, values in saved:
        after = _after(what, before, values, gate)
        was, now = _counts(before), _counts(after)
        if now and (not was or any(before.get(name) != after.get(name) for name in _TOLD_OF)):
            counted.append((id, after, False))
        elif was and not now:
            counted.append((id, before, True))
    names = _products(gate, {deal["product"] for _, deal, _ in counted if deal.get("product")})
    for id, deal, is_reversed in counted:
        purchase = _purchase(id, deal, names.get(deal.get("product") or 0), gate)
        gate.emit(replace(purchase, reversed=is_reversed), about=f"{info.name}:{id}")


def _after(what: str, before: Values, values: Values, gate: Gate) -> Values:
    """How the record stands after a change; nothing when it is gone."""
    if what == "erased":
        return {}
    moved: Mapping[str, Values] = {"trashed": {"trashed_at": gate.now}, "restored": {"trashed_at": None}}
    return {**before, **values, **moved.get(what, {})}


def _counts(deal: Values) -> bool:
    """Whether a deal is a purchase: won, for an amount, and not in the trash."""
    return (
        deal.get("outcome") == Outcome.won and deal.get("amount") is not None and not deal.get("trashed_at")
    )


def _products(gate: Gate, ids: set[int]) -> Mapping[int, str]:
    """What they are called, whoever may read it: the purchase is the house's to tell."""
    if not ids:
        return {}
    house = gate.as_house("a purchase names what was sold")
    return dict(house.rows(select(Product.id, Product.name).where(Product.id.in_(ids))))


def _purchase(id: int, deal: Values, product: str | None, gate: Gate) -> Purchase:
    day, amount = deal.get("closed_on"), Decimal(deal["amount"])
    return Purchase(
        source=f"deal:{id}",
        what=deal["name"],
        amount=Money(amount, deal.get("currency")),
        bought_at=min(datetime.combine(day, time(12), UTC), gate.now) if day else gate.now,
        contact=deal.get("contact"),
        company=deal.get("company"),
        items=[PurchaseItem(product=product, amount=amount)] if product else [],
    )
