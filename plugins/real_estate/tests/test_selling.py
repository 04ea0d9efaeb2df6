"""A unit that is sold is told to others, its handover is planned, and the command line says which holds end."""

import datetime as dt

from hookline_sdk import Activity, Gate, select
from hookline_sdk.testing import Clock, Crm, Make, Outbox

from hookline_real_estate.buildings.data import Building, Section, Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.holds.handover import KIND
from hookline_real_estate.holds.holding import give_free


def planned(gate: Gate) -> list[tuple[str, dt.datetime]]:
    found = select(Activity.subject, Activity.due_at).where(Activity.kind == KIND)
    return [(subject, due) for subject, due in gate.rows(found.order_by(Activity.id))]


def test_the_keys_are_handed_over_when_the_building_is_ready(
    crm: Crm, make: Make, clock: Clock, outbox: Outbox
) -> None:
    ready = clock.now.date() + dt.timedelta(days=90)
    unit = make(Unit, number="101", section=make(Section, building=make(Building, ready_on=ready)))
    hold = make(Hold, unit=unit)
    outbox.run()
    with crm.writing() as gate:
        assert planned(gate) == []
        gate.update(Hold, hold.id, {"state": "sold"})
    outbox.run()
    with crm.writing() as gate:
        assert planned(gate) == [("101", dt.datetime.combine(ready, dt.time(7), dt.UTC))]
        # Saved again, it is the same sale.
        gate.update(Hold, hold.id, {"sold_at": clock.now})
    outbox.run()
    with crm.writing() as gate:
        assert len(planned(gate)) == 1
        give_free(gate, gate.get(Unit, unit.id))
    outbox.run()
    with crm.writing() as gate:
        assert planned(gate) == []


def test_a_building_without_a_day_plans_nothing(crm: Crm, make: Make, outbox: Outbox) -> None:
    hold = make(Hold, unit=make(Unit, section=make(Section, building=make(Building, ready_on=None))))
    with crm.writing() as gate:
        gate.update(Hold, hold.id, {"state": "sold"})
    outbox.run()
    with crm.writing() as gate:
        assert planned(gate) == []


def test_the_command_line_says_which_holds_end(crm: Crm, make: Make, clock: Clock) -> None:
    until = clock.now + dt.timedelta(hours=5)
    make(Hold, unit=make(Unit, number="101"), until=until)
    make(Hold, unit=make(Unit, number="102"), until=clock.now + dt.timedelta(hours=30))
    later = until + dt.timedelta(hours=25)
    soon, then = (
        f"{moment.isoformat(timespec='minutes')}  {unit}" for moment, unit in ((until, 101), (later, 102))
    )
    assert crm.command("real_estate", "ending-holds") == [soon]
    assert crm.command("real_estate", "ending-holds", "--hours", "48") == [soon, then]
