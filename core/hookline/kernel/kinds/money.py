"""Amounts of money. The amount is read and kept here; which currency it is in stands in another field."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import list_currencies

from hookline.kernel.kinds.base import Reader, Spec
from hookline.kernel.kinds.locales import amount_style
from hookline.kernel.kinds.numbers import DecimalKind, grouped, not_a_number, read_number

_SIGNS: Final = {
    sign: code
    for code, signs in {
        "EUR": "€ euro euros евро",
        "GBP": "£",
        "USD": "us$ долл доллар доллара долларов",
        "RUB": "₽ р руб рубль рубля рублей",
        "UAH": "₴ грн",
        "KZT": "₸ тенге",
        "TRY": "₺",
        "INR": "₹",
        "ILS": "₪",
        "KRW": "₩",
        "PLN": "zł",
        "": "$ ¥ kr",  # several currencies share these
    }.items()
    for sign in signs.split()
}
_FACTORS: Final = {"k": 3, "к": 3, "тыс": 3, "m": 6, "mn": 6, "млн": 6, "bn": 9, "млрд": 9}
_PARTS: Final = re.compile(r"(?P<before>\D*?)(?P<number>[.,]?\d(?:.*\d)?)(?P<after>\D*)")
_MARK: Final = re.compile(r"[^\s.()+\-\u2212\u2013,']+")
_LONGEST: Final = 80


class MoneyKind(DecimalKind):
    """An exact amount of money."""

    name = "money"

    def _read(self, text: str, spec: Spec, reader: Reader) -> Decimal | None:
        parts = _PARTS.fullmatch(text) if len(text) <= _LONGEST else None
        if parts is None:
            raise not_a_number(text, reader)
        before, after = parts["before"], parts["after"]
        marks = [mark.lower() for mark in _MARK.findall(f"{before} {after}")]
        factor = next((mark for mark in marks if mark in _FACTORS), None)
        currencies = [mark for mark in marks if mark != factor]
        if len(currencies) > 1 or not all(map(_is_currency, currencies)) or not _only_signs(before, after):
            raise not_a_number(text, reader)
        sign = "-" if re.search(r"[(\-\u2212\u2013]", before) else ""
        number = read_number(sign + parts["number"], reader)
        return number.scaleb(_FACTORS[factor]) if factor else number

    def _show(self, value: Decimal, spec: Spec, reader: Reader) -> str:
        return show_money(value, spec.currency or reader.currency, reader.language, spec.places)


def show_money(amount: Decimal, currency: str, language: str, places: int = 2) -> str:
    """The amount in its currency, cents only where there are some: "€84,600", "84 600,50 €"."""
    style = amount_style(language, currency)
    written = grouped(abs(amount), 0 if amount == int(amount) else places, language)
    return f"{'-' if amount < 0 else ''}{style.before}{written}{style.after}"


def currency_in(text: str) -> str | None:
    """The currency an amount is written in ("84 600 руб." is RUB); None where it does not say."""
    found = (_currency_of(mark.lower()) for mark in _MARK.findall(re.sub(r"\d", " ", text)))
    return next((code for code in found if code), None)


def has_currency(text: str) -> bool:
    """Whether a currency's sign, word or code stands in the text."""
    return any(_is_currency(mark.lower()) for mark in _MARK.findall(re.sub(r"\d", " ", text)))


def _only_signs(before: str, after: str) -> bool:
    """Whether nothing but blanks, one sign and a pair of brackets stands beside the marks."""
    left, right = (
        _MARK.sub("", side).replace(" ", "").replace("\N{NO-BREAK SPACE}", "") for side in (before, after)
    )
    left, right = left.strip("."), right.strip(".")
    return (left in ("", "+", "-", "\u2212", "\u2013") and not right) or (left == "(" and right == ")")


def _is_currency(mark: str) -> bool:
    return mark in _SIGNS or mark.upper() in _codes() or any(unicodedata.category(c) == "Sc" for c in mark)


def _currency_of(mark: str) -> str:
    return _SIGNS.get(mark, "") or (mark.upper() if mark.upper() in _codes() else "")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())
