"""Panels on the pages of properties and contacts, and the grid of the units of a building."""

from dataclasses import dataclass

from hookline_sdk import (
    Badge,
    Contact,
    Gate,
    Link,
    Money,
    Page,
    PageRequest,
    Panel,
    select,
)

from hookline_real_estate.data import (
    MENU,
    Building,
    Buyer,
    Kind,
    PriceChange,
    Property,
    Section,
    Status,
    Unit,
    UnitStatus,
)
from hookline_real_estate.plugin import plugin


@plugin.panel(Property, "Price history")
def price_history(record: Property, gate: Gate) -> Panel:
    """What the property has cost, the newest first."""
    changes = select(PriceChange.changed_on, PriceChange.price).where(PriceChange.property == record.id)
    rows = gate.rows(changes.order_by(PriceChange.id.desc()).limit(12))
    return Panel(columns=("Day", "Price"), rows=[(day, Money(price)) for day, price in rows])


@plugin.panel(Contact, "Properties that fit")
def fitting(contact: Contact, gate: Gate) -> Panel:
    """Properties on the market within the budget and of the kind that a contact looks for, the cheapest first."""
    buyer = contact[Buyer]
    if buyer.budget is None and not buyer.wants:
        return Panel()
    fits = select(Property.id, Property.address, Property.kind, Property.price).where(
        Property.status == Status.active
    )
    fits = fits.where(Property.price <= buyer.budget) if buyer.budget is not None else fits
    fits = fits.where(Property.kind.in_(buyer.wants)) if buyer.wants else fits
    fits = fits.where(Property.rooms >= buyer.wants_rooms) if buyer.wants_rooms is not None else fits
    fits = fits.where(Property.area >= buyer.wants_area) if buyer.wants_area is not None else fits
    if buyer.wants_district is not None:
        fits = fits.where(Property.district == buyer.wants_district)
    rows = gate.rows(fits.order_by(Property.price, Property.id).limit(8))
    return Panel(
        rows=[
            (
                Link(address, f"real_estate_property:{id}"),
                Badge(Kind(kind).label, Kind(kind).tone),
                Money(price),
            )
            for id, address, kind, price in rows
        ]
    )


@dataclass(frozen=True)
class Cell:
    """A unit as the grid shows it."""

    id: int
    number: str
    section: int
    floor: int
    rooms: int | None
    status: str


@plugin.page("Unit grid", menu=MENU, icon="layers")
def grid(asked: PageRequest, gate: Gate) -> Page:
    """Every unit of a building: a column for each section, a row for each floor, coloured by how it stands."""
    buildings = list(gate.rows(select(Building.id, Building.name).order_by(Building.name, Building.id)))
    wanted = asked.rest or asked.query.get("building", "")
    chosen = int(wanted) if wanted.isdecimal() else next((id for id, _ in buildings), 0)
    sections = list(
        gate.rows(
            select(Section.id, Section.name)
            .where(Section.building == chosen)
            .order_by(Section.name, Section.id)
        )
    )
    units = _units(gate, [id for id, _ in sections])
    floors = sorted({unit.floor for unit in units}, reverse=True)
    cells = {
        (floor, id): [unit for unit in units if (unit.floor, unit.section) == (floor, id)]
        for floor in floors
        for id, _ in sections
    }
    told = {"buildings": buildings, "chosen": chosen, "sections": sections, "floors": floors, "cells": cells}
    return Page(
        "grid.html",
        {
            **told,
            "statuses": list(UnitStatus),
            "tones": {s.value: s.tone for s in UnitStatus},
            "counts": _counts(units),
        },
    )


def _units(gate: Gate, sections: list[int]) -> list[Cell]:
    found = select(Unit.id, Unit.number, Unit.section, Unit.floor, Unit.rooms, Unit.status)
    rows = gate.rows(
        found.where(Unit.section.in_(sections)).order_by(Unit.floor.desc(), Unit.number, Unit.id)
    )
    return [Cell(*row) for row in rows]


def _counts(units: list[Cell]) -> dict[str, int]:
    return {status.value: sum(unit.status == status for unit in units) for status in UnitStatus}
