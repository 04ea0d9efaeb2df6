"""With which mark a column writes its fractions, told from the values: "1.234,5" has a decimal comma."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from hookline.errors import Text
from hookline.kernel.kinds.base import Format, Kind, Reader
from hookline.kernel.kinds.detected import Detected, enough, mostly, readings
from hookline.kernel.kinds.locales import number_style
from hookline.kernel.kinds.money import MoneyKind, has_currency
from hookline.kernel.kinds.numbers import DecimalKind, PercentKind

Point: TypeAlias = Literal[".", ","]
_POINTS: Final[Sequence[Point]] = (".", ",")
_TEXTS: Final[Mapping[Point, str]] = {
    ".": "Numbers are read with a decimal point: %(sample)s.",
    ",": "Numbers are read with a decimal comma: %(sample)s.",
}
# Codes, in which the zeros count.
_LEADING_ZERO: Final = re.compile(r"[+-]?0\d")


def detect_numbers(values: Sequence[str], reader: Reader) -> Detected | None:
    """The kind and the decimal mark of a column of numbers; None where it is no such column."""
    if any(map(_LEADING_ZERO.match, values)):
        return None
    kind = _kind(values)
    read = {point: readings(kind, values, replace(reader, format=Format(decimal=point))) for point in _POINTS}
    counts = {point: sum(value in read[point] for value in values) for point in _POINTS}
    most = max(counts.values())
    if not enough(most, values):
        return None
    point, sure = _likely([point for point in _POINTS if counts[point] == most], reader)
    whole = kind.name == "decimal" and all(map(_is_whole, read[point].values()))
    name = "integer" if whole else kind.name
    sample = _sample(read[point], point)
    if sample is None:
        return Detected(name)
    return Detected(name, Format(decimal=point), Text(_TEXTS[point], sample=sample), sure)


def _kind(values: Sequence[str]) -> Kind:
    if mostly(lambda value: value.endswith("%"), values):
        return PercentKind()
    return MoneyKind() if mostly(has_currency, values) else DecimalKind()


def _likely(possible: Sequence[Point], reader: Reader) -> tuple[Point, bool]:
    """The one possible mark; the language's where a column of "1,234" may be read in both ways."""
    if len(possible) == 1:
        return possible[0], True
    own: Point = "," if number_style(reader.language).point == "," else "."
    return own, False


def _sample(read: Mapping[str, object], point: Point) -> str | None:
    """A value that shows the mark, or else one with the other mark; None where no value has any."""
    marked = sorted(
        (value for value in read if "." in value or "," in value), key=lambda value: point not in value
    )
    return marked[0] if marked else None


def _is_whole(value: object) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()
