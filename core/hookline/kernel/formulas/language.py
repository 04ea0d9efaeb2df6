"""Formulas written by administrators: what a field is worked out from, and conditions.

    parse("if(amount > 1000, round(amount * probability / 100, 2), 0)", {"amount", "probability"})

Nothing is ever run as Python. Arithmetic is decimal. What is not known stays so: an empty field makes an
empty result, unless a function says otherwise, and so do a division by zero, a number or text too large to
keep, and an operation that its operands do not have. Of the operands of `and` and `or` one may decide alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from hookline.kernel.formulas.nodes import (
    EXACT,
    Comparison,
    FieldName,
    Literal,
    Node,
    Scene,
    Value,
    bounded,
)
from hookline.kernel.formulas.syntax import parse_source


@dataclass(frozen=True)
class Formula:
    """A formula that was understood; made by `parse`."""

    source: str
    root: Node

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the fields it depends on."""
        return frozenset(self.root.fields())

    @cached_property
    def compared(self) -> frozenset[tuple[str, str]]:
        """The fields that are asked whether they are, or are not, a certain text, with these texts."""
        return frozenset(_compared(self.root))

    def evaluate(self, values: Mapping[str, object], today: date) -> Value:
        """The result: a Decimal, str, bool or date; None where it is not known. Names not given are empty.

        Of a point in time its day in UTC is taken, of a length of time its hours.
        """
        return self.root.evaluate(Scene({name: _own(values.get(name)) for name in self.fields}, today))

    def holds(self, values: Mapping[str, object], today: date) -> bool:
        """Whether the formula, as a condition, is known to be true."""
        return self.evaluate(values, today) is True


def parse(source: str, known_fields: Collection[str]) -> Formula:
    """Understand a formula. Raises BadValue with its place, and the right name for one misspelt."""
    return Formula(source, parse_source(source, known_fields))


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Comparison) and node.sign in ("=", "!="):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, FieldName) and isinstance(other, Literal) and isinstance(other.value, str):
                yield one.name, other.value
    for part in node.parts():
        yield from _compared(part)


def _own(value: object) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | Decimal):
        return bounded(Decimal(value))
    if isinstance(value, timedelta):
        return bounded(EXACT.divide(Decimal(value // timedelta(seconds=1)), Decimal(3_600)))
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    return value if isinstance(value, date) else None
