"""Widgets of work: what is due, what came in, which deals stand still or have nothing planned."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from hookline.crm.activities import Activity
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.pipelines import pipelines
from hookline.crm.reports.figures import deals_of, leads_link, open_link, records_link, within
from hookline.errors import Text
from hookline.kernel.gate import Gate
from hookline.kernel.rewrite import AnySelect, rewrite
from hookline.kernel.shown import Asked, Badge, Figure, Link, Money, Panel, Value

_MOST: Final = 6


@core.widget("Overdue activities", takes=("owner",), size="small", order=50, icon="calendar-clock")
def overdue_activities(gate: Gate, asked: Asked) -> Figure:
    """Open activities that were due before now."""
    late = (Activity.done_at.is_(None), Activity.due_at < gate.now, *_whose(Activity, asked))
    count = gate.scalar(select(func.count(Activity.id)).where(*late))
    to = records_link(
        "activities", {"done_at.empty": 1, "due_at.within": "overdue", "sort": "due_at"}, asked, {}
    )
    return Figure(count, to=to, better="")


@core.widget("Activities today", takes=("owner",), size="small", order=52, icon="calendar-check")
def activities_today(gate: Gate, asked: Asked) -> Figure:
    """Open activities that are due today."""
    start, end = _today(gate, asked)
    due = (Activity.done_at.is_(None), Activity.due_at >= start, Activity.due_at < end)
    count = gate.scalar(select(func.count(Activity.id)).where(*due, *_whose(Activity, asked)))
    to = records_link(
        "activities", {"done_at.empty": 1, "due_at.within": "today", "sort": "due_at"}, asked, {}
    )
    return Figure(count, to=to, better="")


@core.widget("New leads", takes=("period", "owner"), size="small", order=60, icon="inbox")
def new_leads(gate: Gate, asked: Asked) -> Figure:
    """Leads that came in these days, against the days before."""
    before = _leads(gate, asked.before) if asked.before else None
    return Figure(_leads(gate, asked), before, leads_link(asked))


@core.widget("Deals without a next activity", takes=("pipeline", "owner"), order=70, icon="calendar-plus")
def deals_without_activity(gate: Gate, asked: Asked) -> Panel:
    """Open deals for which nothing is planned, the largest first."""
    where = (Deal.outcome == "open", Deal.next_activity.is_(None), *deals_of(asked))
    more = open_link(asked, outcome="open", next_activity__empty=1)
    return _deals(gate, where, (Deal.amount.desc().nulls_last(), Deal.id), more)


@core.widget("Ageing deals", takes=("pipeline", "owner"), order=75, icon="clock")
def ageing_deals(gate: Gate, asked: Asked) -> Panel:
    """Open deals that stand in their stage longer than is expected there, the oldest first."""
    where = (_too_long(gate), *deals_of(asked))
    return _deals(
        gate, where, (Deal.stage_since, Deal.id), open_link(asked, id__among="core.ageing:"), aged=True
    )


@core.widget("Closing soon", takes=("period", "pipeline", "owner"), order=80, icon="flag")
def closing_soon(gate: Gate, asked: Asked) -> Panel:
    """Open deals that should close in these days, those that should have closed already first."""
    days = [Deal.expected_close >= asked.start] if asked.start is not None else []
    days += [Deal.expected_close <= asked.end] if asked.end is not None else []
    where = (Deal.outcome == "open", Deal.expected_close.is_not(None), *days, *deals_of(asked))
    spans = {"expected_close.gte": asked.start, "expected_close.lte": asked.end}
    given = {"outcome": "open", "expected_close.filled": 1, "sort": "expected_close"}
    more = records_link("deals", given, asked, spans)
    return _deals(gate, where, (Deal.expected_close, Deal.id), more)


@core.selection(Deal, "longer in their stage than expected")
def ageing(gate: Gate, given: str) -> AnySelect:
    """Open deals that stand too long in their stage."""
    if given:
        raise ValueError(given)
    return rewrite(select(Deal.id).where(_too_long(gate)), gate.source)


def _too_long(gate: Gate) -> ColumnElement[bool]:
    stages: dict[int, list[int]] = {}
    for stage in pipelines(gate).stages.values():
        if stage.kind == "open" and stage.expected_days is not None:
            stages.setdefault(stage.expected_days, []).append(stage.id)
    old = [
        and_(Deal.stage.in_(ids), Deal.stage_since < gate.now - timedelta(days=d))
        for d, ids in stages.items()
    ]
    return and_(Deal.outcome == "open", or_(false(), *old))


def _deals(gate: Gate, where: Sequence[Any], order: Sequence[Any], more: str, *, aged: bool = False) -> Panel:
    """How many, and the first of them: their stage, amount, and the day that matters."""
    count = gate.scalar(select(func.count(Deal.id)).where(*where))
    columns = (
        Deal.id,
        Deal.name,
        Deal.stage,
        Deal.amount,
        Deal.currency,
        Deal.stage_since,
        Deal.expected_close,
    )
    stages = pipelines(gate).stages
    rows: list[Sequence[Value]] = []
    for id, name, stage, amount, currency, since, close in gate.rows(
        select(*columns).where(*where).order_by(*order).limit(_MOST)
    ):
        badge = Badge(stages[stage].name, stages[stage].tone) if stage in stages else None
        days = timedelta(days=(gate.now - since).days) if aged and since else close
        worth = Money(amount, currency) if amount is not None else None
        rows.append([Link(name or f"#{id}", f"deal:{id}"), badge, worth, days])
    return Panel(
        text=Text("Deals: %(count)s", count=count) if count else "", rows=rows, more=more if count else ""
    )


def _leads(gate: Gate, asked: Asked) -> int:
    came = (*within(Lead.created_at, asked.since, asked.until), *_whose(Lead, asked))
    return int(gate.scalar(select(func.count(Lead.id)).where(*came)))


def _today(gate: Gate, asked: Asked) -> tuple[Any, Any]:
    here = asked.reader.here if asked.reader else gate.now
    start = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def _whose(entity: Any, asked: Asked) -> list[ColumnElement[bool]]:
    chosen = ((entity.owner, asked.owner), (entity.team, asked.team))
    return [column == id for column, id in chosen if id is not None]
