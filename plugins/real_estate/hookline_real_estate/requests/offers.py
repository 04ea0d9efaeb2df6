"""What is offered to those who look: properties on the market and free units of new buildings, asked and weighed alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from hookline_sdk import Catalog, Entity, Gate, NotFound, id_in, select
from sqlalchemy import ColumnElement, Select, Table, literal
from sqlalchemy.orm import InstrumentedAttribute

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit, UnitStatus
from hookline_real_estate.properties.data import Kind, Property, Purpose, Status

# Stands before the number of a unit in an address.
_UNIT = "unit-"


@dataclass(frozen=True)
class Offer:
    """One thing that is offered, with what matters of it to whoever looks. `match` is the field of a match that names it."""

    match: str
    id: int
    title: str
    on_offer: bool
    purpose: str
    kind: str
    price: Decimal | None
    district: int | None
    area: Decimal | None
    rooms: int | None
    floor: int | None
    features: tuple[str, ...]

    @property
    def key(self) -> str:
        """How others name it."""
        return f"{STOCKS[self.match].entity.__tablename__}:{self.id}"

    @property
    def rest(self) -> str:
        """How the addresses of pages name it."""
        return f"{_UNIT}{self.id}" if self.match == "unit" else str(self.id)


@dataclass(frozen=True)
class Stock:
    """All that is offered of an entity: whether it is on offer, and its columns by the names of an offer's."""

    match: str
    entity: type[Entity] | type[Catalog]
    on_offer: ColumnElement[bool]
    columns: Mapping[str, ColumnElement[Any]]

    def asked(self, *more: "ColumnElement[Any] | InstrumentedAttribute[Any]") -> "Select[*tuple[Any, ...]]":
        """The question for them, with these columns beside their own."""
        shown = [column.label(name) for name, column in self.columns.items()]
        found = select(*shown, self.on_offer.label("on_offer"), *more)
        if self.entity is Property:
            return found.select_from(Property)
        return (
            found.select_from(Unit)
            .join(Section, Unit.section == Section.id)
            .join(Building, Section.building == Building.id)
            .join(Complex, Building.complex == Complex.id)
        )

    def offer(self, row: Any) -> Offer:
        """A row of the answer."""
        values = {name: getattr(row, name) for name in self.columns}
        return Offer(match=self.match, on_offer=bool(row.on_offer), **values)

    def one(self, gate: Gate, id: int) -> Offer:
        """The one of this number. NotFound where none is in sight."""
        for row in gate.rows(self.asked().where(self.columns["id"] == id)):
            return self.offer(row)
        raise NotFound


def _columns(entity: type[Entity] | type[Catalog]) -> Any:
    return cast(Table, entity.__table__).c


_PROPERTY, _UNITS = _columns(Property), _columns(Unit)
_SAME = ("id", "area", "rooms", "floor", "features")
PROPERTIES = Stock(
    "property",
    Property,
    _PROPERTY["status"] == Status.active.value,
    {name: _PROPERTY[name] for name in ("purpose", "kind", "district", "price", *_SAME)}
    | {"title": _PROPERTY["address"]},
)
UNITS = Stock(
    "unit",
    Unit,
    _UNITS["status"] == UnitStatus.free.value,
    {name: _UNITS[name] for name in _SAME}
    | {
        # What is asked today, with the promotion that a buyer would have.
        "price": _UNITS["to_pay"],
        "title": _columns(Complex)["name"] + literal(", ") + _UNITS["number"],
        "purpose": literal(Purpose.sale.value),
        "kind": literal(Kind.flat.value),
        "district": _columns(Complex)["district"],
    },
)
STOCKS = {stock.match: stock for stock in (PROPERTIES, UNITS)}


def offer_at(gate: Gate, rest: str) -> Offer:
    """What an address names: a property by its number, a unit by `unit-` and its number."""
    number = rest.removeprefix(_UNIT)
    stock = UNITS if number != rest else PROPERTIES
    return stock.one(gate, id_in(number) or 0)
