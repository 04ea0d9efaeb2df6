"""A rule while it is being built: what the form says of it, and what its buttons do to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from hookline_sdk import Invalid, PageRequest, Text, number_in

from hookline_loyalty.segments.tree import Bought, Contacted, Group, InSegment, OfField, Part, Related

NEW: Final[Mapping[str, Part]] = {
    "field": OfField(), "purchase": Bought(), "activity": Contacted(), "related": Related(), "segment": InSegment(),
    "group": Group("any", (OfField(), OfField())),
}  # fmt: skip
_MOST_PARTS: Final = 30
_LARGEST: Final = 99_999_999


@dataclass
class Draft:
    """A rule as it stands in the form, and what is wrong with it, by the place of the part ("0-2")."""

    rule: Group
    problems: dict[str, Text] = field(default_factory=dict)


def read_draft(asked: PageRequest, of: str) -> Draft:
    """What was sent."""
    draft = Draft(Group())
    found = _part(asked, of, "0", draft)
    draft.rule = found if isinstance(found, Group) else Group("all", (OfField(),))
    return draft


def changed(rule: Group, do: str) -> Group:
    """The rule after a button was pressed: "add-purchase-0-1" or "remove-0-1"."""
    verb, *rest = do.split("-")
    if verb == "add" and rest and rest[0] in NEW:
        return _at(rule, rest[1:], lambda part: _grown(part, NEW[rest[0]]))
    if verb == "remove" and len(rest) > 1:
        place = int(rest[-1]) if rest[-1].isdecimal() else -1
        return _at(rule, rest[:-1], lambda part: _without(part, place))
    return rule


def _at(rule: Group, path: list[str], change: Callable[[Part], Part]) -> Group:
    def walk(part: Part, steps: list[str]) -> Part:
        if not steps:
            return change(part)
        if not isinstance(part, Group) or not steps[0].isdecimal() or int(steps[0]) >= len(part.parts):
            return part
        here = int(steps[0])
        parts = (*part.parts[:here], walk(part.parts[here], steps[1:]), *part.parts[here + 1 :])
        return msgspec.structs.replace(part, parts=parts)

    found = walk(rule, path[1:])
    return found if isinstance(found, Group) else rule


def _grown(part: Part, new: Part) -> Part:
    if isinstance(part, Related) and isinstance(new, OfField):
        return msgspec.structs.replace(part, where=(*part.where, new))
    if isinstance(part, Group) and len(part.parts) < _MOST_PARTS:
        return msgspec.structs.replace(part, parts=(*part.parts, new))
    return part


def _without(part: Part, place: int) -> Part:
    if isinstance(part, Related):
        return msgspec.structs.replace(part, where=(*part.where[:place], *part.where[place + 1 :]))
    if isinstance(part, Group):
        return msgspec.structs.replace(part, parts=(*part.parts[:place], *part.parts[place + 1 :]))
    return part


def _part(asked: PageRequest, of: str, path: str, draft: Draft) -> Part:
    sent = asked.form.get
    kind = sent(f"k-{path}", "field")
    if kind == "group":
        join = sent(f"join-{path}", "all")
        count = min(_number(sent(f"n-{path}", "0")), _MOST_PARTS)
        parts = tuple(_part(asked, of, f"{path}-{n}", draft) for n in range(count))
        return Group(join if join in ("any", "none") else "all", parts)  # type: ignore[arg-type]  # one of its words
    readers: Mapping[str, Callable[[PageRequest, str, str, Draft], Part]] = {
        "related": _related, "activity": _contacted, "purchase": _bought, "segment": _segment,
    }  # fmt: skip
    return readers.get(kind, _field)(asked, of, path, draft)


def _field(asked: PageRequest, of: str, path: str, draft: Draft) -> OfField:
    name = asked.form.get(f"field-{path}", "")
    if not name or name != asked.form.get(f"drawn-{path}"):
        return OfField(name)
    try:
        return OfField(name, asked.asking.read(of, name, f"v-{path}-"))
    except Invalid as refusal:
        draft.problems[path] = refusal.problems[0].text
        return OfField(name)


def _related(asked: PageRequest, of: str, path: str, draft: Draft) -> Related:
    entity, _, via = asked.form.get(f"entity-{path}", "").partition(".")
    if not via:
        return Related()
    least = _number(asked.form.get(f"least-{path}", "1"))
    if entity != asked.form.get(f"drawn-{path}"):
        return Related(entity, via, least)
    count = min(_number(asked.form.get(f"n-{path}", "0")), _MOST_PARTS)
    where = tuple(_field(asked, entity, f"{path}-{n}", draft) for n in range(count))
    return Related(entity, via, least, where)


def _contacted(asked: PageRequest, of: str, path: str, draft: Draft) -> Contacted:
    sent = asked.form.get
    days = max(1, _number(sent(f"days-{path}", "90")))
    return Contacted(sent(f"there-{path}") == "yes", days, sent(f"kind-{path}", ""))


def _bought(asked: PageRequest, of: str, path: str, draft: Draft) -> Bought:
    sent = asked.form.get
    what, days = sent(f"what-{path}", "count"), _number(sent(f"days-{path}", ""))
    try:
        amount = Decimal(sent(f"amount-{path}", "1").strip().replace(" ", "").replace(",", ".") or "0")
        amount = amount if amount.is_finite() and 0 <= amount < 10**12 else Decimal(0)
    except InvalidOperation:
        draft.problems[path] = Text("This is not a number.")
        amount = Decimal(1)
    return Bought(
        what if what in ("sum", "last") else "count",  # type: ignore[arg-type]  # one of its words
        "most" if sent(f"compare-{path}") == "most" else "least",
        amount if what == "sum" else Decimal(int(amount)),
        days or None,
        sent(f"product-{path}", "").strip()[:200],
        sent(f"category-{path}", "").strip()[:120],
    )


def _segment(asked: PageRequest, of: str, path: str, draft: Draft) -> InSegment:
    return InSegment(
        _number(asked.form.get(f"segment-{path}", "0")), asked.form.get(f"inside-{path}", "yes") != "no"
    )


def _number(said: str) -> int:
    """What was typed, or nothing: a field that cannot be read asks for as much as an empty one."""
    return number_in(said.strip(), most=_LARGEST) or 0
