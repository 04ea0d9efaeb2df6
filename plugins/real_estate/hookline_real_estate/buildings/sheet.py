"""The sheet of a unit beside the grid: its facts, who has it, who waits, and whom it would fit."""

import datetime as dt
from dataclasses import dataclass

from hookline_sdk import Action, Contact, Gate, Text, select

from hookline_real_estate.buildings.data import Layout, Section, Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.holds.locking import QUEUE
from hookline_real_estate.requests.finding import Found, best_requests
from hookline_real_estate.requests.glances import differs
from hookline_real_estate.requests.offers import UNITS

_FEW = 4
_OPEN = (UnitStatus.free, UnitStatus.held, UnitStatus.paid)


@dataclass(frozen=True)
class Held:
    """A hold as the sheet shows it."""

    id: int
    contact: int
    name: str
    state: str
    until: dt.datetime | None
    paid: bool
    place: int
    left: dt.timedelta | None
    may_change: bool


@dataclass(frozen=True)
class Sheet:
    """A unit with the holds on it that this person may see."""

    unit: Unit
    section: str
    taken: Held | None
    queue: list[Held]
    waiting: int
    may_hold: bool
    layout: str
    plan: int | None
    buyers: list[tuple[Found, Text]]


def sheet_of(gate: Gate, id: int) -> Sheet | None:
    """What the sheet of a unit says; None where there is no such unit in sight."""
    unit = gate.find(Unit, id)
    if unit is None:
        return None
    holds = _holds(gate, id)
    layout = gate.find(Layout, unit.layout) if unit.layout else None
    queue = [hold for hold in holds if hold.state == HoldState.waiting]
    return Sheet(
        unit,
        gate.scalar(select(Section.name).where(Section.id == unit.section)) or "",
        next((hold for hold in holds if hold.state != HoldState.waiting), None),
        queue,
        _waiting(gate, id),
        unit.status in _OPEN and gate.may("real_estate_hold", Action.create),
        layout.name if layout else "",
        layout.plan if layout else None,
        _buyers(gate, unit),
    )


def _buyers(gate: Gate, unit: Unit) -> list[tuple[Found, Text]]:
    """The requests that a free unit fits best, each with what differs."""
    if unit.status != UnitStatus.free or not gate.may("real_estate_request", Action.read):
        return []
    return [(found, differs(found)) for found in best_requests(gate, UNITS.one(gate, unit.id), _FEW)]


def _holds(gate: Gate, unit: int) -> list[Held]:
    states = (HoldState.active, HoldState.sold, HoldState.waiting)
    found = select(Hold.id, Hold.contact, Hold.state, Hold.until, Hold.paid).where(
        Hold.unit == unit, Hold.state.in_(states)
    )
    rows = list(gate.rows(found.order_by(Hold.id)))
    wanted = select(Contact.id, Contact.name).where(Contact.id.in_({row.contact for row in rows}))
    names = {row.id: row.name for row in gate.rows(wanted)}
    mine = gate.visible(Hold.__tablename__, [row.id for row in rows], action=Action.edit)
    places = {hold: place for place, hold in enumerate(_queue(gate, unit), 1)}
    return [
        Held(
            row.id, row.contact, names.get(row.contact, ""), row.state, row.until, row.paid,
            places.get(row.id, 0), row.until - gate.now if row.until else None, row.id in mine,
        )
        for row in rows
    ]  # fmt: skip


def _waiting(gate: Gate, unit: int) -> int:
    return len(_queue(gate, unit))


def _queue(gate: Gate, unit: int) -> list[int]:
    """Everybody who waits for a unit, in their order, those out of sight too: a place is counted among all."""
    found = select(Hold.id).where(Hold.unit == unit, Hold.state == HoldState.waiting)
    return [id for (id,) in gate.as_house(QUEUE).rows(found.order_by(Hold.id))]
