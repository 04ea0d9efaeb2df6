"""Who belongs to a segment: for statements of others, and as far as whoever asks may know."""

from collections.abc import Mapping, Sequence
from typing import Any

from hookline_sdk import Gate, func, select
from sqlalchemy import Select

from hookline_loyalty.segments.asking import SUBJECTS, who
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, Stay
from hookline_loyalty.segments.rights import sees_whole
from hookline_loyalty.segments.tree import read


def people_in(segment: int) -> Select[Any]:
    """The ids of the contacts (or companies) that belong to a segment, as it is kept: `Contact.id.in_(people_in(7))`."""
    there = func.coalesce(Member.contact, Member.company)
    return select(there).where(Member.segment == segment, Member.is_in == Stay.yes).correlate(None)


def members(gate: Gate, segment: Segment) -> Select[Any]:
    """The ids of those who belong to it, as far as this viewer may know.

    Who sees only a part of what it asks of (their own deals, say) gets those of whom that part says so.
    """
    if segment.kind == SegmentKind.static or sees_whole(gate, segment.id):
        return people_in(segment.id)
    return who(gate, segment.of, read(segment.rule)).correlate(None)


def count_members(gate: Gate, segment: Segment) -> int:
    """How many there are, of those whom the viewer sees."""
    subject = SUBJECTS[segment.of]
    return int(gate.scalar(select(func.count(subject.id)).where(subject.id.in_(members(gate, segment)))) or 0)


def sizes(gate: Gate, segments: Sequence[int]) -> Mapping[int, int]:
    """The members of several segments as they are kept, with one statement; none of those whose members are not to be seen."""
    counted = select(Member.segment, func.count(Member.id)).where(
        Member.segment.in_(segments), Member.is_in == Stay.yes
    )
    return {int(id): int(count) for id, count in gate.rows(counted.group_by(Member.segment))}
