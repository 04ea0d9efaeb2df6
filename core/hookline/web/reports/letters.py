"""/reports/letters: reports that a person has sent by themselves: when, to whom, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

from hookline.crm.reports.letters import GONE, NO_MAIL, NO_RIGHT, SENT
from hookline.crm.reports.schedules import (
    EVERY,
    Plan,
    Schedule,
    end_schedule,
    get_schedule,
    keep_schedule,
    pause_schedule,
)
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.mail import can_send
from hookline.web.doors import Doors
from hookline.web.plugins.shown import find_open
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, show_form
from hookline.web.reports import asked
from hookline.web.visit import Answer, Visit

door = Doors()

_NEEDS: Final = "reports"
_EVERY: Final[Mapping[str, Text]] = {
    "day": Text("Every day"), "week": Text("Every week"), "month": Text("Every month"),
}  # fmt: skip
_RESULTS: Final[Mapping[str, Text]] = {
    SENT: Text("sent"), NO_RIGHT: Text("not sent: without an address, or without the right"),
    NO_MAIL: Text("not sent: this house sends no mail"), GONE: Text("not sent: what it asks for is gone"),
}  # fmt: skip
_HOUR: Final = 8


@door("GET", "/reports/letters/new", needs=_NEEDS)
def new(visit: Visit) -> Answer:
    """The form of a new one: Monday morning, to oneself."""
    key, query = visit.query.get("report", ""), visit.query.get("query", "")
    me = visit.gate.actor.user or 0
    return _form(visit, None, key, query, Plan("week", 0, _HOUR, visit.reader.zone), [me])


@door("POST", "/reports/letters", needs=_NEEDS)
def create(visit: Visit) -> Answer:
    """Send it from now on."""
    return _keep(visit, None, visit.value("report"), visit.value("query"))


@door("GET", "/reports/letters/{id:int}", needs=_NEEDS)
def show(visit: Visit) -> Answer:
    """One of them: when it comes next, and what came of the last time."""
    found = get_schedule(visit.gate, visit.path_id)
    report = find_open(visit, "report", found.report)
    people = visit.directory.people
    given = dict(parse_qsl(found.query))
    plugin, _, name = found.report.partition(".")
    return visit.page(
        "reports/letter.html", page_title=visit.say(report.label), title=visit.say(report.label), url=f"/reports/letters/{found.id}",
        crumbs=[{"label": visit.say("Reports"), "url": "/reports"}], report_url=f"/reports/{plugin}/{name}?{found.query}",
        asked=asked.in_words(visit, report.options["takes"], given), plan=plan_words(visit, found.plan), next=next_words(visit, found),
        paused=found.paused, last=visit.fmt.datetime(found.last_at) if found.last_at else "",
        recipients=[(people[id].name, _result(visit, found, id)) for id in found.recipients if id in people],
        can_send=can_send(visit.site.settings),
    )  # fmt: skip


@door("GET", "/reports/letters/{id:int}/edit", needs=_NEEDS)
def edit(visit: Visit) -> Answer:
    """The form of one that goes out already."""
    found = get_schedule(visit.gate, visit.path_id)
    return _form(visit, found, found.report, found.query, found.plan, found.recipients)


@door("POST", "/reports/letters/{id:int}", needs=_NEEDS)
def update(visit: Visit) -> Answer:
    """Send it at other times, or to others."""
    found = get_schedule(visit.gate, visit.path_id)
    return _keep(visit, found, found.report, found.query)


@door("POST", "/reports/letters/{id:int}/pause", needs=_NEEDS)
def pause(visit: Visit) -> Answer:
    """Let it rest, or go on."""
    found = get_schedule(visit.gate, visit.path_id)
    pause_schedule(visit.gate, found.id, paused=not found.paused)
    done = Text("It goes out again.") if found.paused else Text("It rests.")
    return visit.see(f"/reports/letters/{found.id}", done=done)


@door("POST", "/reports/letters/{id:int}/end", needs=_NEEDS)
def end(visit: Visit) -> Answer:
    """Send it no more."""
    end_schedule(visit.gate, visit.path_id)
    return visit.see("/reports", done=Text("It is not sent any more."))


def plan_words(visit: Visit, plan: Plan) -> str:
    """When it goes out: "Every week, Monday 08:00"."""
    hour = f"{plan.hour:02}:00"
    if plan.every == "week":
        text = Text("Every week, %(day)s at %(hour)s", day=_weekday(visit, plan.on), hour=hour)
    elif plan.every == "month":
        text = Text("Every month, on day %(day)s at %(hour)s", day=plan.on, hour=hour)
    else:
        text = Text("Every day at %(hour)s", hour=hour)
    return f"{visit.say(text)} ({plan.zone})"


def next_words(visit: Visit, schedule: Schedule) -> str:
    """When it comes next."""
    if schedule.paused:
        return visit.say("Rests")
    return visit.say(Text("Next: %(when)s", when=visit.fmt.datetime(schedule.due_at)))


def _keep(visit: Visit, found: Schedule | None, key: str, query: str) -> Answer:
    plan = Plan(visit.value("every"), _on(visit), _number(visit.value("hour")), visit.reader.zone)
    recipients = [_number(id) for id in visit.values("recipients")]
    find_open(visit, "report", key)
    if not can_send(visit.site.settings):
        mute = Text("This house sends no mail yet. Ask an administrator to set it up.")
        return _form(visit, found, key, query, plan, recipients, Invalid([Problem("", mute)]))
    try:
        id = keep_schedule(visit.gate, key, query, plan, recipients, found.id if found else None)
    except Invalid as refusal:
        return _form(visit, found, key, query, plan, recipients, refusal)
    return visit.see(f"/reports/letters/{id}", done=Text("Saved."))


def _on(visit: Visit) -> int:
    return _number(visit.value("weekday" if visit.value("every") == "week" else "monthday") or "0")


def _number(written: str) -> int:
    number = number_in(written)
    return -1 if number is None else number


def _weekday(visit: Visit, day: int) -> str:
    # A Monday, and the days after it.
    return visit.fmt.weekday(date(2024, 1, 1 + day % 7))


def _result(visit: Visit, schedule: Schedule, user: int) -> str:
    told = schedule.results.get(str(user), "")
    if not told:
        return visit.say("on its way") if schedule.last_at else ""
    return visit.say(_RESULTS[told]) if told in _RESULTS else visit.say(Text("not sent yet: %(reason)s", reason=told))  # fmt: skip


def _form(
    visit: Visit, found: Schedule | None, key: str, query: str, plan: Plan, recipients: Sequence[int],
    refusal: Invalid | None = None,
) -> Answer:  # fmt: skip
    report = find_open(visit, "report", key)
    problems = {p.field: visit.say(p.text) for p in reversed(refusal.problems)} if refusal else {}
    people = sorted(
        ((p.name, p.id) for p in visit.directory.people.values() if p.active), key=lambda p: p[0].casefold()
    )
    made: list[Any] = [
        Control("select", "every", visit.say("How often"), plan.every, choices=[(n, visit.say(_EVERY[n])) for n in EVERY], blank=None),
        Control("select", "weekday", visit.say("Weekday"), str(plan.on if plan.every == "week" else 0), blank=None,
                choices=[(str(n), _weekday(visit, n)) for n in range(7)], hint=visit.say("For every week.")),
        Control("select", "monthday", visit.say("Day of the month"), str(plan.on if plan.every == "month" else 1), blank=None,
                choices=[(str(n), str(n)) for n in range(1, 32)], hint=visit.say("For every month; a shorter month sends on its last day.")),
        Control("select", "hour", visit.say("Hour"), str(plan.hour), choices=[(str(n), f"{n:02}:00") for n in range(24)], blank=None,
                hint=visit.say(Text("On the clock of %(zone)s.", zone=plan.zone))),
        Control("multi", "recipients", visit.say("To"), wide=True, choices=[(str(id), name) for name, id in people],
                values=[str(id) for id in recipients], hint=visit.say("Each gets what the own rights show.")),
        Control("hidden", "report", value=key), Control("hidden", "query", value=query),
    ]  # fmt: skip
    for control in made:
        control.error = problems.get(control.name, "")
    names = {control.name for control in made}
    plugin, _, name = key.partition(".")
    words = asked.in_words(visit, report.options["takes"], dict(parse_qsl(query)))
    back = f"/reports/letters/{found.id}" if found else f"/reports/{plugin}/{name}?{query}"
    page = FormPage(
        title=visit.say(Text("By e-mail: %(report)s", report=visit.say(report.label))), text=words,
        action=f"/reports/letters/{found.id}" if found else "/reports/letters", sections=[Section("", made)],
        submit=visit.say("Save"), cancel_url=back, crumbs=[{"label": visit.say("Reports"), "url": "/reports"}],
        problems=[text for field, text in problems.items() if field not in names], status=422 if refusal else 200,
    )  # fmt: skip
    return show_form(visit, page)
