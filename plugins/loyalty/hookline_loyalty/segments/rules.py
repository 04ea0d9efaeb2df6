"""What must hold of a segment, whatever door it comes through; and what follows when it is saved."""

from typing import Any

from hookline_sdk import BeforeSave, Gate, Invalid, Text, enqueue, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.asking import who
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, SegmentUse, Stay
from hookline_loyalty.segments.following import Saved, in_order
from hookline_loyalty.segments.keeping import KEEPING
from hookline_loyalty.segments.tree import InSegment, hangs_on_time, parts, read, unfinished, written
from hookline_loyalty.segments.uses import uses


@plugin.before_save(Segment)
def keep_to_the_shape(event: BeforeSave[Segment]) -> None:
    """A rule is whole, asks of what is there and what its writer may see, and goes in no circle."""
    record = event.record
    if record.kind == SegmentKind.static:
        event.values |= {"rule": None, "timed": 0} if record.rule or record.timed else {}
        return
    if event.before is not None and event.before.of != record.of and record.rule:
        event.reject(Text("Of whom a segment is cannot be changed once it has a rule."), "of")
        return
    if not {"rule", "kind", "of"} & event.values.keys():
        return
    try:
        rule = read(record.rule)
        if rule.parts and (text := unfinished(rule)):
            event.reject(text, "rule")
            return
        asked = uses(event.gate, record.of, rule)
        _check_values(event.gate, record, rule)
    except Invalid as refusal:
        event.problems += refusal.problems
        return
    if event.before is not None and any(use.other == record.id for use in asked):
        event.reject(Text("A segment cannot ask of itself, nor through others."), "rule")
    event.values |= {"rule": written(rule), "timed": int(hangs_on_time(rule))}


@plugin.before_save(Member)
def belong_once(event: BeforeSave[Member]) -> None:
    """Nobody is in a segment twice at a time. The keeping itself has looked, for a thousand at once."""
    record = event.record
    if event.gate.acts_as_house(KEEPING) or record.is_in != Stay.yes:
        return
    for name, there in (("contact", Member.contact), ("company", Member.company)):
        same = select(Member.id).where(
            Member.segment == record.segment, there == getattr(record, name), Member.is_in == Stay.yes
        )
        if any(id != record.id for (id,) in event.gate.rows(same)):
            event.reject(Text("Is in this segment already."), name)


@plugin.follow(Segment)
def keep_uses(gate: Gate, info: Any, what: str, saved: Saved) -> None:
    """What it asks of is written down, and everybody is judged by it in the background."""
    house = gate.as_house(KEEPING)
    for id, _, _, after in saved:
        if what in ("trashed", "erased") or not {"rule", "kind", "state"} & after.keys():
            continue
        if not {"rule", "kind"} & after.keys():
            # It goes on after a pause, or has come to one.
            enqueue(gate.tx, "loyalty.judge", {"segment": id, "why": "time"}, now=gate.now)
            continue
        # Who asks of it copies what it asks of, and who asks of these copies that in turn: each after those it asks of.
        for segment in in_order(house, [id]):
            _write_uses(house, segment)
        enqueue(gate.tx, "loyalty.judge", {"segment": id}, now=gate.now)
    gate.configured()


def _write_uses(house: Gate, segment: Segment) -> None:
    old = [id for (id,) in house.rows(select(SegmentUse.id).where(SegmentUse.segment == segment.id))]
    house.erase_many(SegmentUse, old)
    if segment.kind == SegmentKind.static:
        return
    found = uses(house, segment.of, read(segment.rule))
    house.create_many(
        SegmentUse,
        [
            {
                "segment": segment.id, "entity": use.entity, "field": use.field or None, "brought_by": use.owner,
                "what": str(use.label)[:200] or use.entity, "other": use.other,
            }
            for use in found
        ],
    )  # fmt: skip


def _check_values(gate: Gate, record: Segment, rule: Any) -> None:
    """The values in it can be read: asked once of nobody."""
    if not any(isinstance(part, InSegment) and part.segment == record.id for part in parts(rule)):
        gate.rows(who(gate, record.of, rule, [0]))
