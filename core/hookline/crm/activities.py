"""Activities: calls, meetings, e-mails, messages, notes and tasks, about any record; the timeline is made of them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import Text as SqlText
from sqlalchemy import cast, func, literal, select, update
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.crm.settings import setting
from hookline.errors import Text
from hookline.kernel.entity import Entity
from hookline.kernel.fields import Choices, any_record, choice, long_text, moment, ref, references, text, time_span, web_address, yes_no
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeSave
from hookline.kernel.schema import EntityInfo


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


class Activity(Entity, plugin=core, icon="calendar-check", plural="Activities", title="subject", menu="Sales", sort="due_at"):
    """Something done, or to be done, about a record. It is open until `done_at` is set; a note is done when written."""

    subject: Mapped[str] = text("Subject", search=True, list=True)
    kind: Mapped[str] = choice("Kind", ActivityKind, default=ActivityKind.task, list=True, filter=True)
    about: Mapped[str | None] = any_record("About", list=True)
    contact: Mapped[int | None] = ref("contact", "Contact", list=True)
    company: Mapped[int | None] = ref("company", "Company")
    body: Mapped[str | None] = long_text("Text", search=True)
    due_at: Mapped[datetime.datetime | None] = moment("Due", list=True, filter=True, index=True)
    done_at: Mapped[datetime.datetime | None] = moment("Done", list=True, filter=True)
    direction: Mapped[str | None] = choice("Direction", Direction)
    outcome: Mapped[str | None] = choice("Outcome", Outcome, filter=True)
    duration: Mapped[datetime.timedelta | None] = time_span("Duration")
    recording: Mapped[str | None] = web_address("Recording")
    reminder_at: Mapped[datetime.datetime | None] = moment("Remind at")
    repeat: Mapped[str | None] = text("Repeat", max_length=200, help="An iCalendar rule, e.g. FREQ=WEEKLY;BYDAY=MO")
    pinned: Mapped[bool] = yes_no("Pinned")
    mentions = references("user", "Mentioned")


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


@core.follow(Activity)
def keep_next_activity(gate: Gate, info: EntityInfo, what: str, saved: Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]) -> None:
    """A deal knows when its next open activity is due; a repeated one that is done comes again."""
    if what == "changed" and not any({"due_at", "done_at", "about"} & after.keys() for *_, after in saved):
        return
    abouts = {values.get("about") for _, _, before, after in saved for values in (before, after)} - {None}
    _renew_next(gate, info, {str(a) for a in abouts})
    for _, _, before, after in saved:
        if before and before.get("done_at") is None and after.get("done_at") is not None and before.get("repeat"):
            _come_again(gate, before)


def log_activity(gate: Gate, kind: str, about: str, values: Mapping[str, Any]) -> int:
    """Write down something that has been done about a record, e.g. a call. The subject follows from the kind if not given."""
    subject = values.get("subject") or str(gate.schema["activity"].fields["kind"].options[kind].label)
    return gate.create(Activity, {"done_at": gate.now, **values, "kind": kind, "about": about, "subject": subject})


def finish(gate: Gate, id: int, values: Mapping[str, Any] | None = None) -> int:
    """Mark an activity as done now. Returns its version."""
    return gate.update(Activity, id, {"done_at": gate.now, **(values or {})})


def _check_repeat(event: BeforeSave[Activity], rule: str) -> None:
    try:
        rrulestr(rule, dtstart=event.gate.now)
    except ValueError:
        event.reject(Text("This is not a rule for repeating, such as FREQ=WEEKLY;BYDAY=MO."), "repeat")


def _renew_next(gate: Gate, info: EntityInfo, abouts: set[str]) -> None:
    for name, parent in gate.schema.entities.items():
        ids = [int(a.partition(":")[2]) for a in abouts if a.startswith(f"{name}:")]
        if ids and "next_activity" in parent.fields:
            table, task = parent.table, info.table
            due = select(func.min(task.c.due_at)).where(
                task.c.about == literal(f"{name}:") + cast(table.c.id, SqlText), task.c.done_at.is_(None), task.c.trashed_at.is_(None)
            )
            gate.run(update(table).where(table.c.id.in_(ids)).values(next_activity=due.scalar_subquery()))


def _come_again(gate: Gate, done: Mapping[str, Any]) -> None:
    start = done["due_at"] or gate.now
    following = rrulestr(done["repeat"], dtstart=start).after(max(start, gate.now))
    if following is not None:
        kept = ("subject", "kind", "about", "contact", "company", "body", "repeat", "owner", "team")
        gate.create(Activity, {**{name: done[name] for name in kept}, "due_at": following})
