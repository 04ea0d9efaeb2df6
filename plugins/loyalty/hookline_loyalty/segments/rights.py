"""Who may know of a segment: what a viewer may not see neither shows nor counts, not through who belongs to it either.

A segment that asks of a field, or of records, that somebody may not see is not there for them. One that asks of records of
which they see a part is there, but its members as they are kept are not: it is answered out of that part.
"""

from typing import Any, Final, cast

from hookline_sdk import Action, Actor, Level, Reads
from sqlalchemy import ColumnElement, Table, and_, exists, or_, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Member, Segment, SegmentUse

# Whether these are seen hangs on what is decided here.
_OURS: Final = ("loyalty_segment", "loyalty_segment_use", "loyalty_member")
_USE = cast(Table, SegmentUse.__table__)
_SEGMENT = cast(Table, Segment.__table__)


@plugin.restrict(Segment, by_gate=True)
def only_of_what_they_see(actor: Actor, table: Table, gate: Reads) -> ColumnElement[bool] | None:
    """Nothing that a segment asks of may be hidden from whoever sees it."""
    hidden = _hidden(gate)
    closed = [name for name in _known(gate) if not gate.may(name, Action.read)]
    if not hidden and not closed:
        return None
    asked = or_(
        and_(_USE.c.field.is_(None), _USE.c.entity.in_(closed)),
        (_USE.c.entity + "." + _USE.c.field).in_(hidden),
    )
    return ~exists(select(_USE.c.id).where(_USE.c.segment == table.c.id, asked).correlate(table))


@plugin.restrict(SegmentUse, by_gate=True)
def only_of_segments_they_see(actor: Actor, table: Table, gate: Reads) -> ColumnElement[bool] | None:
    """What a segment asks of is as open as the segment."""
    return table.c.segment.in_(_segments(gate))


@plugin.restrict(Member, by_gate=True)
def only_whom_they_see(actor: Actor, table: Table, gate: Reads) -> ColumnElement[bool] | None:
    """Of segments whose every ingredient they see in full, those people that they see."""
    limits: list[ColumnElement[bool]] = []
    if segments := gate.rule(gate.schema[Segment], Action.read):
        limits.append(table.c.segment.in_(select(_SEGMENT.c.id).where(*segments).correlate(None)))
    whole = _whole(gate)
    if any(name not in whole for name in _known(gate)):
        part = select(_USE.c.segment).where(_USE.c.field.is_(None), _USE.c.entity.not_in(whole))
        limits.append(table.c.segment.not_in(part.correlate(None)))
    for name in ("contact", "company"):
        info = gate.schema[name]
        if rules := gate.rule(info, Action.read):
            seen = select(info.table.c.id).where(*rules).correlate(None)
            limits.append(or_(table.c[name].is_(None), table.c[name].in_(seen)))
    return and_(*limits) if limits else None


def sees_whole(gate: Reads, segment: int) -> bool:
    """Whether this viewer sees all that a segment asks of, so that its members as they are kept tell nothing more."""
    whole = _whole(gate)
    if all(name in whole for name in _known(gate)):
        return True
    info = gate.schema[Segment]
    open_to = select(_SEGMENT.c.id).where(_SEGMENT.c.id == segment, *gate.rule(info, Action.read))
    part = select(_USE.c.id).where(
        _USE.c.segment == segment, _USE.c.field.is_(None), _USE.c.entity.not_in(whole)
    )
    return bool(gate.run(select(open_to.exists(), ~part.exists())).one() == (True, True))


def _segments(gate: Reads) -> Any:
    rules = gate.rule(gate.schema[Segment], Action.read)
    return select(_SEGMENT.c.id).where(*rules).correlate(None)


def _hidden(gate: Reads) -> list[str]:
    return sorted(f"{entity}.{name}" for (entity, name), right in gate.actor.fields.items() if not right)


def _known(gate: Reads) -> list[str]:
    return [name for name in gate.schema.entities if name not in _OURS]


def _whole(gate: Reads) -> list[str]:
    """The entities of which this viewer sees every record."""
    infos = [info for name, info in gate.schema.entities.items() if name not in _OURS]
    free = [info for info in infos if "about" not in info.fields]
    seen = [
        info.name
        for info in free
        if _all_of(gate, info.name, info.owned) and not gate.rule(info, Action.read)
    ]
    if len(seen) == len(free):
        # What stands about other records is seen with them.
        limited = {restriction.entity for restriction in gate.actor.restrictions}
        about = [info for info in infos if "about" in info.fields and info.name not in limited]
        seen += [info.name for info in about if _all_of(gate, info.name, info.owned)]
    return seen


def _all_of(gate: Reads, name: str, owned: bool) -> bool:
    return gate.actor.level(name, Action.read, owned=owned) == Level.all
