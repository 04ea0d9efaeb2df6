"""What the customers of a segment buy less than others like them: those outside of it who stand in the same value groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline_sdk import Contact, Gate, func, select
from sqlalchemy import ColumnElement

from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.value.baskets import Bought, Conditions
from hookline_loyalty.value.data import Standing

# A difference of fewer customers is chance, and so is one to a group of fewer others.
LEAST_LACKING: Final = 3
_LEAST_ALIKE: Final = 20


@dataclass(frozen=True)
class Lack:
    """A product that fewer have bought than of those like them: how many did, would have, and how many are missing."""

    product: str
    bought: int
    alike: float

    @property
    def missing(self) -> float:
        return self.alike - self.bought


def lacking(
    gate: Gate, which: Conditions, inside: ColumnElement[bool], known: Sequence[Bought]
) -> list[Lack]:
    """What is lacking, most customers first. `which` receipts count, `inside` tells those of the segment; three statements.

    So that a segment of champions is not compared with passers-by, the shares of the others are weighed as the segment's
    customers stand in the value groups.
    """
    ours = _sizes(gate, [*which, inside])
    theirs = {group: size for group, size in _sizes(gate, [*which, ~inside]).items() if size >= _LEAST_ALIKE}
    asked = (
        _grouped(
            select(Standing.value_group, ReceiptLine.product, func.count(func.distinct(Receipt.contact)))
        )
        .join(ReceiptLine, ReceiptLine.receipt == Receipt.id)
        .where(*which, ~inside)
        .group_by(Standing.value_group, ReceiptLine.product)
    )
    bought = {each.product: each.customers for each in known}
    alike: dict[str, float] = {}
    for group, product, customers in gate.rows(asked):
        if group in theirs:
            alike[product] = alike.get(product, 0.0) + ours.get(group, 0) * customers / theirs[group]
    found = [Lack(product, bought.get(product, 0), number) for product, number in alike.items()]
    return sorted(
        (each for each in found if each.missing >= LEAST_LACKING),
        key=lambda each: (-each.missing, each.product),
    )


def _sizes(gate: Gate, which: Conditions) -> Mapping[str | None, int]:
    """How many customers with such receipts stand in each group."""
    asked = _grouped(select(Standing.value_group, func.count(func.distinct(Receipt.contact))))
    return dict(gate.rows(asked.where(*which).group_by(Standing.value_group)))


def _grouped(asked: Any) -> Any:
    return asked.select_from(Receipt).join(Contact, Receipt.contact == Contact.id)
