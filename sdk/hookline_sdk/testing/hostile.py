"""The worst that people type: markup, formulas of spreadsheets, letters of all directions, and the ends of every range."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from hookline.kernel.fields import Field
from hookline.kernel.kinds import Address
from hookline.kernel.kinds.numbers import LARGEST

from hookline_sdk.testing.elements import Element

# An element with this attribute on a page is markup that nobody has escaped.
MARK: Final = "data-hostile"
_MARKUP: Final = f"<b {MARK}=1 onmouseover=x()>&amp;"
_TEXT: Final = f"{_MARKUP}'\"\\ {{{{ 7*7 }}}} {{% x %}} %s =1+1 שלום \u202eback Ωß🙂 "
_LARGEST: Final = 2**53


def value(spec: Field, number: int) -> Any:
    """The worst that the field takes; None where any value is as good as another."""
    if spec.kind in ("text", "long_text"):
        return _text(spec, number)
    if spec.kind in ("integer", "decimal", "money", "percent"):
        usual = 100 if spec.kind == "percent" else min(_LARGEST, LARGEST // 10**spec.places)
        most = spec.maximum if spec.maximum is not None else usual
        least = spec.minimum if spec.minimum is not None else -most
        found = most if number % 2 else least
        return found if spec.kind == "integer" else Decimal(found)
    if spec.kind == "date":
        return dt.date(9999, 12, 31) if number % 2 else dt.date(1, 1, 1)
    if spec.kind == "url":
        return f"https://{number}.example/?a=%22%3E&b='{MARK}"
    if spec.kind == "address":
        return Address(_MARKUP, "'\"", "{{ 7*7 }}", "=1+1", "שלום")
    return tuple(spec.options) if spec.kind == "multi_choice" else None


def injected(page: Element) -> list[str]:
    """The elements of a page that came out of a record's text instead of a template."""
    return [repr(each)[:200] for part in (page, *page.templates()) for each in part.select(f"[{MARK}]")]


def _text(spec: Field, number: int) -> str:
    """A title stays one that can be told from others."""
    most = min(spec.max_length or 2000, 2000)
    said = f"{number} {_TEXT * (1 if most < 300 else 5)}".strip()
    return said if len(said) <= most else (f"{number}{_MARKUP}" if most > 40 else str(number))[:most]
