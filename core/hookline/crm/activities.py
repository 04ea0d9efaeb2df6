"""Activities: calls, meetings, e-mails, messages, notes and tasks, about any record; the timeline is made of them."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from dateutil.rrule import rrulestr
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Select,
    bindparam,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped

from hookline.crm.access.actors import directory
from hookline.crm.core import core
from hookline.crm.mentions import find_mentions
from hookline.crm.settings import setting
from hookline.errors import Text
from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    Choices,
    any_record,
    choice,
    long_text,
    moment,
    ref,
    references,
    text,
    time_span,
    web_address,
    yes_no,
)
from hookline.kernel.gate import Gate
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.prepared import ask
from hookline.kernel.rules import BeforeSave
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant
from hookline.kernel.titles import keys_by_entity

Saved = Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]


class ActivityKind(Choices):
    """What was done or is to be done. Plugins add kinds of their own."""

    call = "call", "Call"
    meeting = "meeting", "Meeting"
    email = "email", "E-mail"
    message = "message", "Message"
    note = "note", "Note"
    task = "task", "Task"


class Direction(Choices):
    """Who began."""

    outgoing = "outgoing", "Outgoing"
    incoming = "incoming", "Incoming"


class Outcome(Choices):
    """How a call or a meeting ended."""

    reached = "reached", "Reached", "green"
    no_answer = "no_answer", "No answer", "amber"
    call_back = "call_back", "Asked to call back", "blue"
    not_interested = "not_interested", "Not interested", "red"
    wrong_number = "wrong_number", "Wrong number", "gray"


class Activity(
    Entity,
    plugin=core,
    icon="calendar-check",
    plural="Activities",
    title="subject",
    menu="Sales",
    menu_order=30,
    sort="-due_at",
):
    """Something done, or to be done, about a record. It is open until `done_at` is set; a note is done when written."""

    subject: Mapped[str] = text("Subject", search=True, list=True)
    kind: Mapped[str] = choice("Kind", ActivityKind, default=ActivityKind.task, list=True, filter=True)
    about: Mapped[str | None] = any_record("About", list=True)
    contact: Mapped[int | None] = ref("contact", "Contact", list=True)
    company: Mapped[int | None] = ref("company", "Company")
    body: Mapped[str | None] = long_text("Text", search=True)
    due_at: Mapped[dt.datetime | None] = moment("Due", list=True, filter=True, index=True)
    done_at: Mapped[dt.datetime | None] = moment("Done", list=True, filter=True, index=True)
    direction: Mapped[str | None] = choice("Direction", Direction)
    outcome: Mapped[str | None] = choice("Outcome", Outcome, filter=True)
    duration: Mapped[dt.timedelta | None] = time_span("Duration")
    recording: Mapped[str | None] = web_address("Recording")
    reminder_at: Mapped[dt.datetime | None] = moment("Remind at")
    repeat: Mapped[str | None] = text(
        "Repeat", max_length=200, help="An iCalendar rule, e.g. FREQ=WEEKLY;BYDAY=MO"
    )
    pinned: Mapped[bool] = yes_no("Pinned")
    mentions = references("user", "Mentioned")


_columns = Activity.__table__.c
# What somebody still has to do, in order: the start of every working day.
_open = _columns.done_at.is_(None)
Index("ix_activity_open", _columns.owner, _columns.due_at, sqlite_where=_open, postgresql_where=_open)
# What came in: a small part of what somebody has done.
CAME_IN: Final = _columns.direction == constant("incoming")
Index(
    "ix_activity_incoming", _columns.owner, _columns.done_at, sqlite_where=CAME_IN, postgresql_where=CAME_IN
)


@core.before_save(Activity)
def complete_activity(event: BeforeSave[Activity]) -> None:
    """A note is done when written; a finished call says how it went where the house asks for that; a rule must be one."""
    activity = event.record
    if event.is_new and activity.kind == "note" and activity.done_at is None:
        event.values["done_at"] = event.gate.now
    finished = activity.done_at is not None and activity.kind == "call"
    if finished and activity.outcome is None and setting(event.gate, "call_outcome_required"):
        event.reject("How did the call go?", "outcome")
    if "repeat" in event.values and activity.repeat:
        _check_repeat(event, activity.repeat)
    if event.is_new and activity.about and activity.contact is None and activity.company is None:
        event.values |= _parties(event.gate, activity.about)
    if event.values.get("body"):
        named = {m.user for m in find_mentions(event.values["body"], directory(event.gate).people)}
        event.values["mentions"] = tuple(sorted({*(event.values.get("mentions") or ()), *named}))


@core.follow(Activity)
def keep_next_activity(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A deal knows when its next open activity is due; a repeated one that is done comes again."""
    if what == "changed" and not any({"due_at", "done_at", "about"} & after.keys() for *_, after in saved):
        return
    abouts = {values.get("about") for _, _, before, after in saved for values in (before, after)} - {None}
    renew_next(gate, {str(a) for a in abouts})
    for _, _, before, after in saved:
        if (
            before
            and before.get("done_at") is None
            and after.get("done_at") is not None
            and before.get("repeat")
        ):
            _come_again(gate, before)


