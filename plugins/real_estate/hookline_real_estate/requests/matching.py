"""Matching in the database, both ways: what fits a request, and whom a property fits. Says the same as `wishes.weigh`."""

from dataclasses import dataclass
from typing import Any, cast

from hookline_sdk import Record, and_, case, not_, or_
from sqlalchemy import ColumnElement, String, Table, false, literal, true
from sqlalchemy import cast as sql_cast

from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.requests.data import Request, RequestState, Wish
from hookline_real_estate.requests.wishes import LEAST, WEIGHTS, Grade, ids_in

Condition = ColumnElement[bool]


class Side:
    """One of the two that are compared: all records of an entity, or one whose values are known, some of them other ones."""

    def __init__(self, entity: type[Record], known: Record | None = None, **instead: object) -> None:
        self.known, self._instead = known, instead
        self._columns = cast(Table, entity.__table__).c

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        column = self._columns[name]
        return column if self.known is None else literal(self._value(name), column.type)

    def lacks(self, name: str) -> bool:
        """Whether it is known that nothing stands there."""
        return self.known is not None and self._value(name) in (None, "", ())

    def says(self, name: str) -> Condition:
        """Whether something stands there."""
        return self[name].is_not(None) if self.known is None else false() if self.lacks(name) else true()

    def holds(self, name: str, part: ColumnElement[str] | str, edge: str) -> Condition:
        """Whether a text that is kept as ",1,4," or "|a|b|" holds this part."""
        return sql_cast(self[name], String).contains(literal(edge) + part + edge)

    def _value(self, name: str) -> object:
        return self._instead[name] if name in self._instead else getattr(self.known, name)


REQUESTS, PROPERTIES = Side(Request), Side(Property)


@dataclass(frozen=True)
class _Graded:
    given: Condition
    met: Condition
    nearly: Condition


def fits(wanted: Side, offered: Side) -> Condition:
    """Whether a property is a match for a request."""
    graded = _graded(wanted, offered)
    musts = [
        or_(not_(wanted.holds("strict", wish.value, "|")), not_(grade.given), grade.met)
        for wish, grade in graded.items()
        if not wanted.lacks("strict")
    ]
    price = graded.get(Wish.price)
    if price is not None:
        musts.append(or_(not_(price.given), price.met, price.nearly))
    return and_(
        wanted["state"] == RequestState.open.value,
        offered["status"] == Status.active.value,
        offered["purpose"] == wanted["purpose"],
        _of_kind(wanted, offered),
        *musts,
        score(wanted, offered) >= LEAST,
    )


def within_budget(wanted: Side, offered: Side) -> Condition:
    """Whether nobody would have to pay more than they want to."""
    return _at_most(offered["price"], wanted, "price_to")


def score(wanted: Side, offered: Side) -> ColumnElement[int]:
    """How well it fits, of a hundred."""
    reached: ColumnElement[int] = literal(0)
    total: ColumnElement[int] = literal(0)
    for wish, grade in _graded(wanted, offered).items():
        full = WEIGHTS[wish] * Grade.met
        points = case((grade.met, full), (grade.nearly, WEIGHTS[wish] * Grade.nearly), else_=0)
        reached += case((grade.given, points), else_=0)
        total += case((grade.given, full), else_=0)
    return case((total == 0, 100), else_=reached * 100 // total)


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
    }
    if wanted.known is None:
        return found
    asked = {
        Wish.price: ("price_from", "price_to"), Wish.district: ("within",), Wish.area: ("area_from", "area_to"),
        Wish.rooms: ("rooms_from", "rooms_to"), Wish.floor: ("floor_from", "floor_to"),
    }  # fmt: skip
    return {wish: grade for wish, grade in found.items() if not all(map(wanted.lacks, asked[wish]))}


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


def _lies(wanted: Side, offered: Side, name: str) -> Condition:
    """Whether the district is among those that the request keeps."""
    if wanted.known is not None:
        return offered["district"].in_(ids_in(getattr(wanted.known, name)))
    return wanted.holds(name, sql_cast(offered["district"], String), ",")
