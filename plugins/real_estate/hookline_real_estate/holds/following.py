"""A unit follows its holds."""

from hookline_sdk import Change, Gate, select

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.plugin import plugin


@plugin.after_commit(Hold, fields=("state", "unit"))
def follow_hold(event: Change, gate: Gate) -> None:
    """A unit is as its holds are; the one before it, when a hold has moved, too."""
    units = {unit for unit in event.changes.get("unit", ()) if unit is not None}
    if hold := gate.find(Hold, event.record):
        units.add(hold.unit)
    for unit in units:
        settle(gate, unit)


def settle(gate: Gate, id: int) -> None:
    """Bring the status of a unit to its holds. One that is not for sale stays so."""
    unit = gate.find(Unit, id)
    if unit is None or unit.status == UnitStatus.closed:
        return
    states = {state for (state,) in gate.rows(select(Hold.state).where(Hold.unit == id))}
    status = UnitStatus.free
    if HoldState.active in states:
        status = UnitStatus.held
    if HoldState.sold in states:
        status = UnitStatus.sold
    if status != unit.status:
        gate.update(Unit, id, {"status": status}, version=unit.version)
