"""Before a viewing: whoever shows the property has a task and a notice, and the buyer a letter or a short message if they agreed."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from hookline_sdk import (
    Activity,
    BeforeSave,
    Change,
    Contact,
    Gate,
    JobRun,
    Mapped,
    Problem,
    Settings,
    Text,
    User,
    choice,
    integer,
    long_text,
    ref,
    select,
    text_to,
    write_to,
)
from sqlalchemy import Row, Select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import OPEN, Viewing
from hookline_real_estate.ways import By, is_open

_AT_ONCE = 200
_PLACES = ("when", "address", "agent", "phone")
_PLACE = re.compile(r"\{(\w*)\}")


@plugin.settings("Reminders of viewings", icon="bell")
class Reminders(Settings):
    """When who is reminded of a viewing. Buyers are, who have agreed to this purpose, and nobody else."""

    agent_hours: Mapped[int] = integer(
        "Whoever shows it, hours before", minimum=0, maximum=168, default=2, help="0 for not at all."
    )
    by: Mapped[str | None] = choice("Buyers by", By, help="Not at all, when this stays empty.")
    buyer_hours: Mapped[int] = integer("Buyers, hours before", minimum=1, maximum=168, default=24)
    purpose: Mapped[int | None] = ref("consent_purpose", "Purpose of consent")
    said: Mapped[str] = long_text(
        "What buyers read",
        default="{address}\n{when}\n{agent}, {phone}",
        max_length=1000,
        help="{when}, {address}, {agent} and {phone} stand for those of the viewing.",
    )

    def check(self) -> Iterator[Problem]:
        """Who reminds buyers says of which consent, and names only what is known."""
        if self.by and not self.purpose:
            yield Problem("purpose", Text("Say to what buyers must have agreed."))
        for name in _PLACE.findall(self.said or ""):
            if name not in _PLACES:
                yield Problem("said", Text("Nothing is called {%(name)s}.", name=name))


@plugin.job(cron="*/10 * * * *")
def remind_of_viewings(run: JobRun) -> None:
    """Each viewing once for whoever shows it and once for the buyer; one that is moved is reminded of anew."""
    with run.reading() as gate:
        terms = Reminders.of(gate)
    agents = _each(run, _soon(run.now, terms.agent_hours).where(Viewing.task.is_(None)), _remind_agent)
    due = _soon(run.now, terms.buyer_hours).where(Viewing.buyer_reminded.is_(False))
    buyers = _each(run, due, lambda gate, row: _remind_buyer(gate, row, terms)) if terms.by else 0
    run.result = {"agents": agents, "buyers": buyers}


@plugin.before_save(Viewing)
def remind_anew(event: BeforeSave[Viewing]) -> None:
    """Of a viewing at another time or of another property nobody has been reminded."""
    before, now = event.before, event.record
    if before is not None and (before.starts_at, before.property) != (now.starts_at, now.property):
        event.values |= {"task": None, "buyer_reminded": False}


@plugin.after_commit(Viewing, fields=("state", "task"))
def close_task(event: Change, gate: Gate) -> None:
    """When a viewing took place, was cancelled or moved, the task to show it is over."""
    viewing = gate.find(Viewing, event.record)
    if viewing is None:
        return
    over = {event.changes.get("task", (None, None))[0]}
    if viewing.state not in OPEN:
        over.add(viewing.task)
    for task in gate.several(Activity, sorted(id for id in over if isinstance(id, int))):
        if task.done_at is None:
            gate.update(Activity, task.id, {"done_at": gate.now})


def _soon(now: dt.datetime, hours: int) -> "Select[*tuple[Any, ...]]":
    """Viewings that stand and begin within these hours, with what is said of them."""
    return (
        select(
            Viewing.id, Viewing.number, Viewing.starts_at, Viewing.owner, Viewing.team, Viewing.contact,
            Property.address, Contact.name.label("who"), User.name.label("agent"), User.phone, User.time_zone,
        )
        .join(Property, Viewing.property == Property.id)
        .join(Contact, Viewing.contact == Contact.id)
        .outerjoin(User, Viewing.owner == User.id)
        .where(
            Viewing.state.in_(OPEN),
            Viewing.starts_at > now,
            Viewing.starts_at <= now + dt.timedelta(hours=hours),
        )
        .order_by(Viewing.id)
    )  # fmt: skip


def _each(run: JobRun, due: "Select[*tuple[Any, ...]]", remind: Callable[[Gate, Row[Any]], bool]) -> int:
    """Remind of each of these, some in a transaction. How many were."""
    done = last = 0
    while True:
        run.check()
        with run.transaction() as gate:
            rows = gate.rows(due.where(Viewing.id > last).limit(_AT_ONCE))
            done += sum(remind(gate, row) for row in rows)
        if len(rows) < _AT_ONCE:
            return done
        last = rows[-1].id


def _remind_agent(gate: Gate, row: Row[Any]) -> bool:
    """A task that is due when the viewing begins, with a notice now. Its title needs no words in any language."""
    task = gate.create(
        Activity,
        {
            "subject": f"{row.number}: {row.address}, {row.who}",
            "about": f"real_estate_viewing:{row.id}",
            "contact": row.contact,
            "due_at": row.starts_at,
            "reminder_at": gate.now,
            "owner": row.owner,
            "team": row.team,
        },
    )
    gate.update(Viewing, row.id, {"task": task})
    return True


def _remind_buyer(gate: Gate, row: Row[Any], terms: Reminders) -> bool:
    """A letter or a short message; whoever has not agreed by then gets none."""
    purpose, about = terms.purpose or 0, f"real_estate_viewing:{row.id}"
    gate.update(Viewing, row.id, {"buyer_reminded": True})
    said, key = _filled(terms.said, row), f"viewing:{row.id}:{row.starts_at.isoformat()}"
    by = By(terms.by or By.email)
    if not is_open(gate, by, row.contact, purpose):
        return False
    if by == By.sms:
        text_to(gate, row.contact, said, purpose=purpose, about=about, key=key)
    else:
        write_to(gate, row.contact, row.address, said, purpose=purpose, about=about, key=key)
    return True


def _filled(said: str, row: Row[Any]) -> str:
    """The text with what is known of the viewing; the time as it is where the agent is."""
    at = row.starts_at.astimezone(ZoneInfo(row.time_zone or "UTC"))
    values = {
        "when": f"{at:%d.%m.%Y %H:%M}",
        "address": row.address,
        "agent": row.agent or "",
        "phone": row.phone or "",
    }
    filled = _PLACE.sub(lambda found: values.get(found[1], found[0]), said)
    return "\n".join(line.strip(" ,") for line in filled.splitlines())
