"""Holding a unit: the actions on its page and that of a hold, and the job that warns of holds and lets them run out."""

import datetime as dt
from dataclasses import dataclass

from hookline_sdk import (
    Act,
    Action,
    Activity,
    Form,
    Gate,
    JobRun,
    Mapped,
    Redirect,
    Settings,
    Text,
    integer,
    moment,
    ref,
    select,
)

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.plugin import plugin

WARNING = dt.timedelta(days=1)


@plugin.settings("Holds", icon="lock")
class Terms(Settings):
    """How units are held."""

    days: Mapped[int] = integer("A hold lasts, days", minimum=1, maximum=365, default=3)


plugin.view(
    Hold, "Running out", filter={"state": "active", "paid": "false"}, sort="until", name="running_out"
)


class Holding(Form):
    """For whom a unit is held, and until when."""

    contact: Mapped[int] = ref("contact", "For")
    until: Mapped[dt.datetime | None] = moment(
        "Until", help="When this stays empty, as long as the settings of holds say."
    )


@plugin.action(Unit, "Hold", icon="lock", asks=Holding, may=Action.read)
def hold_unit(act: Act[Unit, Holding], gate: Gate) -> Redirect:
    """Hold a unit for somebody; where another has it already, put them into the queue."""
    done = hold_for(gate, act.record, act.form)
    return Redirect(f"real_estate_hold:{done.hold}", done.text)


@plugin.action(Hold, "Release", icon="undo-2", confirm="Give the unit free?")
def release(act: Act[Hold], gate: Gate) -> Text:
    """End a hold before its time; who waits longest is next."""
    gate.update(Hold, act.record.id, {"state": HoldState.released}, version=act.record.version)
    let_next_in(gate, act.record.unit)
    return Text("The unit is free for the next one.")


@dataclass(frozen=True)
class Kept:
    """What came of holding a unit, and what is said of it."""

    hold: int
    text: Text


def hold_for(gate: Gate, unit: Unit, form: Holding) -> Kept:
    """Hold a unit for a contact; where another has it already, also somebody out of sight, they wait for it."""
    taken = gate.rows(
        select(Hold.id).where(Hold.unit == unit.id, Hold.state.in_(("active", "sold"))).limit(1)
    )
    waits = bool(taken) or unit.status in (UnitStatus.held, UnitStatus.sold)
    values = {
        "number": f"{unit.number}-{form.contact}",
        "unit": unit.id,
        "contact": form.contact,
        "state": HoldState.waiting if waits else HoldState.active,
        "until": form.until or usual_end(gate),
    }
    id = gate.create(Hold, values)
    return Kept(id, Text("Waiting: another has it.") if waits else Text("The unit is held."))


@plugin.job(cron="*/5 * * * *")
def mind_holds(run: JobRun) -> None:
    """Warn of holds that end within a day, and end those whose time is over."""
    with run.transaction() as gate:
        held = select(Hold.id, Hold.unit, Hold.until, Hold.version).where(
            Hold.state == HoldState.active, Hold.paid.is_(False)
        )
        over = list(gate.rows(held.where(Hold.until <= run.now)))
        soon = list(
            gate.rows(
                held.where(Hold.until > run.now, Hold.until <= run.now + WARNING, Hold.warned.is_(False))
            )
        )
        for id, unit, _, version in over:
            gate.update(Hold, id, {"state": HoldState.expired}, version=version)
            let_next_in(gate, unit)
        for id, _, _, _ in soon:
            _warn(gate, gate.get(Hold, id))
    run.result = {"ended": len(over), "warned": len(soon)}


def usual_end(gate: Gate) -> dt.datetime:
    """Until when a unit is held when nobody says it."""
    return gate.now + dt.timedelta(days=Terms.of(gate).days)


def let_next_in(gate: Gate, unit: int) -> None:
    """Give a unit that has become free to whoever has waited longest."""
    waiting = select(Hold.id, Hold.version).where(Hold.unit == unit, Hold.state == HoldState.waiting)
    for id, version in gate.rows(waiting.order_by(Hold.id).limit(1)):
        until = usual_end(gate)
        gate.update(Hold, id, {"state": HoldState.active, "until": until, "warned": False}, version=version)


def _warn(gate: Gate, hold: Hold) -> None:
    """Ask the owner of a hold, once, to prolong it or let it go."""
    values = {
        "subject": f"Hold {hold.number} runs out",
        "about": f"real_estate_hold:{hold.id}",
        "contact": hold.contact,
    }
    gate.create(Activity, {**values, "due_at": hold.until, "owner": hold.owner, "team": hold.team})
    gate.update(Hold, hold.id, {"warned": True}, version=hold.version)
