"""What people do with units and holds from their pages."""

import datetime as dt
from decimal import Decimal
from typing import Final

from hookline_sdk import Act, Action, Form, Gate, Mapped, Redirect, Text, moment, money

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.holds.holding import Holding, hold_for, prolong, release_hold, sell, turn_paid
from hookline_real_estate.plugin import plugin

RUNNING: Final = 'state = "active" and not paid'


class Longer(Form):
    """Until when a unit is kept."""

    until: Mapped[dt.datetime] = moment("Until")


class Deposit(Form):
    """What was paid for a hold, and when."""

    deposit: Mapped[Decimal] = money("Deposit", minimum=1)
    paid_at: Mapped[dt.datetime | None] = moment("Paid at", help="Now, when this stays empty.")


@plugin.action(Unit, "Hold", icon="lock", asks=Holding, may=Action.read, when='status != "closed"')
def hold_unit(act: Act[Unit, Holding], gate: Gate) -> Redirect:
    """Hold a unit for somebody; where another has it already, put them into the queue."""
    done = hold_for(gate, act.record, act.form)
    return Redirect(f"real_estate_hold:{done.hold}", done.text)


@plugin.action(Hold, "Prolong", icon="clock", asks=Longer, when=RUNNING, order=10)
def prolong_hold(act: Act[Hold, Longer], gate: Gate) -> Text:
    """Keep the unit longer, as far as the settings let it."""
    prolong(gate, act.record, act.form.until)
    return Text("Prolonged.")


@plugin.action(Hold, "Deposit paid", icon="wallet", asks=Deposit, when=RUNNING, order=20)
def pay(act: Act[Hold, Deposit], gate: Gate) -> Text:
    """A deposit has come: the hold does not run out any more."""
    turn_paid(gate, act.record, act.form.deposit, paid_at=act.form.paid_at)
    return Text("This is a paid hold now.")


@plugin.action(
    Hold,
    "Sold",
    icon="circle-check",
    confirm="Is the unit sold to whoever it is held for?",
    when='state = "active" or state = "waiting"',
    order=30,
)
def sold(act: Act[Hold], gate: Gate) -> Text:
    """The unit is sold to whoever holds it, or waits for it while nobody does."""
    sell(gate, gate.get(Unit, act.record.unit), act.record.contact)
    return Text("The unit is sold.")


@plugin.action(
    Hold,
    "Release",
    icon="undo-2",
    confirm="End this hold?",
    when='state != "released" and state != "expired"',
    order=40,
)
def release(act: Act[Hold], gate: Gate) -> Text:
    """End a hold before its time; who waits longest is next."""
    release_hold(gate, act.record)
    return Text("The hold has ended; whoever waits longest is next.")
