"""What a rule asks of and is not there, because its plugin is away: the segment says so, and keeps its members as they are."""

from hookline_sdk import Gate, Invalid, enqueue, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Segment, SegmentKind, SegmentState, SegmentUse
from hookline_loyalty.segments.keeping import KEEPING
from hookline_loyalty.segments.tree import read
from hookline_loyalty.segments.uses import uses


@plugin.seed(every_run=True)
def look_what_is_missing(gate: Gate) -> None:
    """With each start: pause the segments that ask of what is away, go on with those whose plugin has come back.

    While the plugin itself was away nobody has looked at what changed: everybody is judged anew, in the background.
    """
    house = gate.as_house(KEEPING)
    for (id,) in house.rows(select(Segment.id).where(Segment.kind == SegmentKind.dynamic)):
        review(house, house.get(Segment, id))
    enqueue(gate.tx, "loyalty.judge_by_the_clock", {"all": True}, now=gate.now)


def review(house: Gate, segment: Segment) -> None:
    """Pause one segment, or let it go on."""
    missing = what_is_missing(house, segment)
    state = SegmentState.paused if missing else SegmentState.kept
    if (segment.state, segment.missing) != (state, missing or None):
        house.carry(Segment, {segment.id: {"state": state, "missing": missing or None}}, what="changed")


def plugins_missing(gate: Gate, segment: Segment) -> list[str]:
    """The plugins that bring what it asks of and is not there."""
    return sorted({owner for _, owner in _gone(gate, segment) if owner != "core"})


def what_is_missing(house: Gate, segment: Segment) -> str:
    """By name, with the plugins that bring it: "Budget (real_estate)"; "" when all is there."""
    gone = [f"{what} ({owner})" for what, owner in _gone(house, segment)]
    if not gone:
        try:
            uses(house, segment.of, read(segment.rule))
        except Invalid as refusal:
            gone.append(str(refusal.problems[0].text))
    return ", ".join(dict.fromkeys(gone))[:300]


def _gone(gate: Gate, segment: Segment) -> list[tuple[str, str]]:
    """What it asks of and is not there, each with who brings it."""
    asked = select(SegmentUse.entity, SegmentUse.field, SegmentUse.what, SegmentUse.brought_by)
    gone = []
    for entity, name, what, owner in gate.rows(asked.where(SegmentUse.segment == segment.id)):
        info = gate.schema.entities.get(entity)
        if info is None or (name and name not in info.fields):
            gone.append((what, owner))
    return gone
