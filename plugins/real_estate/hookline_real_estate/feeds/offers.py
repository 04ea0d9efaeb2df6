"""What is offered: properties on the market and free units, read page by page, each as the portals are told of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from hookline_sdk import Address, Gate, select
from sqlalchemy import Select

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit, UnitStatus
from hookline_real_estate.feeds.data import BuildingOnPortals, ComplexOnPortals, Pictures, UnitOnPortals
from hookline_real_estate.properties.data import Property, Status

PAGE = 500


@dataclass(frozen=True)
class Offer:
    """A property as it is offered; the fields bear the names of the property's."""

    id: int
    address: str
    purpose: str
    kind: str
    place: Address | None
    price: Decimal | None
    area: Decimal | None
    land_area: Decimal | None
    rooms: int | None
    floor: int | None
    floors: int | None
    year_built: int | None
    description: str | None
    created_at: dt.datetime
    photos: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its number on portals: its own among properties and units."""
        return f"property-{self.id}"

    @classmethod
    def of(cls, record: Property) -> "Offer":
        """The offer of a property."""
        return cls(**{name: getattr(record, name) for name in _NAMES}, photos=_lines(record[Pictures].photos))


_NAMES = [field.name for field in fields(Offer)][:-1]


@dataclass(frozen=True)
class Flat:
    """A unit of a new building as it is offered."""

    id: int
    number: str
    floor: int
    rooms: int | None
    area: Decimal | None
    living: Decimal | None
    price: Decimal | None
    plan: str | None
    created_at: dt.datetime
    section: str
    floors: int
    building: str
    ready_on: dt.date | None
    place: Address | None
    house: int | None
    picture: str | None
    complex: str
    complex_number: int | None

    @property
    def key(self) -> str:
        """Its number on portals: its own among properties and units."""
        return f"unit-{self.id}"


def properties_in_pages(gate: Gate) -> Iterator[list[Offer]]:
    """What is on the market, as far as it is in sight; no more than a page of it is held at once."""
    columns = [getattr(Property, name) for name in _NAMES]
    asked = select(*columns, Pictures.photos).where(Property.status == Status.active).order_by(Property.id)
    last = 0
    while rows := gate.rows(asked.where(Property.id > last).limit(PAGE)):
        yield [Offer(**dict(zip(_NAMES, row, strict=False)), photos=_lines(row[-1])) for row in rows]
        last = rows[-1][0]


def flats_in_pages(gate: Gate) -> Iterator[list[Flat]]:
    """The free units, as far as they are in sight; no more than a page of them is held at once."""
    asked = _flats().where(Unit.status == UnitStatus.free).order_by(Unit.id)
    last = 0
    while rows := gate.rows(asked.where(Unit.id > last).limit(PAGE)):
        yield [Flat(*row) for row in rows]
        last = rows[-1][0]


def flats_of(gate: Gate, units: Sequence[Unit]) -> list[Flat]:
    """Those of these units that are free, in their order, with one statement."""
    free = [unit.id for unit in units if unit.status == UnitStatus.free]
    found = {row[0]: Flat(*row) for row in gate.rows(_flats().where(Unit.id.in_(free)))} if free else {}
    return [found[id] for id in free if id in found]


def _flats() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Unit.id, Unit.number, Unit.floor, Unit.rooms, Unit.area, UnitOnPortals.living, Unit.price, UnitOnPortals.plan,
            Unit.created_at, Section.name, Section.floors, Building.name, Building.ready_on,
            BuildingOnPortals.portal_place, BuildingOnPortals.yandex_house, BuildingOnPortals.portal_picture,
            Complex.name, ComplexOnPortals.yandex_complex,
        )
        .join(Section, Unit.section == Section.id)
        .join(Building, Section.building == Building.id)
        .join(Complex, Building.complex == Complex.id)
    )  # fmt: skip


def _lines(said: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (said or "").splitlines() if line.strip())
