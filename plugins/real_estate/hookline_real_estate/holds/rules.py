"""What is asked of a hold before it is saved, in forms, imports and the API alike, and what is filled in."""

import datetime as dt

from hookline_sdk import BeforeSave, Contact, Gate, Text

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import TAKING, Hold, HoldState
from hookline_real_estate.holds.terms import last_end, usual_end
from hookline_real_estate.plugin import plugin


@plugin.before_save(Hold)
def judge_hold(event: BeforeSave[Hold]) -> None:
    """A unit that is not for sale is not held, and nothing is held longer than the settings let it."""
    hold, before, values = event.record, event.before, event.values
    if not hold.number and hold.unit and (wanted := event.gate.find(Unit, hold.unit)) is not None:
        values["number"] = number_of(event.gate, wanted, hold.contact)
    taking = hold.state in TAKING and (before is None or before.state not in TAKING)
    unit = event.gate.find(Unit, hold.unit) if taking and hold.unit else None
    if unit is not None and unit.status == UnitStatus.closed:
        event.reject(Text("%(unit)s is not for sale.", unit=unit.number), "unit")
    if taking:
        values["since"] = event.gate.now
    if hold.state == HoldState.sold and hold.sold_at is None:
        values["sold_at"] = event.gate.now
    if hold.paid and hold.paid_at is None:
        values["paid_at"] = event.gate.now
    if hold.state == HoldState.active and not hold.paid:
        _judge_end(event, values.get("since") or hold.since or event.gate.now)


def _judge_end(event: BeforeSave[Hold], since: dt.datetime) -> None:
    """Somebody's hold ends, and not later than the longest one does."""
    until = event.record.until
    if until is None:
        event.values["until"] = usual_end(event.gate)
        return
    if event.before is not None and event.before.state == HoldState.active and event.before.until == until:
        return
    if until > (last := last_end(event.gate, since)):
        event.reject(Text("A hold ends on %(day)s at the latest.", day=last.date()), "until")


def number_of(gate: Gate, unit: Unit, contact: int) -> str:
    """What a hold is called: the unit, and for whom."""
    name = gate.titles(Contact.__tablename__, [contact]).get(contact, "")
    return f"{unit.number} · {name}"[:60] if name else unit.number
