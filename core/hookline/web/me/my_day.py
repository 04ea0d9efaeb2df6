"""My day: the page to start with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.access.actors import hue, initials
from hookline.crm.activities import kind_icons
from hookline.crm.desks.dashboards import find_dashboard
from hookline.crm.desks.my_day import AHEAD, DealInNeed, MyDay, Request, Task, Unanswered, read_my_day
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.blocks import blocks
from hookline.web.records.words import counted
from hookline.web.visit import Answer, Visit

_HERE: Final = "/my-day"
door = Doors()
Titles = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class Line:
    """One thing on the page. `done_url` does it in one tap, `later_url` puts it off, `outcome_url` asks how it went.

    `plan_url` plans the next activity about it.
    """

    icon: str
    title: str
    url: str
    note: str = ""
    when: str = ""
    urgency: str = ""
    about: str = ""
    about_url: str = ""
    done_url: str = ""
    later_url: str = ""
    outcome_url: str = ""
    plan_url: str = ""
    tone: str = ""
    stage: str = ""
    amount: str = ""
    hue: int = 1
    initials: str = ""


@dataclass(frozen=True)
class Group:
    """Lines under a heading. `url` leads to the list of all of them; "" where no list says the same."""

    name: str
    label: str
    lines: Sequence[Line]
    tone: str = ""
    url: str = ""


@door("GET", "/", needs=SIGNED_IN)
def begin(visit: Visit) -> Answer:
    """Where the day begins: the dashboard that somebody has chosen for it, else My day."""
    start = visit.desk.start
    if start is not None and find_dashboard(visit.gate, start) is not None:
        return visit.see(f"/dashboards/{start}")
    return show(visit)


@door("GET", "/my-day", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """Overdue, today, what comes; deals that stand still, new leads, what was not answered."""
    day = read_my_day(visit.gate, visit.fmt.today, _tomorrow(visit))
    titles = _titles(visit, day)
    tasks = _tasks(visit, day.tasks, titles)
    asides = _asides(visit, day, titles)
    person = visit.person
    return visit.page(
        "my_day.html", block="day", page_title=visit.say("My day"), greeting=_greeting(visit, person.name if person else ""),
        today=_long_day(visit), summary=_summary(visit, tasks, asides), groups=tasks, asides=asides,
        add_url=f"/activities/new?back={_HERE}" if visit.gate.may("activity", Action.create) else "",
        top=blocks(visit, "my_day.top"), side=blocks(visit, "my_day.side"),
        empty=not any(g.lines for g in (*tasks, *asides)),
    )  # fmt: skip


def _tomorrow(visit: Visit) -> datetime:
    day = visit.fmt.today + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=visit.reader.zone_info).astimezone(UTC)


def _titles(visit: Visit, day: MyDay) -> Titles:
    """What everything is called that the lines point at, in one statement."""
    wanted = keys_by_entity([*(t.about for t in day.tasks), *(u.about for u in day.unanswered)])
    deals = (*day.rotting, *day.idle, *day.closing)
    wanted.setdefault("company", set()).update(d.company for d in deals if d.company is not None)
    people = [*(t.contact for t in day.tasks), *(u.contact for u in day.unanswered)]
    wanted.setdefault("contact", set()).update(id for id in people if id is not None)
    wanted.setdefault("source", set()).update(r.source for r in day.leads if r.source is not None)
    return titles_of(visit.gate, wanted)


def _tasks(visit: Visit, tasks: Sequence[Task], titles: Titles) -> list[Group]:
    """Overdue, today, the next days, without a date."""
    now, tomorrow = visit.gate.now, _tomorrow(visit)
    start = tomorrow - timedelta(days=1)
    parts: dict[str, list[Line]] = {"overdue": [], "today": [], "next": [], "undated": []}
    for task in tasks:
        due = task.due_at
        part = (
            "undated"
            if due is None
            else "overdue"
            if due < min(now, start)
            else "today"
            if due < tomorrow
            else "next"
        )
        parts[part].append(_task(visit, task, titles))
    labels = {
        "overdue": Text("Overdue"), "today": Text("Today"), "next": Text("The next seven days"),
        "undated": Text("Without a date"),
    }  # fmt: skip
    return [
        Group(name, visit.say(labels[name]), lines, "red" if name == "overdue" else "", _list_of(visit, name))
        for name, lines in parts.items() if lines or name == "today"
    ]  # fmt: skip


def _task(visit: Visit, task: Task, titles: Titles) -> Line:
    when, urgency = visit.fmt.when(task.due_at) if task.due_at else ("", "")
    about, url = _about(visit, task.about, titles)
    person = (
        titles.get(("contact", task.contact), "")
        if task.contact is not None and task.about != f"contact:{task.contact}"
        else ""
    )
    options = visit.gate.schema["activity"].fields["kind"].options
    note = person or ("" if about or task.kind not in options else visit.say(options[task.kind].label))
    own = f"/activities/{task.id}"
    back = urlencode({"back": _HERE})
    return Line(
        kind_icons(visit.gate.host).get(task.kind, "activity"), task.subject or f"#{task.id}", own, note, when, urgency, about, url,
        f"{own}/completion?{back}", f"{own}/postponement?{back}", f"{own}/completion?{back}",
    )  # fmt: skip


def _about(visit: Visit, key: str | None, titles: Titles) -> tuple[str, str]:
    about = key_in(key)
    info = visit.gate.schema.entities.get(about.entity) if about else None
    if about is None or info is None or about not in titles:
        return "", ""
    return titles[about], f"/{info.cls.slug}/{about.id}"


def _asides(visit: Visit, day: MyDay, titles: Titles) -> list[Group]:
    rotting = {d.id for d in day.rotting}
    groups = (
        ("unanswered", Text("Not answered yet"), [_unanswered(visit, u, titles) for u in day.unanswered]),
        ("leads", Text("New leads"), [_lead(visit, r, titles) for r in day.leads]),
        (
            "closing",
            Text("Should close this week"),
            [_deal(visit, d, titles, _closes(visit, d)) for d in day.closing],
        ),
        (
            "rotting",
            Text("Too long in their stage"),
            [_deal(visit, d, titles, _age(visit, d)) for d in day.rotting],
        ),
        (
            "idle",
            Text("Nothing planned"),
            [_deal(visit, d, titles, ("", "")) for d in day.idle if d.id not in rotting],
        ),
    )
    return [
        Group(name, visit.say(label), lines, url=_list_of(visit, name))
        for name, label, lines in groups
        if lines
    ]


def _deal(visit: Visit, deal: DealInNeed, titles: Titles, when: tuple[str, str]) -> Line:
    stage = visit.pipelines.stages.get(deal.stage)
    company = titles.get(("company", deal.company), "") if deal.company is not None else ""
    mark = company or deal.title
    return Line(
        "briefcase", deal.title, f"/deals/{deal.id}", company, when[0], when[1], tone=stage.tone if stage else "",
        stage=stage.name if stage else "", amount=visit.fmt.money(deal.amount, deal.currency), hue=hue(deal.company or deal.id),
        initials=initials(mark), plan_url="" if deal.next or not visit.gate.may("activity", Action.create) else _plan(deal.id),
    )  # fmt: skip


def _plan(deal: int) -> str:
    return f"/activities/new?{urlencode({'about': f'deal:{deal}', 'back': _HERE})}"


def _list_of(visit: Visit, name: str) -> str:
    """The list of everything of a part, of which the page shows the first."""
    yesterday, soon = visit.fmt.today - timedelta(days=1), visit.fmt.today + AHEAD
    mine = {"owner": "me", "done_at.empty": 1, "sort": "due_at"}
    deals = {"owner": "me", "outcome": "open"}
    queries: Mapping[str, tuple[str, Mapping[str, object]]] = {
        "overdue": ("activities", {**mine, "due_at.lte": yesterday}),
        "today": ("activities", {**mine, "due_at.within": "today"}),
        "next": ("activities", {**mine, "due_at.within": "next_7_days"}),
        "undated": ("activities", {**mine, "due_at.empty": 1}),
        "leads": ("leads", {"owner": "me,none", "status": "new"}),
        "closing": ("deals", {**deals, "expected_close.lte": soon, "sort": "expected_close"}),
        "rotting": ("deals", {**deals, "id.among": "core.ageing:"}),
        "idle": ("deals", {**deals, "next_activity.empty": 1}),
    }
    slug, query = queries.get(name, ("", {}))
    return f"/{slug}?{urlencode(query)}" if slug else ""


def _age(visit: Visit, deal: DealInNeed) -> tuple[str, str]:
    days = visit.fmt.days(deal.since) or 0
    return counted(visit, "%(num)d day", "%(num)d days", days), "late"


def _closes(visit: Visit, deal: DealInNeed) -> tuple[str, str]:
    return visit.fmt.when(deal.close) if deal.close is not None else ("", "")


def _lead(visit: Visit, lead: Request, titles: Titles) -> Line:
    options = visit.gate.schema["lead"].fields["channel"].options
    channel = visit.say(options[lead.channel].label) if lead.channel in options else ""
    source = titles.get(("source", lead.source), "") if lead.source is not None else ""
    whose = "" if lead.mine else visit.say("Nobody's yet")
    note = " · ".join(part for part in (channel, source, whose) if part)
    return Line(
        "inbox", lead.title or f"#{lead.id}", f"/leads/{lead.id}", note, visit.fmt.ago(lead.created_at)
    )


def _unanswered(visit: Visit, came: Unanswered, titles: Titles) -> Line:
    about, url = _about(visit, came.about, titles)
    person = titles.get(("contact", came.contact), "") if came.contact is not None else ""
    icon = "phone-missed" if came.kind == "call" else kind_icons(visit.gate.host).get(came.kind, "mail")
    who = person if person != about else ""
    return Line(
        icon, came.subject, url or f"/activities/{came.id}", who, visit.fmt.ago(came.at), "now", about, url
    )


def _greeting(visit: Visit, name: str) -> str:
    hour = visit.reader.here.hour
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if hour < 5:
        return visit.say(Text("Good night, %(name)s", name=first))
    if hour < 12:
        return visit.say(Text("Good morning, %(name)s", name=first))
    return visit.say(Text("Good afternoon, %(name)s" if hour < 18 else "Good evening, %(name)s", name=first))


def _long_day(visit: Visit) -> str:
    return visit.fmt.long_day(visit.fmt.today)


def _summary(visit: Visit, tasks: Sequence[Group], asides: Sequence[Group]) -> list[Mapping[str, Any]]:
    """The numbers of the day, each leading to its part of the page."""
    shown = {g.name: g for g in (*tasks, *asides)}
    names = (
        ("overdue", Text("overdue")), ("today", Text("for today")), ("unanswered", Text("not answered")),
        ("leads", None), ("rotting", None),
    )  # fmt: skip
    return [
        {
            "count": len(shown[name].lines), "name": name, "label": visit.say(label) if label else "",
            "url": shown[name].url or f"#{name}", "tone": "red" if name == "overdue" else "",
        }
        for name, label in names if name in shown and (shown[name].lines or name == "today")
    ]  # fmt: skip
