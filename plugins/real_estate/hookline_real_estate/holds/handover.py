"""The handover of keys: planned as soon as a unit is sold, for the day on which its building is ready."""

import datetime as dt

from hookline_sdk import Activity, Gate, select

from hookline_real_estate.buildings.data import Building, Section, Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.holds.sales import UnitSold
from hookline_real_estate.plugin import plugin

KIND = "handover"
_MORNING = dt.time(7)

plugin.activity_kind("handover", "Handover of keys", icon="calendar-check")


@plugin.point
def handover_day(unit: Unit, gate: Gate) -> dt.date:
    """On which day the keys of a sold unit can be handed over; the first answer counts."""
    raise AssertionError("others answer")


@plugin.provides("real_estate.handover_day", order=900)
def when_built(unit: Unit, gate: Gate) -> dt.date | None:
    """When its building is ready, unless somebody knows better."""
    found = select(Building.ready_on).join(Section, Section.building == Building.id)
    ready: dt.date | None = gate.scalar(found.where(Section.id == unit.section))
    return ready


@plugin.on(UnitSold)
def plan_handover(event: UnitSold, gate: Gate) -> None:
    """One for each sale, however often it is told; one whose sale has fallen through is taken back."""
    about = f"real_estate_hold:{event.hold}"
    planned = select(Activity.id).where(
        Activity.about == about, Activity.kind == KIND, Activity.done_at.is_(None)
    )
    standing = [id for (id,) in gate.rows(planned)]
    if event.reversed:
        for id in standing:
            gate.trash(Activity, id)
        return
    hold, unit = gate.find(Hold, event.hold), gate.find(Unit, event.unit)
    if standing or hold is None or unit is None:
        return
    day = handover_day.first(unit, gate)
    if day is None or day < gate.now.date():
        return
    values = {"subject": unit.number, "kind": KIND, "about": about, "contact": event.contact}
    whose = {"owner": hold.owner, "team": hold.team}
    gate.create(Activity, {**values, **whose, "due_at": dt.datetime.combine(day, _MORNING, dt.UTC)})
