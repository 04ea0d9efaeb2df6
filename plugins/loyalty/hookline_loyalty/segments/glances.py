"""Segments at a glance: who belongs, who came and who left; and on a person's page, where they belong."""

import datetime as dt
from typing import Final

from hookline_sdk import Asking, Badge, Chart, Company, Contact, Gate, Link, Mark, Panel, Text, func, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, SegmentState
from hookline_loyalty.segments.missing import plugins_missing
from hookline_loyalty.segments.people import count_members
from hookline_loyalty.segments.tree import read
from hookline_loyalty.segments.words import in_words

_WEEKS: Final = 12
_LAST: Final = 12


@plugin.panel(Segment, "Rule", takes=("asking",), slot="record.main", order=0)
def rule_in_words(record: Segment, gate: Gate, asking: Asking) -> Panel:
    """What its rule says, to whoever looks; nothing of a segment that is put together by hand."""
    if record.kind != SegmentKind.dynamic:
        return Panel(empty=None)
    said = in_words(asking, gate, record.of, read(record.rule))
    whole = Text("Everybody of whom this holds: %(rule)s", rule=said) if said else ""
    return Panel(text=whole, empty=Text("Everybody belongs to it: say who should with “Change the rule”."))


@plugin.panel(Segment, "Who belongs", slot="record.main", order=1)
def who_belongs(record: Segment, gate: Gate) -> Panel:
    """How many, who came and left in the last weeks, and the latest of them by name."""
    number = count_members(gate, record)
    base = "/contacts" if record.of == "contact" else "/companies"
    members = f"{base}?id.among=loyalty.segment:{record.id}"
    facts = {str(Text("Members")): Link(number, members)}
    if record.state == SegmentState.paused:
        return Panel(text=_why_paused(record, gate), facts=facts)
    since = gate.now - dt.timedelta(weeks=_WEEKS)
    moved = [
        *((at, 1, id) for at, id in _moves(gate, record, "entered_at", since)),
        *((at, -1, id) for at, id in _moves(gate, record, "left_at", since)),
    ]
    latest = sorted(moved, reverse=True)[:_LAST]
    names = gate.titles(record.of, [id for _, _, id in latest])
    rows = [
        (Link(names[id], f"{record.of}:{id}"), Badge("Entered", "green") if way > 0 else Badge("Left"), at)
        for at, way, id in latest
        if id in names
    ]
    return Panel(
        facts=facts,
        chart=_chart(gate, record, since),
        columns=(Text("Who"), Text("What"), Text("When")) if rows else (),
        rows=rows,
        more=members if number else "",
        empty=Text("Nobody belongs to it yet."),
    )


def _why_paused(record: Segment, gate: Gate) -> Text:
    why = record.missing or ""
    if away := ", ".join(plugins_missing(gate, record)):
        said = "Paused: its rule asks of what the plugin %(plugin)s brings, which does not run: %(why)s. Nobody is put in or out until it is back."  # fmt: skip
        return Text(said, plugin=away, why=why)
    return Text("Paused: %(why)s. Whoever belonged before still does.", why=why)


@plugin.panel(Contact, "Segments", order=45)
def segments_of_contact(record: Contact, gate: Gate) -> Panel:
    """Where this person belongs, and since when."""
    return _belongings(gate, "contact", record.id)


@plugin.panel(Company, "Segments", order=45)
def segments_of_company(record: Company, gate: Gate) -> Panel:
    """Where this company belongs, and since when."""
    return _belongings(gate, "company", record.id)


def _belongings(gate: Gate, of: str, id: int) -> Panel:
    there = Member.contact if of == "contact" else Member.company
    stays = (
        select(Segment.id, Segment.name, Member.entered_at, Member.left_at)
        .join(Segment, Segment.id == Member.segment)
        .where(there == id)
        .order_by(Member.is_in.desc(), Member.entered_at.desc())
        .limit(_LAST)
    )
    rows = [
        (
            Link(name, f"loyalty_segment:{segment}"),
            Text("until %(day)s", day=left.date()) if left else since.date(),
        )
        for segment, name, since, left in gate.rows(stays)
    ]
    columns = (Text("Segment"), Text("Since")) if rows else ()
    return Panel(columns=columns, rows=rows, empty=Text("Belongs to no segment."))


def _moves(gate: Gate, segment: Segment, name: str, since: dt.datetime) -> list[tuple[dt.datetime, int]]:
    there = Member.contact if segment.of == "contact" else Member.company
    at = Member.entered_at if name == "entered_at" else Member.left_at
    asked = select(at, there).where(Member.segment == segment.id, at >= since).order_by(at.desc(), there)
    return [(moment, id) for moment, id in gate.rows(asked.limit(_LAST))]


def _chart(gate: Gate, segment: Segment, since: dt.datetime) -> Chart | None:
    """How many belonged at the end of each week."""
    ends = [since + dt.timedelta(weeks=week) for week in range(1, _WEEKS + 1)]
    counted = [
        func.count(Member.id).filter(
            Member.entered_at <= end, (Member.left_at.is_(None)) | (Member.left_at > end)
        )
        for end in ends
    ]
    (found,) = gate.rows(select(*counted).where(Member.segment == segment.id))
    if not any(found):
        return None
    marks = [Mark(end.date(), count) for end, count in zip(ends, found, strict=True)]
    return Chart("line", marks, title=Text("Members at the end of the week"))
