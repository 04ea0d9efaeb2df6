"""Sums of number fields by currency, exact beyond 64 bits, packed into one value so that they can ride on another answer.

SQLite refuses a sum that outgrows 64 bits. So the millions of each value are added up apart from the rest, and put
together here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, cast, func, select, type_coerce
from sqlalchemy import Text as SqlText

from hookline.kernel.fields import Field
from hookline.kernel.sql_texts import constant, strung

_MILLION: Final = 1_000_000
# No text that is stored holds these.
_BETWEEN, _AFTER = "\x1f", "\x1e"


@dataclass(frozen=True)
class Figures:
    """How many records there are of one currency, and the sum of each field in its smallest units."""

    currency: str
    count: int
    sums: Sequence[int | None]

    def sum(self, place: int, spec: Field) -> Decimal:
        """One of the sums as a value of its field."""
        return Decimal(self.sums[place] or 0).scaleb(-spec.places)


def packed(source: FromClause, names: Sequence[str]) -> ColumnElement[Any]:
    """The figures of all rows of the source, as a scalar."""
    lines = (
        select(*_figures(source, names)).select_from(source).group_by(*_parted(source)).subquery("figures")
    )
    parts = [func.coalesce(cast(column, SqlText), constant("")) for column in lines.c]
    line: ColumnElement[str] = parts[0]
    for part in parts[1:]:
        line = line.concat(constant(_BETWEEN)).concat(part)
    return select(strung(line, _AFTER)).scalar_subquery()


def unpacked(found: str | None) -> list[Figures]:
    """What `packed` gave."""
    return [figures_of(line.split(_BETWEEN)) for line in (found or "").split(_AFTER) if line]


def by_value(source: FromClause, column: ColumnElement[Any], names: Sequence[str]) -> Select[Any]:
    """The figures by one column's values: rows of the value and what `figures_of` takes."""
    return select(column, *_figures(source, names)).group_by(column, *_parted(source))


def figures_of(row: Sequence[Any]) -> Figures:
    """Figures from currency, count, and two numbers for each sum."""
    halves = [int(part) if part not in (None, "") else None for part in row[2:]]
    pairs = zip(halves[::2], halves[1::2], strict=True)
    whole = [None if high is None or low is None else high * _MILLION + low for high, low in pairs]
    return Figures(row[0] or "", int(row[1]), whole)


def _figures(source: FromClause, names: Sequence[str]) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [_currency(source).label("currency"), func.count().label("count")]
    for name in names:
        units = type_coerce(source.c[name], BigInteger)
        columns += [
            func.sum(units // _MILLION).label(f"{name}_high"),
            func.sum(units % _MILLION).label(f"{name}_low"),
        ]
    return columns


def _currency(source: FromClause) -> ColumnElement[Any]:
    return source.c.currency if "currency" in source.c else constant("")


def _parted(source: FromClause) -> list[ColumnElement[Any]]:
    return [source.c.currency] if "currency" in source.c else []
