"""The job that warns of holds that run out, and ends those whose time is over."""

import datetime as dt

from hookline_sdk import Activity, Gate, JobRun, Text, select, words_for

from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.holds.locking import lock_unit
from hookline_real_estate.holds.terms import Terms
from hookline_real_estate.plugin import plugin


@plugin.job(cron="*/5 * * * *")
def mind_holds(run: JobRun) -> None:
    """Warn of holds that end soon, and end those whose time is over; who waits longest is next."""
    with run.transaction() as gate:
        warning = dt.timedelta(hours=Terms.of(gate).warning)
        held = select(Hold.id, Hold.unit, Hold.until, Hold.version).where(
            Hold.state == HoldState.active, Hold.paid.is_(False)
        )
        lock_unit(gate, *(row.unit for row in gate.rows(held.where(Hold.until <= run.now))))
        # Once more behind the lock: one of them may have been prolonged meanwhile.
        over = list(gate.rows(held.where(Hold.until <= run.now).order_by(Hold.id)))
        for hold in over:
            gate.update(Hold, hold.id, {"state": HoldState.expired}, version=hold.version)
        soon = held.where(Hold.until > run.now, Hold.until <= run.now + warning, Hold.warned.is_(False))
        warned = list(gate.rows(soon))
        for hold in warned:
            _warn(gate, gate.get(Hold, hold.id))
    run.result = {"ended": len(over), "warned": len(warned)}


def _warn(gate: Gate, hold: Hold) -> None:
    """Ask the owner of a hold, once, to prolong it or let it go."""
    values = {
        "subject": words_for(gate, hold.owner, Text("Hold %(number)s runs out", number=hold.number)),
        "about": f"real_estate_hold:{hold.id}",
        "contact": hold.contact,
    }
    gate.create(Activity, {**values, "due_at": hold.until, "owner": hold.owner, "team": hold.team})
    gate.update(Hold, hold.id, {"warned": True}, version=hold.version)
