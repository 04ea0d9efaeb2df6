"""The sheet of a unit beside the grid: its facts, who has it, and who waits."""

import datetime as dt
from dataclasses import dataclass

from hookline_sdk import Action, Contact, Gate, select

from hookline_real_estate.buildings.data import Section, Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState


@dataclass(frozen=True)
class Held:
    """A hold as the sheet shows it."""

    id: int
    contact: int
    name: str
    state: str
    until: dt.datetime | None
    paid: bool


@dataclass(frozen=True)
class Sheet:
    """A unit with the holds on it that this person may see."""

    unit: Unit
    section: str
    taken: Held | None
    queue: list[Held]
    may_hold: bool


def sheet_of(gate: Gate, id: int) -> Sheet | None:
    """What the sheet of a unit says; None where there is no such unit in sight."""
    unit = gate.find(Unit, id)
    if unit is None:
        return None
    holds = _holds(gate, id)
    return Sheet(
        unit,
        gate.scalar(select(Section.name).where(Section.id == unit.section)) or "",
        next((hold for hold in holds if hold.state != HoldState.waiting), None),
        [hold for hold in holds if hold.state == HoldState.waiting],
        unit.status in (UnitStatus.free, UnitStatus.held) and gate.may("real_estate_hold", Action.create),
    )


def _holds(gate: Gate, unit: int) -> list[Held]:
    states = (HoldState.active, HoldState.sold, HoldState.waiting)
    found = select(Hold.id, Hold.contact, Hold.state, Hold.until, Hold.paid).where(
        Hold.unit == unit, Hold.state.in_(states)
    )
    rows = list(gate.rows(found.order_by(Hold.id)))
    wanted = select(Contact.id, Contact.name).where(Contact.id.in_({row.contact for row in rows}))
    names = {row.id: row.name for row in gate.rows(wanted)}
    return [
        Held(row.id, row.contact, names.get(row.contact, ""), row.state, row.until, row.paid) for row in rows
    ]
