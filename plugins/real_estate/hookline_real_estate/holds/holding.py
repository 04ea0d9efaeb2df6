"""Who has a unit: holding it, prolonging, paying, selling, giving it free. What screens, deals and jobs call."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Form, Gate, Invalid, Mapped, Problem, Text, func, moment, ref, select

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import TAKING, Hold, HoldState
from hookline_real_estate.holds.locking import lock_unit
from hookline_real_estate.holds.rules import number_of
from hookline_real_estate.plugin import plugin

plugin.view(
    Hold, "Running out", filter={"state": "active", "paid": "false"}, sort="until", name="running_out"
)


class Holding(Form):
    """For whom a unit is held, and until when."""

    contact: Mapped[int] = ref("contact", "For")
    until: Mapped[dt.datetime | None] = moment(
        "Until", help="When this stays empty, as long as the settings of holds say."
    )


@dataclass(frozen=True)
class Kept:
    """What came of holding a unit: `place` is 0 for who has it, else the place in the queue. The text says it."""

    hold: int
    place: int
    text: Text


def hold_for(gate: Gate, unit: Unit, form: Holding) -> Kept:
    """Hold a unit for a contact; where another has it already, also somebody out of sight, they wait for it.

    Of those who come at the same moment one has it, the others stand in the queue in the order in which they came.
    """
    house = lock_unit(gate, unit.id)
    standing = house.rows(
        select(Hold.id, Hold.contact, Hold.state).where(
            Hold.unit == unit.id, Hold.state.in_((*TAKING, HoldState.waiting))
        )
    )
    mine = next((hold for hold in standing if hold.contact == form.contact), None)
    if mine is not None and mine.state in TAKING:
        raise Invalid([Problem("contact", Text("They have this unit already."))])
    if mine is not None:
        return _waits(house, unit.id, mine.id)
    waits = any(hold.state in TAKING for hold in standing)
    values = {
        "number": number_of(gate, unit, form.contact),
        "unit": unit.id,
        "contact": form.contact,
        "state": HoldState.waiting if waits else HoldState.active,
        "until": form.until,
    }
    id = gate.create(Hold, values)
    return _waits(house, unit.id, id) if waits else Kept(id, 0, Text("The unit is held."))


def place_of(house: Gate, unit: int, hold: int) -> int:
    """Which place a waiting hold has in the queue for its unit. Ask the house: most of a queue may be out of one's sight."""
    ahead = select(func.count(Hold.id)).where(
        Hold.unit == unit, Hold.state == HoldState.waiting, Hold.id <= hold
    )
    return int(house.scalar(ahead) or 0)


def prolong(gate: Gate, hold: Hold, until: dt.datetime) -> None:
    """Keep a unit longer for whoever has it. Refused beyond what the settings let it."""
    _must_stand(hold)
    if hold.until is not None and until <= hold.until:
        raise Invalid([Problem("until", Text("It lasts until then already."))])
    gate.update(Hold, hold.id, {"until": until, "warned": False}, version=hold.version)


def turn_paid(gate: Gate, hold: Hold, deposit: Decimal, *, paid_at: dt.datetime | None = None) -> None:
    """A deposit has come: from now on the hold does not run out."""
    _must_stand(hold)
    values = {"paid": True, "deposit": deposit, "paid_at": paid_at or gate.now}
    gate.update(Hold, hold.id, values, version=hold.version)


def sell(gate: Gate, unit: Unit, contact: int, *, sold_at: dt.datetime | None = None) -> int:
    """A unit is sold to a contact; answers the hold that says so. Invalid where another has it."""
    house = lock_unit(gate, unit.id)
    found = select(Hold.id, Hold.contact, Hold.state, Hold.version).where(
        Hold.unit == unit.id, Hold.state.in_((*TAKING, HoldState.waiting))
    )
    standing = list(house.rows(found.order_by(Hold.id)))
    taken = next((hold for hold in standing if hold.state in TAKING), None)
    if taken is not None and taken.contact != contact:
        raise Invalid([Problem("", Text("%(unit)s is held for or sold to somebody else.", unit=unit.number))])
    values = {"state": HoldState.sold, "sold_at": sold_at or gate.now}
    mine = taken or next((hold for hold in standing if hold.contact == contact), None)
    if mine is None:
        whose = {"number": number_of(gate, unit, contact), "unit": unit.id, "contact": contact}
        return gate.create(Hold, {**whose, **values})
    if mine.state != HoldState.sold:
        # A colleague's hold for the same buyer is as good as one's own.
        seen = gate.find(Hold, mine.id) is not None
        (gate if seen else house).update(Hold, mine.id, values, version=mine.version)
    return int(mine.id)


def release_hold(gate: Gate, hold: Hold) -> None:
    """End a hold before its time; who waits longest is next."""
    if hold.state not in (*TAKING, HoldState.waiting):
        raise Invalid([Problem("", Text("This hold has ended."))])
    lock_unit(gate, hold.unit)
    gate.update(Hold, hold.id, {"state": HoldState.released}, version=hold.version)


def give_free(gate: Gate, unit: Unit) -> None:
    """Nobody has the unit any more, as when a deal has fallen through; who waits longest is next."""
    house = lock_unit(gate, unit.id)
    taken = house.rows(
        select(Hold.id, Hold.version).where(Hold.unit == unit.id, Hold.state.in_(TAKING)).limit(1)
    )
    for id, version in taken:
        seen = gate.find(Hold, id) is not None
        (gate if seen else house).update(Hold, id, {"state": HoldState.released}, version=version)


def is_taken(unit: Unit) -> bool:
    """Whether somebody has it."""
    return unit.status in (UnitStatus.held, UnitStatus.paid, UnitStatus.sold)


def _waits(house: Gate, unit: int, hold: int) -> Kept:
    place = place_of(house, unit, hold)
    return Kept(hold, place, Text("Another has it. You are number %(place)s in the queue.", place=place))


def _must_stand(hold: Hold) -> None:
    if hold.state != HoldState.active:
        raise Invalid([Problem("", Text("Only a hold that stands can be changed like this."))])
