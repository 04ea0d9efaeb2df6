"""The values that panels, columns, widgets and reports answer, as one person reads them: on a page, in a file, in a letter."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from babel.dates import format_date

from hookline.errors import NotFound, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, Reader, show_money
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.reads import Reads
from hookline.kernel.shown import Amounts, Badge, Link, Money, Month, Percent, Value


class Speaker(Protocol):
    """Somebody to whom values are shown: a visit, or whoever gets a letter."""

    @property
    def gate(self) -> Reads: ...
    @property
    def reader(self) -> Reader: ...
    def say(self, text: Text | str) -> str: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready for a template. `plain` is what a file gets."""

    text: str
    plain: object = None
    url: str | None = None
    tone: str = ""
    number: bool = False
    # The whole moment, of one that is written by how near it is.
    full: str = ""


def show(to: Speaker, value: Value) -> Shown:
    """A value as this person reads it. TypeError when it is none of those that can be shown."""
    for kind in type(value).__mro__:
        if kind in _BY_TYPE:
            return _BY_TYPE[kind](to, value)
    raise TypeError(f"{value!r} cannot be shown; see hookline_sdk.Value for what can")


def written(to: Speaker, value: object) -> object:
    """What stands in a sentence for one of its parameters: amounts, days and fractions as this person reads them."""
    return show(to, value).text if isinstance(value, _SAID) else value


def address(gate: Reads, to: str) -> str:
    """Where a link leads: a path of this site, or the page of a record "deal:7". ValueError for anything else."""
    if to.startswith("/"):
        parts = urlsplit(to)
        if parts.netloc or parts.scheme or to.startswith(("//", "/\\")):
            raise ValueError(f"{to!r} leads out of this site")
        return to
    key = key_in(to)
    if key is None:
        raise ValueError(f"{to!r} is neither a path nor a record such as 'deal:7'")
    try:
        return f"/{gate.schema[key.entity].cls.slug}/{key.id}"
    except NotFound:
        raise ValueError(f"{to!r}: there is no entity {key.entity!r}") from None


def _link(to: Speaker, link: Link) -> Shown:
    return replace(show(to, link.text), url=address(to.gate, link.to))


def _badge(to: Speaker, badge: Badge) -> Shown:
    if isinstance(badge.text, Percent):
        return replace(_percent(to, badge.text), tone=badge.tone, number=False)
    said = to.say(badge.text)
    return Shown(said, said, tone=badge.tone)


def _said(to: Speaker, text: Text) -> Shown:
    said = to.say(text)
    return Shown(said, said)


def _month(to: Speaker, month: Month) -> Shown:
    return Shown(format_date(month.day, "LLL y", locale=to.reader.language), month.day)


def _time_span(to: Speaker, span: dt.timedelta) -> Shown:
    return Shown(text := _kind(to, "duration", span), text, number=True)


def _percent(to: Speaker, percent: Percent) -> Shown:
    return Shown(_written(to, "percent", Decimal(percent.value)), Decimal(percent.value), number=True)


def _money(to: Speaker, money: Money) -> Shown:
    return Shown(_amount(to, money.amount, money.currency), Decimal(money.amount), number=True)


def _amounts(to: Speaker, amounts: Amounts) -> Shown:
    """One currency is a number in a file, several are words."""
    found = {
        currency or to.reader.currency: Decimal(amount) for currency, amount in amounts.by_currency.items()
    }
    text = " + ".join(_amount(to, amount, currency) for currency, amount in found.items())
    return Shown(text, next(iter(found.values())) if len(found) == 1 else text or None, number=True)


def _amount(to: Speaker, amount: Decimal | int, currency: str | None) -> str:
    return show_money(Decimal(amount), currency or to.reader.currency, to.reader.language)


def _written(to: Speaker, kind: str, number: Decimal) -> str:
    """A number with the digits it has after the point."""
    exponent = number.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return KINDS[kind].show(number, Field(kind=kind, label="", places=places), to.reader)


def _kind(to: Speaker, kind: str, value: object) -> str:
    return KINDS[kind].show(value, _PLAIN[kind], to.reader)


_PLAIN: Final = {kind: Field(kind=kind, label="") for kind in ("integer", "date", "datetime", "duration")}
# What differs from reader to reader. Whole numbers and words stand in a sentence as they are.
_SAID: Final = (Money, Amounts, Percent, Month, Decimal, dt.date, dt.timedelta)
_BY_TYPE: Final[Mapping[type, Callable[[Speaker, Any], Shown]]] = {
    type(None): lambda _to, _none: Shown(""),
    # As it is, whatever its class makes of itself: markup of a plugin's own is text here like any other.
    str: lambda _to, text: Shown(str.__str__(text), str.__str__(text)),
    Text: _said,
    Link: _link,
    Badge: _badge,
    bool: lambda to, flag: _said(to, Text("Yes") if flag else Text("No")),
    int: lambda to, number: Shown(_kind(to, "integer", number), number, number=True),
    Decimal: lambda to, number: Shown(_written(to, "decimal", number), number, number=True),
    Money: _money,
    Amounts: _amounts,
    Percent: _percent,
    Month: _month,
    dt.datetime: lambda to, moment: Shown(_kind(to, "datetime", moment), moment),
    dt.date: lambda to, day: Shown(_kind(to, "date", day), day),
    dt.timedelta: _time_span,
}
