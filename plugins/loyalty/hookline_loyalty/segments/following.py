"""Up to date: whatever is saved anywhere, the people whom it concerns are judged anew, by the segments that ask of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hookline_sdk import Gate, JobRun, NotFound, Record, enqueue, select

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Concerned, Segment, SegmentKind, SegmentState, SegmentUse
from hookline_loyalty.segments.keeping import KEEPING, differing, settle

_AT_ONCE: Final = 1_000
_SUBJECTS: Final = ("contact", "company")
Saved = Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]


@dataclass
class Watched:
    """By entity, through which fields its records concern whom; by segment, those that ask of its members."""

    via: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    by_entity: dict[str, set[int]] = field(default_factory=dict)
    asked_by: dict[int, set[int]] = field(default_factory=dict)


def watched(gate: Gate) -> Watched:
    """What the segments that fill themselves ask of."""
    return gate.remembered("loyalty.segments.watched", lambda _: _watched(gate.as_house(KEEPING)))


def in_order(house: Gate, segments: Iterable[int]) -> list[Segment]:
    """These and all that ask of them, each after those that it asks of."""
    known = watched(house).asked_by
    wanted, waiting = set[int](), list(segments)
    while waiting:
        id = waiting.pop()
        if id not in wanted:
            wanted.add(id)
            waiting += known.get(id, ())
    ordered: list[int] = []

    def place(id: int) -> None:
        if id in ordered:
            return
        for other, askers in known.items():
            if id in askers and other in wanted:
                place(other)
        ordered.append(id)

    for id in sorted(wanted):
        place(id)
    return house.several(Segment, ordered)


@plugin.follow(Record)
def notice(gate: Gate, info: Any, what: str, saved: Saved) -> None:
    """Leave word for the background of those whom a save concerns."""
    known = watched(gate)
    if info.name not in known.by_entity or (info.name == "loyalty_member" and gate.acts_as_house(KEEPING)):
        return
    people: dict[str, set[int]] = {}
    for of, via in known.via[info.name]:
        found = people.setdefault(of, set())
        for id, _, before, after in saved:
            values = [id] if via == "id" else [before.get(via), after.get(via)]
            found.update(each for each in values if each is not None)
    _remember(
        gate, [{"of": of, "who": id, "entity": info.name} for of, ids in people.items() for id in sorted(ids)]
    )


@plugin.job(cron="* * * * *")
def rejudge(run: JobRun) -> None:
    """Judge those who wait for it, by the segments that a change concerns and by those that ask of these in turn.

    By the clock as well: whoever came while the last were being judged waits a minute at most.
    """
    while True:
        run.check()
        with run.transaction() as gate:
            house = gate.as_house(KEEPING)
            waiting = house.rows(
                select(Concerned.id, Concerned.of, Concerned.who, Concerned.entity)
                .order_by(Concerned.id)
                .limit(_AT_ONCE)
            )
            if not waiting:
                return
            _judge_waiting(house, [(of, who, entity) for _, of, who, entity in waiting])
            house.erase_many(Concerned, [row[0] for row in waiting])


@plugin.job()
def judge(run: JobRun) -> None:
    """Judge everybody by one segment, after its rule was changed."""
    with run.transaction() as gate:
        asked = [segment.id for segment in in_order(gate.as_house(KEEPING), [run.args["segment"]])]
    for id in asked:
        judge_all(run, id, str(run.args.get("why", "rule")))


@plugin.job(cron="7 * * * *")
def judge_by_the_clock(run: JobRun) -> None:
    """Judge everybody by the segments that hang on time; at night, and after a start, by all, so that nothing is ever amiss for long."""
    with run.transaction() as gate:
        asked = select(Segment.id).where(Segment.kind == SegmentKind.dynamic)
        if run.now.hour != _NIGHT and not run.args.get("all"):
            asked = asked.where(Segment.timed == 1)
        ids = [id for (id,) in gate.as_house(KEEPING).rows(asked)]
        order = [segment.id for segment in in_order(gate.as_house(KEEPING), ids)]
    for id in order:
        judge_all(run, id, "time")


def judge_all(run: JobRun, segment: int, why: str) -> None:
    """Judge everybody by one segment, a thousand at a time."""
    with run.transaction() as gate:
        house = gate.as_house(KEEPING)
        found = house.find(Segment, segment)
        if found is None or found.kind != SegmentKind.dynamic or found.state != SegmentState.kept:
            return
        ids = differing(house, found)
    for start in range(0, len(ids), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            settle(gate.as_house(KEEPING), segment, ids[start : start + _AT_ONCE], why)
        run.progress(min(start + _AT_ONCE, len(ids)), len(ids))


_NIGHT: Final = 2


def _remember(gate: Gate, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    house = gate.as_house(KEEPING)
    if house.scalar(select(Concerned.id).limit(1)) is None:
        enqueue(gate.tx, "loyalty.rejudge", {}, now=gate.now)
    house.create_many(Concerned, rows)


def _judge_waiting(house: Gate, waiting: Sequence[tuple[str, int, str]]) -> None:
    people: dict[tuple[str, str], set[int]] = {}
    for of, who, entity in waiting:
        people.setdefault((entity, of), set()).add(who)
    for entity, of in [key for key in people if key[1] == "receipt"]:
        _add_parties(house, people, entity, people.pop((entity, of)))
    by_segment: dict[int, set[int]] = {}
    for (entity, of), ids in people.items():
        for segment in in_order(house, watched(house).by_entity.get(entity, ())):
            if segment.of == of:
                by_segment.setdefault(segment.id, set()).update(ids)
    for segment in in_order(house, by_segment):
        settle(house, segment.id, sorted(by_segment.get(segment.id, ())), "change")


def _add_parties(
    house: Gate, people: dict[tuple[str, str], set[int]], entity: str, receipts: set[int]
) -> None:
    """Whose purchases these are."""
    parties = select(Receipt.contact, Receipt.company).where(Receipt.id.in_(sorted(receipts)))
    for subject, found in zip(_SUBJECTS, zip(*house.rows(parties), strict=True), strict=False):
        people.setdefault((entity, subject), set()).update(id for id in found if id is not None)


def _watched(house: Gate) -> Watched:
    found = Watched()
    rows = house.rows(
        select(SegmentUse.segment, SegmentUse.entity, SegmentUse.field, SegmentUse.other, Segment.of)
        .join(Segment, Segment.id == SegmentUse.segment)
        .where(Segment.kind == SegmentKind.dynamic)
    )
    for segment, entity, name, other, of in rows:
        found.by_entity.setdefault(of, set()).add(segment)
        found.via.setdefault(of, set()).add((of, "id"))
        if other is not None:
            found.asked_by.setdefault(other, set()).add(segment)
        found.by_entity.setdefault(entity, set()).add(segment)
        found.via.setdefault(entity, set()).update(_ways(house, entity, name, of))
    return found


def _ways(house: Gate, entity: str, name: str, of: str) -> set[tuple[str, str]]:
    """Through which fields the records of an entity concern people: those that refer to them."""
    if entity == of:
        return {(of, "id")}
    if entity == "loyalty_receipt_line":
        return {("receipt", "receipt")}
    try:
        fields = house.schema[entity].fields
    except NotFound:
        return set()
    if entity in ("loyalty_member", "loyalty_receipt", "activity"):
        return {(of, of)}
    return {(of, spec.name) for spec in fields.values() if spec.target == of and spec.is_reference}
