"""Matching in the database, both ways: what fits a request, and whom an offer fits. Says the same as `wishes.weigh`."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, cast

from hookline_sdk import and_, case, not_, or_
from sqlalchemy import ColumnElement, String, Table, false, literal, true
from sqlalchemy import cast as sql_cast

from hookline_real_estate.properties.data import Feature
from hookline_real_estate.requests.data import Request, RequestState, Wish
from hookline_real_estate.requests.offers import PROPERTIES, Offer, Stock
from hookline_real_estate.requests.wishes import WEIGHTS, Grade, ids_in

Condition = ColumnElement[bool]
_BOUNDS = {
    Wish.price: ("price_from", "price_to"), Wish.district: ("within",), Wish.area: ("area_from", "area_to"),
    Wish.rooms: ("rooms_from", "rooms_to"), Wish.floor: ("floor_from", "floor_to"),
    Wish.features: ("must_have", "nice_to_have"),
}  # fmt: skip


class Side:
    """One of the two that are compared: all that there are, or one whose values are known."""

    def __init__(
        self, columns: Mapping[str, ColumnElement[Any]], known: Request | Offer | None = None
    ) -> None:
        self.known = known
        self.features = known.features if isinstance(known, Offer) else None
        self._columns = columns

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        column = self._columns[name]
        return column if self.known is None else literal(getattr(self.known, name), column.type)

    def lacks(self, name: str) -> bool:
        """Whether it is known that nothing stands there."""
        return self.known is not None and getattr(self.known, name) in (None, "", ())

    def says(self, name: str) -> Condition:
        """Whether something stands there."""
        return self[name].is_not(None) if self.known is None else false() if self.lacks(name) else true()

    def holds(self, name: str, part: ColumnElement[str] | str, edge: str) -> Condition:
        """Whether a text that is kept as ",1,4," or "|a|b|" holds this part."""
        whole = f"{edge}{part}{edge}" if isinstance(part, str) else literal(edge) + part + edge
        return sql_cast(self[name], String).contains(whole)


def requests_side(known: Request | None = None) -> Side:
    """All requests, or one."""
    return Side(dict(cast(Table, Request.__table__).c.items()), known)


def offers_side(of: Stock | Offer) -> Side:
    """All that a stock offers, or one offer. What is known of one is written as properties are."""
    if isinstance(of, Offer):
        return Side({**PROPERTIES.columns, "on_offer": PROPERTIES.on_offer}, of)
    return Side({**of.columns, "on_offer": of.on_offer})


@dataclass(frozen=True)
class _Graded:
    """How far a wish is met. `given` is whether it is one; None where that is known."""

    given: Condition | None
    met: Condition
    nearly: Condition


def may_fit_and_score(wanted: Side, offered: Side) -> tuple[Condition, ColumnElement[int]]:
    """Whether the two may fit, and how well: of a hundred."""
    graded = _graded(wanted, offered)
    return _may_fit(wanted, offered, graded), _score(wanted, graded)


def score(wanted: Side, offered: Side) -> ColumnElement[int]:
    """How well it fits, of a hundred."""
    return _score(wanted, _graded(wanted, offered))


def _may_fit(wanted: Side, offered: Side, graded: Mapping[Wish, _Graded]) -> Condition:
    """Whether the two belong together but for the score: what they are, what a must is, and that it can be paid."""
    strict = () if wanted.known is None else cast(Request, wanted.known).strict
    musts = [
        _unless_given(grade, grade.met)
        if wanted.known is not None
        else or_(not_(wanted.holds("strict", wish.value, "|")), _unless_given(grade, grade.met))
        for wish, grade in graded.items()
        if wanted.known is None or wish in strict
    ]
    price = graded.get(Wish.price)
    if price is not None:
        # Who is met is also nearly met.
        musts.append(_unless_given(price, price.nearly))
    return and_(
        offered["on_offer"],
        offered["purpose"] == wanted["purpose"],
        wanted["state"] == RequestState.open.value,
        _of_kind(wanted, offered),
        _all_there(wanted, offered, "must_have"),
        *musts,
    )


def _score(wanted: Side, graded: Mapping[Wish, _Graded]) -> ColumnElement[int]:
    if not graded:
        return literal(100)
    reached = [_points(wish, grade) for wish, grade in graded.items()]
    if wanted.known is not None:
        return _sum(reached) * 100 // (sum(WEIGHTS[wish] for wish in graded) * int(Grade.met))
    total = _sum(
        [
            case((grade.given, WEIGHTS[wish] * Grade.met), else_=0)
            for wish, grade in graded.items()
            if grade.given is not None
        ]
    )
    return case((total == 0, 100), else_=_sum(reached) * 100 // total)


def _points(wish: Wish, grade: _Graded) -> ColumnElement[int]:
    steps = [(grade.met, WEIGHTS[wish] * Grade.met), (grade.nearly, WEIGHTS[wish] * Grade.nearly)]
    # What is not wished is met by everything.
    return case(*([(not_(grade.given), 0)] if grade.given is not None else []), *steps, else_=0)


def _sum(parts: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    return reduce(operator.add, parts)


def _unless_given(grade: _Graded, holds: Condition) -> Condition:
    return holds if grade.given is None else or_(not_(grade.given), holds)


def _graded(wanted: Side, offered: Side) -> dict[Wish, _Graded]:
    """How far each wish is met; those that are known not to be wishes are left out."""
    rooms, floor = offered["rooms"], offered["floor"]
    found = {
        Wish.price: _Graded(
            _either(wanted, "price_from", "price_to"),
            _between(offered["price"], wanted, "price_from", "price_to"),
            _between(offered["price"], wanted, "price_least", "price_most"),
        ),
        Wish.district: _Graded(
            wanted.says("within"), _lies(wanted, offered, "within"), _lies(wanted, offered, "around")
        ),
        Wish.area: _Graded(
            _either(wanted, "area_from", "area_to"),
            _between(offered["area"], wanted, "area_from", "area_to"),
            _between(offered["area"], wanted, "area_least", "area_most"),
        ),
        Wish.rooms: _Graded(
            _either(wanted, "rooms_from", "rooms_to"),
            _between(rooms, wanted, "rooms_from", "rooms_to"),
            _between(rooms, wanted, "rooms_from", "rooms_to", beside=1),
        ),
        Wish.floor: _Graded(
            _either(wanted, "floor_from", "floor_to"),
            _between(floor, wanted, "floor_from", "floor_to"),
            _between(floor, wanted, "floor_from", "floor_to", beside=1),
        ),
        Wish.features: _Graded(
            or_(*(_names_any(wanted, name) for name in _BOUNDS[Wish.features])),
            _all_there(wanted, offered, *_BOUNDS[Wish.features]),
            _one_there(wanted, offered, *_BOUNDS[Wish.features]),
        ),
    }
    if wanted.known is None:
        return found
    return {
        wish: replace(grade, given=None)
        for wish, grade in found.items()
        if not all(map(wanted.lacks, _BOUNDS[wish]))
    }


def _either(wanted: Side, least: str, most: str) -> Condition:
    return or_(wanted.says(least), wanted.says(most))


def _between(value: ColumnElement[Any], wanted: Side, least: str, most: str, *, beside: int = 0) -> Condition:
    return and_(_at_least(value, wanted, least, beside), _at_most(value, wanted, most, beside))


def _at_least(value: ColumnElement[Any], wanted: Side, bound: str, beside: int = 0) -> Condition:
    if wanted.lacks(bound):
        return true()
    holds = value >= (wanted[bound] - beside if beside else wanted[bound])
    return holds if wanted.known is not None else or_(wanted[bound].is_(None), holds)


def _at_most(value: ColumnElement[Any], wanted: Side, bound: str, beside: int = 0) -> Condition:
    if wanted.lacks(bound):
        return true()
    holds = value <= (wanted[bound] + beside if beside else wanted[bound])
    return holds if wanted.known is not None else or_(wanted[bound].is_(None), holds)


def _of_kind(wanted: Side, offered: Side) -> Condition:
    if wanted.lacks("kinds"):
        return true()
    if wanted.known is not None:
        return offered["kind"].in_(cast(Request, wanted.known).kinds)
    return or_(sql_cast(wanted["kinds"], String) == "", wanted.holds("kinds", offered["kind"], "|"))


def _names_any(wanted: Side, name: str) -> Condition:
    """Whether a request names features there."""
    return wanted.says(name) if wanted.known is not None else sql_cast(wanted[name], String) != ""


def _all_there(wanted: Side, offered: Side, *lists: str) -> Condition:
    """Whether a property has every feature that a request names in one of these."""
    # What is known to be there need not be asked for.
    asked = [one for one in Feature if one not in (offered.features or ())]
    return and_(
        true(), *(or_(not_(_has(wanted, one, *lists)), _has(offered, one, "features")) for one in asked)
    )


def _one_there(wanted: Side, offered: Side, *lists: str) -> Condition:
    """Whether it has at least one of them."""
    asked = [one for one in Feature if offered.features is None or one in offered.features]
    return or_(false(), *(and_(_has(wanted, one, *lists), _has(offered, one, "features")) for one in asked))


def _has(side: Side, feature: Feature, *lists: str) -> Condition:
    if side.known is None:
        return or_(*(side.holds(name, feature.value, "|") for name in lists))
    return true() if any(feature in getattr(side.known, name) for name in lists) else false()


def _lies(wanted: Side, offered: Side, name: str) -> Condition:
    """Whether the district is among those that the request keeps."""
    if wanted.known is not None:
        return offered["district"].in_(ids_in(getattr(wanted.known, name)))
    return wanted.holds(name, sql_cast(offered["district"], String), ",")
