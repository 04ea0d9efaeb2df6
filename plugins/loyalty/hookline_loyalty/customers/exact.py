"""Numbers that were worked out, as exact ones of so many places."""

from decimal import Decimal
from typing import overload

from hookline_sdk import Percent


@overload
def rounded(number: float, places: int = 2) -> Decimal: ...
@overload
def rounded(number: None, places: int = 2) -> None: ...
@overload
def rounded(number: float | None, places: int = 2) -> Decimal | None: ...
def rounded(number: float | None, places: int = 2) -> Decimal | None:
    """As an exact number of so many places."""
    return None if number is None else Decimal(f"{number:.{places}f}")


def part(of: float, whole: float, places: int = 1) -> Percent | None:
    """A share as a percentage; None of nothing."""
    return Percent(rounded(of / whole * 100, places)) if whole else None
