"""Payments that are late: the owner of a deal is reminded until they are paid, as often as the settings say."""

import datetime as dt
from typing import Any

from hookline_sdk import (
    Activity,
    Change,
    Deal,
    Gate,
    JobRun,
    Mapped,
    Settings,
    Text,
    integer,
    or_,
    select,
    words_for,
)
from sqlalchemy import Row, Select

from hookline_real_estate.deals.data import OWED, Instalment
from hookline_real_estate.plugin import plugin

_AT_ONCE = 200


@plugin.settings("Late payments", icon="calendar-clock")
class Lateness(Settings):
    """When whoever has a deal is reminded of a payment that has not come."""

    after: Mapped[int] = integer("First, days after it was due", minimum=1, maximum=90, default=1)
    every: Mapped[int] = integer(
        "Again every, days", minimum=0, maximum=90, default=7, help="Until it is paid. 0 for once only."
    )


@plugin.job(cron="20 5 * * *")
def remind_of_late(run: JobRun) -> None:
    """Ask the owner of a deal to see to each line that is late: with a new task, or with the one that is still open."""
    with run.reading() as gate:
        terms = Lateness.of(gate)
    done, last = 0, 0
    while True:
        run.check()
        with run.transaction() as gate:
            late = gate.rows(_late(run.now.date(), terms).where(Instalment.id > last).limit(_AT_ONCE))
            open_tasks = _open_among(gate, [row.task for row in late if row.task])
            for row in late:
                _remind(gate, row, row.task in open_tasks)
        done += len(late)
        if len(late) < _AT_ONCE:
            break
        last = late[-1].id
    run.result = {"reminded": done}


@plugin.after_commit(Instalment, fields=("state",))
def close_task(event: Change, gate: Gate) -> None:
    """Of a line that is paid or replaced nobody needs to be reminded."""
    line = gate.find(Instalment, event.record)
    if line is not None and line.task and line.state not in OWED and _open_among(gate, [line.task]):
        gate.update(Activity, line.task, {"done_at": gate.now})


def _late(today: dt.date, terms: Lateness) -> "Select[*tuple[Any, ...]]":
    """The lines of which somebody is to be reminded on a day."""
    never = Instalment.reminded_on.is_(None)
    long_ago = Instalment.reminded_on <= today - dt.timedelta(days=terms.every)
    return (
        select(
            Instalment.id, Instalment.number, Instalment.task, Deal.id.label("deal"), Deal.name, Deal.owner, Deal.team
        )
        .join(Deal, Instalment.deal == Deal.id)
        .where(
            Instalment.state.in_(OWED),
            Instalment.due_on <= today - dt.timedelta(days=terms.after),
            Deal.outcome != "lost",
            or_(never, long_ago) if terms.every else never,
        )
        .order_by(Instalment.id)
    )  # fmt: skip


def _remind(gate: Gate, row: Row[Any], is_open: bool) -> None:
    task = row.task
    if is_open:
        gate.update(Activity, task, {"due_at": gate.now})
    else:
        late = Text("Payment %(number)s is late: %(deal)s", number=row.number, deal=row.name)
        subject = words_for(gate, row.owner, late)
        values = {"subject": subject, "about": f"deal:{row.deal}", "due_at": gate.now}
        task = gate.create(Activity, {**values, "owner": row.owner, "team": row.team})
    gate.update(Instalment, row.id, {"reminded_on": gate.now.date(), "task": task})


def _open_among(gate: Gate, tasks: list[int]) -> set[int]:
    """Those of these tasks that are not done."""
    found = select(Activity.id).where(Activity.id.in_(tasks), Activity.done_at.is_(None))
    return {id for (id,) in gate.rows(found)} if tasks else set()
