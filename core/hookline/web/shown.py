"""The values that panels, columns and reports answer, as one person reads them; and how those are asked."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from hookline.errors import NotFound, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS
from hookline.kernel.plugins.host import Failure
from hookline.kernel.plugins.plugin import Contribution
from hookline.kernel.shown import Amounts, Badge, Link, Money, Percent, Value

if TYPE_CHECKING:
    from hookline.web.visit import Visit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready for a template. `plain` is what a file gets."""

    text: str
    plain: object = None
    url: str | None = None
    tone: str = ""
    number: bool = False


def show(visit: "Visit", value: Value) -> Shown:
    """A value as this person reads it. TypeError when it is none of those that can be shown."""
    for kind in type(value).__mro__:
        if kind in _BY_TYPE:
            return _BY_TYPE[kind](visit, value)
    raise TypeError(f"{value!r} cannot be shown; see hookline_sdk.Value for what can")


def address(visit: "Visit", to: str) -> str:
    """Where a link leads: a path of this site, or the page of a record "deal:7". ValueError for anything else."""
    if to.startswith("/"):
        parts = urlsplit(to)
        if parts.netloc or parts.scheme or to.startswith(("//", "/\\")):
            raise ValueError(f"{to!r} leads out of this site")
        return to
    entity, _, id = to.partition(":")
    if not id.isdecimal():
        raise ValueError(f"{to!r} is neither a path nor a record such as 'deal:7'")
    try:
        return f"/{visit.gate.schema[entity].cls.slug}/{int(id)}"
    except NotFound:
        raise ValueError(f"{to!r}: there is no entity {entity!r}") from None


def ask(visit: "Visit", contribution: Contribution, read: Callable[[Any], T], *args: Any) -> T | Failure:
    """What a contribution answers, read by `read`; an answer that cannot be read is the contribution's failure too."""

    def call(*given: Any) -> T:
        return read(contribution.call(*given))

    found: T | Failure = visit.gate.host.ask(replace(contribution, call=call), *args)
    if isinstance(found, Failure):
        # Its failure may have been the database's, after which PostgreSQL answers nothing more.
        visit.tx.begin_again()
    return found


def expect(kind: type[T]) -> Callable[[Any], T]:
    """A reader that takes only this type."""

    def read(answer: Any) -> T:
        if not isinstance(answer, kind):
            raise TypeError(f"it must answer a {kind.__name__}, not {type(answer).__name__}")
        return answer

    return read


def _link(visit: "Visit", link: Link) -> Shown:
    return replace(show(visit, link.text), url=address(visit, link.to))


def _badge(visit: "Visit", badge: Badge) -> Shown:
    said = visit.say(badge.text)
    return Shown(said, said, tone=badge.tone)


def _said(visit: "Visit", text: Text) -> Shown:
    said = visit.say(text)
    return Shown(said, said)


def _time_span(visit: "Visit", span: dt.timedelta) -> Shown:
    return Shown(text := visit.fmt.duration(span), text, number=True)


def _written(visit: "Visit", kind: str, number: Decimal) -> str:
    """A number with the digits it has after the point."""
    exponent = number.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return KINDS[kind].show(number, Field(kind=kind, label="", places=places), visit.reader)


def _amounts(visit: "Visit", amounts: Amounts) -> Shown:
    """One currency is a number in a file, several are words."""
    found = {
        currency or visit.reader.currency: Decimal(amount) for currency, amount in amounts.by_currency.items()
    }
    text = " + ".join(visit.fmt.money(amount, currency) for currency, amount in found.items())
    return Shown(text, next(iter(found.values())) if len(found) == 1 else text or None, number=True)


_BY_TYPE: Final[Mapping[type, Callable[["Visit", Any], Shown]]] = {
    type(None): lambda _visit, _none: Shown(""),
    str: lambda _visit, text: Shown(text, text),
    Text: _said,
    Link: _link,
    Badge: _badge,
    bool: lambda visit, flag: _said(visit, Text("Yes") if flag else Text("No")),
    int: lambda visit, number: Shown(visit.fmt.number(number), number, number=True),
    Decimal: lambda visit, number: Shown(_written(visit, "decimal", number), number, number=True),
    Money: lambda visit, money: Shown(
        visit.fmt.money(money.amount, money.currency), Decimal(money.amount), number=True
    ),
    Amounts: _amounts,
    Percent: lambda visit, percent: Shown(
        _written(visit, "percent", Decimal(percent.value)), Decimal(percent.value), number=True
    ),
    dt.datetime: lambda visit, moment: Shown(visit.fmt.datetime(moment), moment),
    dt.date: lambda visit, day: Shown(visit.fmt.date(day), day),
    dt.timedelta: _time_span,
}
