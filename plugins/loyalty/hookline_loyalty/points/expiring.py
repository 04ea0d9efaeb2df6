"""What ends by itself: the nightly job that books it, and the warning before it."""

import datetime as dt
from decimal import Decimal
from typing import Final

from hookline_sdk import Event, Gate, JobRun, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.booking import booking
from hookline_loyalty.points.data import Account
from hookline_loyalty.points.terms import Keeping

_AT_ONCE: Final = 200


class PointsExpiring(Event, plugin=plugin):
    """Some of what a customer has ends soon: told once for each day on which something ends."""

    account: int
    contact: int
    unit: str
    amount: Decimal
    ends_on: dt.date


@plugin.job(cron="20 1 * * *")
def end_points(run: JobRun) -> None:
    """End what was not used in time, and tell of what ends soon."""
    ended = warned = 0
    while found := _some_ended(run):
        ended += found
    while found := _some_warned(run):
        warned += found
    run.result = {"ended": ended, "warned": warned}


def _some_ended(run: JobRun) -> int:
    with run.transaction() as gate:
        over = select(Account.id).where(Account.next_on < run.now.date())
        ids = [id for (id,) in gate.rows(over.order_by(Account.id).limit(_AT_ONCE))]
        for id in ids:
            with booking(gate, id):
                pass  # whoever books on an account ends what is over in it
    return len(ids)


def _some_warned(run: JobRun) -> int:
    with run.transaction() as gate:
        soon = run.now.date() + dt.timedelta(days=Keeping.of(gate).warn_days)
        columns = (Account.id, Account.contact, Account.unit, Account.next_on, Account.next_amount)
        due = select(*columns).where(
            Account.next_on <= soon,
            Account.contact.is_not(None),
            Account.warned_on.is_distinct_from(Account.next_on),
        )
        rows = gate.rows(due.order_by(Account.id).limit(_AT_ONCE))
        for id, contact, unit, ends_on, amount in rows:
            _tell(
                gate, PointsExpiring(account=id, contact=contact, unit=unit, amount=amount, ends_on=ends_on)
            )
        gate.carry(Account, {row.id: {"warned_on": row.next_on} for row in rows})
    return len(rows)


def _tell(gate: Gate, event: PointsExpiring) -> None:
    gate.emit(event, about=f"contact:{event.contact}")
