"""Pictures for portals: fetched without signing in while what they show is offered, and not a moment longer."""

from collections.abc import Sequence
from typing import Any

from hookline_sdk import File, Gate, Record, key_in, picture_addresses, select
from sqlalchemy import Select

from hookline_real_estate.buildings.data import Building, Complex, Layout, Section, Unit, UnitStatus
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.properties.pictures import Shot, pictures_of


@plugin.public_file("Pictures of what is offered")
def on_offer(file: File, gate: Gate) -> bool:
    """A picture with a property on the market, a building or a complex with a free unit, or the plan of a free unit's layout."""
    if file[Shot].private:
        return False
    plan = _free().join(Layout, Unit.layout == Layout.id).where(Layout.plan == file.id)
    asked = [plan, *_shown(file.about or "")]
    return any(gate.scalar(each.limit(1)) is not None for each in asked)


def addresses_of(gate: Gate, entity: type[Record], ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Where the pictures of these records are fetched, in their order, by the records' ids."""
    found = pictures_of(gate, ids, entity)
    public = {id: [file.id for file in files if not file[Shot].private] for id, files in found.items()}
    addresses = picture_addresses(gate, on_offer, [file for files in public.values() for file in files])
    return {id: tuple(addresses[file] for file in files) for id, files in public.items()}


def plans_of(gate: Gate, files: Sequence[int]) -> dict[int, str]:
    """Where the plans of layouts are fetched."""
    return picture_addresses(gate, on_offer, files)


def _shown(about: str) -> list["Select[*tuple[Any, ...]]"]:
    """What must be there for the pictures of a record to be public."""
    entity, id = key_in(about) or ("", 0)
    match entity:
        case Property.__tablename__:
            on_market = Property.status == Status.active
            return [select(Property.id).where(Property.id == id, on_market)]
        case Building.__tablename__:
            return [_free().where(Section.building == id)]
        case Complex.__tablename__:
            in_complex = Section.building == Building.id
            return [_free().join(Building, in_complex).where(Building.complex == id)]
    return []


def _free() -> "Select[*tuple[Any, ...]]":
    section = Unit.section == Section.id
    return select(Unit.id).join(Section, section).where(Unit.status == UnitStatus.free)
