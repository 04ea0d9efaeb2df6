"""How a language writes numbers, amounts and dates: asked of Babel once, because lists hold thousands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_percent, get_decimal_symbol, get_group_symbol

# Signs that only one currency uses, where Babel falls back to the code ("RUB84,600" in English).
_SIGNS: Final = {"RUB": "₽", "UAH": "₴", "KZT": "₸", "GEL": "₾", "AMD": "֏", "TRY": "₺", "AZN": "₼"}


@dataclass(frozen=True)
class NumberStyle:
    """The marks around and inside a language's numbers."""

    group: str
    point: str
    percent: str
    """What follows a percentage."""
    marks: Mapping[int, str]
    """For `str.translate`, from Python's own "1,234.5"."""


@dataclass(frozen=True)
class AmountStyle:
    """What stands before and after an amount in one currency."""

    before: str
    after: str


@lru_cache(maxsize=64)
def number_style(language: str) -> NumberStyle:
    locale = known_locale(language)
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    percent = format_percent(Decimal("0.01"), locale=locale).removeprefix("1")
    return NumberStyle(group, point, percent, str.maketrans({",": group, ".": point}))


@lru_cache(maxsize=512)
def amount_style(language: str, currency: str) -> AmountStyle:
    """Taken from how Babel writes 1, with the currency's sign in place of its code."""
    written = format_currency(
        Decimal(1), currency, locale=known_locale(language), currency_digits=False, format=None
    )
    before, _, rest = written.partition("1")
    after = rest.lstrip(".,0")
    sign = _SIGNS.get(currency, currency)
    before, after = before.replace(currency, sign), after.replace(currency, sign)
    # A sign that ends in a letter would run into the number.
    return AmountStyle(f"{before}\N{NO-BREAK SPACE}" if before[-1:].isalpha() else before, after)


@lru_cache(maxsize=64)
def month_names(language: str) -> tuple[str, ...]:
    """Short names as they stand in a date; index 0 is unused."""
    names = known_locale(language).months["format"]["abbreviated"]
    return ("", *(names[month] for month in range(1, 13)))


@lru_cache(maxsize=64)
def weekday_names(language: str) -> tuple[str, ...]:
    """Short names, Monday first."""
    names = known_locale(language).days["format"]["abbreviated"]
    return tuple(names[day] for day in range(7))


def known_locale(language: str) -> Locale:
    """The language's locale; English where nobody knows the language."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