# Kinds that are written down once they have happened; the others may also be planned.
_PAST: Final = frozenset({"note", "call", "email", "message"})


def write_activity(
    gate: Gate, kind: str, about: str, values: Mapping[str, Any], *, planned: bool = False
) -> int:
    """Write down what was done about a record, or what is to be done, and return its id.

    A task is to be done. What has no place in the future has been done; a meeting and the kinds of plugins have been
    when they are not due later. `planned` says that it is still to be done, whatever its kind. The subject follows from
    the kind if not given.
    """
    due = values.get("due_at")
    done = not planned and kind != "task" and (kind in _PAST or due is None or due <= gate.now)
    when = {"done_at": due if due is not None and due <= gate.now else gate.now} if done else {}
    subject = values.get("subject") or str(gate.schema["activity"].fields["kind"].options[kind].label)
    return gate.create(Activity, {**when, **values, "kind": kind, "about": about, "subject": subject})


def log_activity(gate: Gate, kind: str, about: str, values: Mapping[str, Any]) -> int:
    """Write down something that has been done about a record, e.g. a call."""
    return write_activity(gate, kind, about, {"done_at": gate.now, **values})


def finish(gate: Gate, id: int, values: Mapping[str, Any] | None = None) -> int:
    """Mark an activity as done now. Returns its version; one that is done already stays as it is."""
    activity = gate.get(Activity, id)
    if activity.done_at is not None:
        return activity.version
    return gate.update(Activity, id, {"done_at": gate.now, **(values or {})})


def resume(gate: Gate, id: int) -> int:
    """An activity was not done after all. Returns its version."""
    return gate.update(Activity, id, {"done_at": None, "outcome": None})


def postpone(gate: Gate, id: int, due_at: dt.datetime) -> int:
    """Do it later. Returns its version."""
    return gate.update(Activity, id, {"due_at": due_at})


def renew_next(gate: Gate, abouts: Collection[str]) -> None:
    """Work out anew when the next open activity of these records ("deal:7") is due, where they keep that."""
    task = gate.schema[Activity].table
    for name, ids in keys_by_entity(abouts).items():
        parent = gate.schema.entities.get(name)
        if parent is None or "next_activity" not in parent.fields:
            continue
        table = parent.table
        mine = task.c.about == literal(f"{name}:") + cast(table.c.id, SqlText)
        due = select(func.min(task.c.due_at)).where(
            mine, task.c.done_at.is_(None), task.c.trashed_at.is_(None)
        )
        gate.run(update(table).where(table.c.id.in_(ids)).values({"next_activity": due.scalar_subquery()}))


def kind_icons(host: PluginHost) -> dict[str, str]:
    """The icon of each kind of activity, plugins' kinds included."""
    added = {
        c.name: str(c.options.get("icon", "calendar-check")) for c in host.contributions("activity_kind")
    }
    return {**_ICONS, **added}


_ICONS: Final = {
    "call": "phone", "meeting": "users", "email": "mail", "message": "message-square", "note": "sticky-note", "task": "calendar-check",
}  # fmt: skip


def _parties(gate: Gate, about: str) -> dict[str, int]:
    """The contact and the company that a record concerns, so that what is done about it stands with them too."""
    key = key_in(about)
    record = gate.schema.entities.get(key.entity) if key else None
    if key is None or record is None:
        return {}
    given = {"record_id": key.id}
    row = ask(gate, ("parties", key.entity), lambda: _ask_parties(gate, record), given).mappings().first()
    return (
        {party: row[party] for party in ("contact", "company") if row.get(party) is not None} if row else {}
    )


def _ask_parties(gate: Gate, record: EntityInfo) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [record.table.c.id]
    for name in ("contact", "company"):
        party, column = gate.schema[name], readable_column(gate, record, name)
        if name == record.name:
            columns.append(record.table.c.id.label(name))
        elif column is not None and record.fields[name].target == name:
            seen = glimpse(gate, party, party.table.c.id).where(party.table.c.id == column)
            columns.append(seen.correlate(record.table).scalar_subquery().label(name))
    return glimpse(gate, record, *columns).where(
        record.table.c.id == bindparam("record_id", type_=BigInteger())
    )


def _check_repeat(event: BeforeSave[Activity], rule: str) -> None:
    try:
        rrulestr(rule, dtstart=event.gate.now)
    except ValueError:
        event.reject(Text("This is not a rule for repeating, such as FREQ=WEEKLY;BYDAY=MO."), "repeat")


def _come_again(gate: Gate, done: Mapping[str, Any]) -> None:
    start = done["due_at"] or gate.now
    following = rrulestr(done["repeat"], dtstart=start).after(max(start, gate.now))
    if following is not None:
        kept = ("subject", "kind", "about", "contact", "company", "body", "repeat", "owner", "team")
        gate.create(Activity, {**{name: done[name] for name in kept}, "due_at": following})
