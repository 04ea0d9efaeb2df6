"""What follows a change of a hold, in its transaction: the unit stands as its holds do, the next one is let in, a step is kept."""

from collections.abc import Iterator

from hookline_sdk import Gate, Text, Write, Written, select

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import TAKING, Hold, HoldState, HoldStep, Step
from hookline_real_estate.holds.locking import lock_unit
from hookline_real_estate.holds.terms import usual_end
from hookline_real_estate.plugin import plugin

_ENDS = {HoldState.released: Step.released, HoldState.expired: Step.expired, HoldState.sold: Step.sold}


@plugin.around_write(Hold)
def follow_holds(write: Write[Hold], gate: Gate) -> Iterator[None]:
    """Once the holds are written, everything that hangs on them is brought along, whoever may touch it."""
    yield
    units: set[int] = set()
    steps: list[dict[str, object]] = []
    house = gate.as_house(Text("holds"))
    for record in write.records:
        hold = house.find(Hold, record.id)
        units |= {each.unit for each in (hold, record.before) if each is not None}
        if (what := _step(write.what, record)) and (told := hold or record.before):
            steps.append(
                {
                    # No name: who may not see the hold may see that there was one.
                    "note": f"#{record.id}",
                    "unit": told.unit,
                    "hold": record.id,
                    "what": what,
                    "at": gate.now,
                    "until": told.until if told.state == HoldState.active and not told.paid else None,
                    "automatic": gate.actor.user is None,
                    "by": gate.actor.user,
                }
            )
    if steps:
        house.create_many(HoldStep, steps)
    for unit in sorted(units):
        settle(gate, unit)


def settle(gate: Gate, id: int) -> None:
    """Let the next one in where nobody has the unit, and bring its status to its holds. One not for sale stays so."""
    house = lock_unit(gate, id)
    unit = house.find(Unit, id)
    if unit is None or unit.status == UnitStatus.closed:
        return
    found = select(Hold.id, Hold.state, Hold.paid, Hold.sold_at, Hold.version).where(
        Hold.unit == id, Hold.state.in_((*TAKING, HoldState.waiting))
    )
    holds = list(house.rows(found.order_by(Hold.id)))
    taken = next((hold for hold in holds if hold.state in TAKING), None)
    if taken is None and holds:
        values = {"state": HoldState.active, "until": usual_end(gate), "warned": False}
        # Its own write settles the unit.
        house.update(Hold, holds[0].id, values, version=holds[0].version)
        return
    status = UnitStatus.free
    if taken is not None:
        status = UnitStatus.paid if taken.paid else UnitStatus.held
        if taken.state == HoldState.sold:
            status = UnitStatus.sold
    sold_on = taken.sold_at.date() if taken is not None and status == UnitStatus.sold else None
    if (status, sold_on) != (unit.status, unit.sold_on):
        house.update(Unit, id, {"status": status, "sold_on": sold_on}, version=unit.version)


def _step(what: str, record: Written[Hold]) -> Step | None:
    """What a write means to a hold; None for a change of something else."""
    before, values = record.before, record.values
    if what in ("trashed", "erased"):
        return Step.removed
    state = values.get("state", before.state if before else None)
    if before is None or before.state != state:
        if state == HoldState.active:
            return Step.next_in if before and before.state == HoldState.waiting else Step.held
        return _ENDS.get(HoldState(str(state)), Step.queued)
    if values.get("paid") and not before.paid:
        return Step.paid
    moved = "until" in values and values["until"] != before.until
    return Step.prolonged if moved and state == HoldState.active else None
