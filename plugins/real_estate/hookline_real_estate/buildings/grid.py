"""The grid of units: every unit of a building in the colour of how it stands, what is looked for in it, and a sheet for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from hookline_sdk import Gate, Page, PageRequest, Redirect, id_in, select

from hookline_real_estate.buildings.data import Building, Layout, Section, Unit, UnitStatus, WindowView
from hookline_real_estate.buildings.looking import Looking
from hookline_real_estate.buildings.sheet import sheet_of
from hookline_real_estate.holds.holding import Holding, hold_for
from hookline_real_estate.plugin import BUILDINGS, plugin
from hookline_real_estate.pricing.promotions import Offer, best_of, offers_of
from hookline_real_estate.pricing.todays import today

_CENT: Final = Decimal("0.01")
_BUILDINGS: Final = select(Building.id, Building.name, Building.complex).order_by(Building.name, Building.id)


@dataclass(frozen=True)
class Cell:
    """A unit as the grid shows it."""

    id: int
    number: str
    section: int
    floor: int
    rooms: int | None
    area: Decimal | None
    price: Decimal | None
    status: str
    layout: int | None
    views: tuple[str, ...]
    offer: Offer | None
    to_pay: Decimal | None
    fits: bool

    @property
    def per_m2(self) -> Decimal | None:
        """What a square metre costs today."""
        return (self.to_pay / self.area).quantize(_CENT) if self.to_pay is not None and self.area else None


@dataclass(frozen=True)
class Sum:
    """How many units stand so, and what is asked for them together."""

    status: UnitStatus
    number: int
    price: Decimal


@plugin.page("Unit grid", menu=BUILDINGS, icon="layers", order=10)
def grid(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """A building: a column for each section, a row for each floor. A form that is sent holds the unit of the sheet."""
    buildings = {row.id: row for row in gate.rows(_BUILDINGS)}
    wanted = asked.rest or asked.query.get("building", "")
    chosen = (id_in(wanted) or 0) if wanted else next(iter(buildings), 0)
    here, looking, unit = f"{asked.url}/{chosen}", Looking.of(asked), id_in(asked.query.get("unit", "")) or 0
    if asked.is_post:
        done = hold_for(gate, gate.get(Unit, unit), asked.filled(Holding))
        return Redirect(f"{here}?{urlencode([*looking.pairs, ('unit', unit)])}", done.text)
    sections = _sections(gate, chosen)
    offers = offers_of(gate, buildings[chosen].complex, today(gate)) if chosen in buildings else []
    cells = _cells(gate, [id for id, _ in sections], looking, offers)
    sheet = sheet_of(gate, unit) if any(cell.id == unit for cell in cells) else None
    told = {
        "here": here,
        "buildings": [(each.id, each.name) for each in buildings.values()],
        "building": buildings[chosen].name if chosen in buildings else "",
        "sections": sections,
        "floors": _floors(cells, sections),
        "rooms": sorted({cell.rooms for cell in cells if cell.rooms is not None}),
        "layouts": _layouts(gate, cells),
        "views": [view for view in WindowView if any(view.value in cell.views for cell in cells)],
        "offers": [offer for offer in offers if any(cell.offer == offer for cell in cells)],
        "looking": looking,
        "kept": urlencode(looking.pairs),
        "fitting": sum(cell.fits for cell in cells),
        "number": len(cells),
        "sums": [found for status in UnitStatus if (found := _sum(cells, status)).number],
        "statuses": {status.value: status for status in UnitStatus},
        "sheet": sheet,
        "seen": next((cell for cell in cells if cell.id == unit), None),
        "window_views": {view.value: view for view in WindowView},
    }
    return Page("grid.html", told, fragment="plan", form=Holding if sheet and sheet.may_hold else None)


def _sections(gate: Gate, building: int) -> list[tuple[int, str]]:
    found = select(Section.id, Section.name).where(Section.building == building)
    return [(id, name) for id, name in gate.rows(found.order_by(Section.name, Section.id))]


def _cells(gate: Gate, sections: Sequence[int], looking: Looking, offers: Sequence[Offer]) -> list[Cell]:
    found = select(
        Unit.id, Unit.number, Unit.section, Unit.floor, Unit.rooms, Unit.area, Unit.price, Unit.status,
        Unit.layout, Unit.views,
    ).where(Unit.section.in_(sections))  # fmt: skip
    return [
        _cell(tuple(row), looking, offers)
        for row in gate.rows(found.order_by(Unit.floor.desc(), Unit.number, Unit.id))
    ]


def _cell(row: tuple[Any, ...], looking: Looking, offers: Sequence[Offer]) -> Cell:
    id, number, section, floor, rooms, area, price, status, layout, views = row
    # What is sold is not offered any more.
    best = best_of(offers, price, layout, floor) if status != UnitStatus.sold else None
    offer, to_pay = best or (None, price)
    views = tuple(views or ())
    fits = looking.fits(rooms, area, to_pay, status, layout=layout, views=views, promoted=offer is not None)
    return Cell(id, number, section, floor, rooms, area, price, status, layout, views, offer, to_pay, fits)


def _layouts(gate: Gate, cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """The layouts that there are among these units."""
    there = {cell.layout for cell in cells if cell.layout is not None}
    found = select(Layout.id, Layout.name).where(Layout.id.in_(there))
    return [(id, name) for id, name in gate.rows(found.order_by(Layout.name, Layout.id))] if there else []


def _floors(cells: Sequence[Cell], sections: Sequence[tuple[int, str]]) -> list[tuple[int, list[list[Cell]]]]:
    """The floors from the top, each with the units of every section."""
    standing: dict[tuple[int, int], list[Cell]] = {}
    for cell in cells:
        standing.setdefault((cell.floor, cell.section), []).append(cell)
    floors = sorted({cell.floor for cell in cells}, reverse=True)
    return [(floor, [standing.get((floor, id), []) for id, _ in sections]) for floor in floors]


def _sum(cells: Sequence[Cell], status: UnitStatus) -> Sum:
    prices = [cell.to_pay or Decimal(0) for cell in cells if cell.status == status]
    return Sum(status, len(prices), sum(prices, Decimal(0)))
