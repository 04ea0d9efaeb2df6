"""The rule of a segment in plain words: "Tier is Gold and no purchase within 90 days"."""

from collections.abc import Mapping, Sequence
from typing import Final

from hookline_sdk import Asking, Gate, Invalid, Money, Text, plural

from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.tree import Bought, Contacted, Group, InSegment, OfField, Part, Related

_JOINED: Final[Mapping[str, str]] = {"all": "%(one)s and %(other)s", "any": "%(one)s or %(other)s", "none": "%(one)s or %(other)s"}  # fmt: skip
Said = Text | str


def in_words(asking: Asking, gate: Gate, of: str, rule: Group) -> Said:
    """What a rule says, for whoever reads it; of a field that is missing, that it is."""
    return _group(asking, gate, of, rule, is_inside=False)


def _group(asking: Asking, gate: Gate, of: str, group: Group, *, is_inside: bool) -> Said:
    said = [found for part in group.parts if (found := _part(asking, gate, of, part))]
    if not said:
        return ""
    joined = _join(said, group.join)
    if group.join == "none":
        return Text("none of this: %(what)s", what=joined) if len(said) > 1 else Text("not: %(what)s", what=joined)  # fmt: skip
    return Text("(%(what)s)", what=joined) if is_inside and len(said) > 1 else joined


def _join(said: Sequence[Said], word: str) -> Said:
    first, *rest = said
    return Text(_JOINED[word], one=first, other=_join(rest, word)) if rest else first


def _part(asking: Asking, gate: Gate, of: str, part: Part) -> Said:
    if isinstance(part, Group):
        return _group(asking, gate, of, part, is_inside=True)
    if isinstance(part, OfField):
        return _field(asking, of, part)
    if isinstance(part, Related):
        return _related(asking, gate, part)
    if isinstance(part, Contacted):
        return _contacted(part)
    if isinstance(part, Bought):
        return _bought(part)
    return _segment(gate, part)


def _field(asking: Asking, entity: str, part: OfField) -> Said:
    try:
        return asking.words(entity, part.filters) if part.filters else ""
    except Invalid:
        return Text("%(field)s (missing)", field=part.field)


def _related(asking: Asking, gate: Gate, part: Related) -> Said:
    info = gate.schema.entities.get(part.entity)
    if info is None:
        return Text("%(field)s (missing)", field=part.entity) if part.entity else ""
    where = [found for each in part.where if (found := _field(asking, part.entity, each))]
    name = Text(info.cls.plural) if type(info.cls.plural) is str else info.cls.plural
    what: Said = Text("%(records)s with %(conditions)s", records=name, conditions=_join(where, "all")) if where else name  # fmt: skip
    if part.least == 0:
        return Text("none of: %(what)s", what=what)
    return Text("at least %(count)s of: %(what)s", count=part.least, what=what)


def _contacted(part: Contacted) -> Said:
    kind: Said = Text(part.kind.capitalize()) if part.kind else Text("activity")
    if part.there:
        return _within(kind, part.days)
    return plural("no %(what)s within a day", "no %(what)s within %(count)s days", count=part.days, what=kind)


def _bought(part: Bought) -> Said:
    of = part.product or part.category
    said = _how_much(part)
    if part.days is not None:
        said = _within(said, part.days)
    return Text("%(what)s of %(product)s", what=said, product=of) if of else said


def _within(what: Said, days: int) -> Text:
    return plural("%(what)s within a day", "%(what)s within %(count)s days", count=days, what=what)


def _how_much(part: Bought) -> Text:
    amount = f"{part.amount:f}"
    if part.what == "last":
        if part.compare == "least":
            return plural(
                "last purchase at least a day ago", "last purchase at least %(count)s days ago", count=amount
            )
        return plural(
            "last purchase at most a day ago", "last purchase at most %(count)s days ago", count=amount
        )
    if part.what == "sum":
        if part.compare == "least":
            return Text("bought for at least %(amount)s", amount=Money(part.amount))
        return Text("bought for at most %(amount)s", amount=Money(part.amount))
    if part.compare == "most":
        most = plural("at most one purchase", "at most %(count)s purchases", count=amount)
        return most if part.amount else Text("no purchase")
    return plural("at least one purchase", "at least %(count)s purchases", count=amount)


def _segment(gate: Gate, part: InSegment) -> Said:
    other = gate.find(Segment, part.segment) if part.segment else None
    name = other.name if other else "?"
    return (
        Text("in segment %(name)s", name=name) if part.inside else Text("not in segment %(name)s", name=name)
    )
