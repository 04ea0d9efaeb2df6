"""What is offered: properties on the market and free units, read page by page, each as the portals are told of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from hookline_sdk import Address, Gate, select
from sqlalchemy import Row, Select

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit, UnitStatus
from hookline_real_estate.feeds.data import BuildingOnPortals, ComplexOnPortals, Pictures, UnitOnPortals
from hookline_real_estate.feeds.pictures import addresses_of, plans_of
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
    living_area: Decimal | None
    kitchen_area: Decimal | None
    commercial_kind: str | None
    garage_kind: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    photos: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its number on portals: its own among properties and units."""
        return f"property-{self.id}"


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
    photos: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its number on portals: its own among properties and units."""
        return f"unit-{self.id}"


def offered(records: Sequence[Property]) -> list[Property]:
    """Those of them that are on the market."""
    return [record for record in records if record.status == Status.active]


def offers_of(gate: Gate, records: Sequence[Property]) -> list[Offer]:
    """The offers of these properties, in their order; their own pictures stand before those elsewhere on the web."""
    shown = addresses_of(gate, Property, [record.id for record in records])
    return [
        Offer(
            **{name: getattr(record, name) for name in _NAMES},
            photos=(*shown.get(record.id, ()), *_lines(record[Pictures].photos)),
        )
        for record in records
    ]


def properties_in_pages(gate: Gate) -> Iterator[list[Offer]]:
    """What is on the market, as far as it is in sight; no more than a page of it is held at once."""
    asked = select(Property.id).where(Property.status == Status.active).order_by(Property.id)
    last = 0
    while rows := gate.rows(asked.where(Property.id > last).limit(PAGE)):
        ids = [id for (id,) in rows]
        yield offers_of(gate, gate.several(Property, ids))
        last = ids[-1]


def flats_in_pages(gate: Gate) -> Iterator[list[Flat]]:
    """The free units, as far as they are in sight; no more than a page of them is held at once."""
    asked = _flats().where(Unit.status == UnitStatus.free).order_by(Unit.id)
    last = 0
    while rows := gate.rows(asked.where(Unit.id > last).limit(PAGE)):
        yield _pictured(gate, rows)
        last = rows[-1][0]


def flats_of(gate: Gate, units: Sequence[Unit]) -> list[Flat]:
    """Those of these units that are free, in their order."""
    free = [unit.id for unit in units if unit.status == UnitStatus.free]
    rows = gate.rows(_flats().where(Unit.id.in_(free))) if free else []
    found = {flat.id: flat for flat in _pictured(gate, rows)}
    return [found[id] for id in free if id in found]


def _pictured(gate: Gate, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Flat]:
    """The flats with where their pictures are: the plan first, then those of the building and of the complex."""
    plans = plans_of(gate, [row.layout_plan for row in rows if row.layout_plan])
    houses = addresses_of(gate, Building, sorted({row.building_id for row in rows}))
    wholes = addresses_of(gate, Complex, sorted({row.complex_id for row in rows}))
    found = []
    for row in rows:
        *own, layout_plan, house, whole = row
        flat = Flat(*own)
        plan = flat.plan or plans.get(layout_plan)
        photos = (plan, flat.picture, *houses.get(house, ()), *wholes.get(whole, ()))
        found.append(replace(flat, plan=plan, photos=tuple(filter(None, photos))))
    return found


def _flats() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Unit.id, Unit.number, Unit.floor, Unit.rooms, Unit.area, UnitOnPortals.living, Unit.to_pay, UnitOnPortals.plan,
            Unit.created_at, Section.name, Section.floors, Building.name, Building.ready_on,
            BuildingOnPortals.portal_place, BuildingOnPortals.yandex_house, BuildingOnPortals.portal_picture,
            Complex.name, ComplexOnPortals.yandex_complex,
            Layout.plan.label("layout_plan"), Building.id.label("building_id"), Complex.id.label("complex_id"),
        )
        .join(Section, Unit.section == Section.id)
        .join(Building, Section.building == Building.id)
        .join(Complex, Building.complex == Complex.id)
        .outerjoin(Layout, Unit.layout == Layout.id)
    )  # fmt: skip


def _lines(said: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (said or "").splitlines() if line.strip())
