"""A bill as it is written at the counter: rows of goods, codes, and what of points and deposit is to be used."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from hookline_sdk import Gate, PageRequest, Text

from hookline_loyalty.programmes.bill import Bill, BillLine

_ROWS: Final = 3
_MOST_ROWS: Final = 60
_LONGEST: Final = 200
_LARGEST: Final = Decimal(10_000_000)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass
class Row:
    """A line as it was typed."""

    product: str = ""
    category: str = ""
    quantity: str = ""
    amount: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not (self.product or self.amount)


@dataclass
class Written:
    """What was typed, and what is wrong with it. `key` names the bill, so that one that is sent twice counts once."""

    key: str
    rows: list[Row]
    codes: str = ""
    points: str = ""
    deposit: str = ""
    problems: list[Text] = field(default_factory=list)

    def bill(self, gate: Gate, contact: int | None) -> Bill | None:
        """The bill; None while there is nothing on it, or something is wrong with it."""
        lines = [line for number, row in enumerate(self.rows, 1) if (line := self._line(number, row))]
        points = self._number(self.points, Text("Points to use: this is not a number.")) or Decimal(0)
        deposit = self._number(self.deposit, Text("From the deposit: this is not an amount.")) or Decimal(0)
        if self.problems or not lines:
            return None
        codes = tuple(filter(None, re.split(r"[\s,;]+", self.codes)))
        return Bill(lines, gate.now, contact, codes, points, deposit)

    def _line(self, number: int, row: Row) -> BillLine | None:
        if row.is_empty:
            return None
        wrong = Text("Line %(number)s: this is not an amount.", number=number)
        amount = self._number(row.amount, wrong)
        quantity = self._number(row.quantity or "1", Text("Line %(number)s: how many?", number=number))
        if amount is None or not quantity:
            if row.amount == "":
                self.problems.append(wrong)
            return None
        return BillLine(row.product or "–", amount, quantity, row.category)

    def _number(self, said: str, wrong: Text) -> Decimal | None:
        """A number as people type it: 4.50 or 4,50."""
        plain = re.sub(r"[\s\u00a0]", "", said).replace(",", ".")
        if not plain:
            return None
        try:
            found = Decimal(plain)
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or not 0 <= found <= _LARGEST or found != found.quantize(Decimal("0.01")):
            self.problems.append(wrong)
            return None
        return found


def written(asked: PageRequest) -> Written:
    """What stands in the address of the page, or was sent."""
    sent: Mapping[str, Sequence[str]] = asked.repeated
    one = asked.form if asked.is_post or asked.form else asked.query
    columns = [sent.get(name, ()) for name in ("product", "category", "quantity", "amount")]
    count = min(max((len(column) for column in columns), default=0), _MOST_ROWS)
    rows = [
        Row(*(column[place].strip()[:_LONGEST] if place < len(column) else "" for column in columns))
        for place in range(count)
    ]
    rows = [row for row in rows if not row.is_empty]
    blank = max(_ROWS - len(rows), 1 + ("more" in one) * 2)
    key = one.get("key", "")
    return Written(
        key if _KEY.fullmatch(key) else secrets.token_urlsafe(16),
        [*rows, *(Row() for _ in range(blank))],
        one.get("codes", "")[:_LONGEST],
        one.get("points", "")[:20],
        one.get("deposit", "")[:20],
    )
