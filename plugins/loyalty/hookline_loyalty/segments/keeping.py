"""Keeping who belongs: those who come in and those who leave, each stay a row with its why, told to whoever hears of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from hookline_sdk import Action, Gate, Invalid, Problem, Text, select

from hookline_loyalty.segments.asking import who
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, SegmentState, Stay
from hookline_loyalty.segments.events import Entered, Left
from hookline_loyalty.segments.tree import Group, read

# Whose name the house's own keeping stands under.
KEEPING: Final = Text("segments")
_WHY: Final[Mapping[str, str]] = {
    "hand": "By hand", "rule": "The rule was changed", "change": "A change", "time": "Time has passed",
}  # fmt: skip


def put_in(gate: Gate, segment: Segment, ids: Sequence[int]) -> int:
    """Put people into a segment that is made by hand; says how many were not in it yet. Who may change it may do that."""
    house = _by_hand(gate, segment)
    new = [id for id in dict.fromkeys(ids) if id not in _inside(house, segment, ids)]
    _enter(house, segment, [id for id in new if id in gate.visible(segment.of, new)], "hand")
    return len(new)


def take_out(gate: Gate, segment: Segment, ids: Sequence[int]) -> int:
    """Take people out of a segment that is made by hand; says how many."""
    house = _by_hand(gate, segment)
    stays = _inside(house, segment, ids)
    _leave(house, segment, stays, "hand")
    return len(stays)


def settle(house: Gate, segment: int, ids: Sequence[int], why: str) -> int:
    """Judge these people anew by the rule of a segment, and keep what has changed. How many came or left."""
    if not ids:
        return 0
    # Two that judge the same people wait for each other here.
    house.hold(Segment, [segment], Action.edit)
    found = house.find(Segment, segment)
    if found is None or found.kind != SegmentKind.dynamic or found.state != SegmentState.kept:
        return 0
    rule = read(found.rule)
    fulfil = [id for (id,) in house.rows(who(house, found.of, rule, ids))] if rule != Group() else []
    stays = _inside(house, found, ids)
    coming = [id for id in fulfil if id not in stays]
    going = {id: stay for id, stay in stays.items() if id not in set(fulfil)}
    _enter(house, found, coming, why)
    _leave(house, found, going, why)
    return len(coming) + len(going)


def differing(house: Gate, segment: Segment) -> list[int]:
    """Who belongs by the rule and is not in, or the other way round: all of them, looked for in the database."""
    rule = read(segment.rule)
    should = who(house, segment.of, rule)
    there = Member.contact if segment.of == "contact" else Member.company
    inside = select(there).where(Member.segment == segment.id, Member.is_in == Stay.yes).correlate(None)
    if rule == Group():
        return [id for (id,) in house.rows(inside)]
    found = {id for (id,) in house.rows(should)}
    now = {id for (id,) in house.rows(inside)}
    return sorted(found ^ now)


def _by_hand(gate: Gate, segment: Segment) -> Gate:
    if segment.kind != SegmentKind.static:
        text = Text("%(name)s fills itself: change its rule instead.", name=segment.name)
        raise Invalid([Problem("segment", text)])
    gate.get(Segment, segment.id, action=Action.edit)
    return gate.as_house(KEEPING)


def _inside(house: Gate, segment: Segment, ids: Sequence[int]) -> dict[int, int]:
    """Those of these who are in, with the number of their stay."""
    there = Member.contact if segment.of == "contact" else Member.company
    asked = select(there, Member.id).where(Member.segment == segment.id, Member.is_in == Stay.yes)
    return {int(id): int(stay) for id, stay in house.rows(asked.where(there.in_(ids)))}


def _enter(house: Gate, segment: Segment, ids: Sequence[int], why: str) -> None:
    if not ids:
        return
    row = {"segment": segment.id, "entered_at": house.now, "entered_why": _WHY[why]}
    house.create_many(Member, [{**row, segment.of: id} for id in ids])
    house.emit(*(Entered(segment=segment.id, why=why, **{segment.of: id}) for id in ids))


def _leave(house: Gate, segment: Segment, stays: Mapping[int, int], why: str) -> None:
    if not stays:
        return
    row = {"is_in": Stay.no, "left_at": house.now, "left_why": _WHY[why]}
    house.carry(Member, dict.fromkeys(stays.values(), row))
    house.emit(*(Left(segment=segment.id, why=why, **{segment.of: id}) for id in stays))
