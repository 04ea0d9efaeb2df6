"""The rule of a segment: a tree of conditions, kept as JSON and read strictly."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import msgspec
from hookline_sdk import Invalid, Problem, Text

DEEPEST: Final = 6
MOST_PARTS: Final = 100


class OfField(msgspec.Struct, tag="field", frozen=True, forbid_unknown_fields=True):
    """One field of the record is as filters of lists say: {"amount.gte": "500"}."""

    field: str = ""
    filters: dict[str, str] = {}


class Related(msgspec.Struct, tag="related", frozen=True, forbid_unknown_fields=True):
    """At least so many records refer to it by `via` (with 0: none does) of which all of this holds."""

    entity: str = ""
    via: str = ""
    least: int = 1
    where: tuple[OfField, ...] = ()


class Contacted(msgspec.Struct, tag="activity", frozen=True, forbid_unknown_fields=True):
    """There was an activity, done within so many days, or there was none."""

    there: bool = False
    days: int = 90
    kind: str = ""


class Bought(msgspec.Struct, tag="purchase", frozen=True, forbid_unknown_fields=True):
    """What was bought: how often, for how much, or how many days ago last; at least or at most.

    `days` looks at the last so many only; `product` and `category` at what was bought.
    """

    what: Literal["count", "sum", "last"] = "count"
    compare: Literal["least", "most"] = "least"
    amount: Decimal = Decimal(1)
    days: int | None = None
    product: str = ""
    category: str = ""


class InSegment(msgspec.Struct, tag="segment", frozen=True, forbid_unknown_fields=True):
    """It belongs to another segment, or does not."""

    segment: int = 0
    inside: bool = True


class Group(msgspec.Struct, tag="group", frozen=True, forbid_unknown_fields=True):
    """All of these, one of them, or none of them."""

    join: Literal["all", "any", "none"] = "all"
    parts: "tuple[Part, ...]" = ()


Part: TypeAlias = Group | OfField | Related | Contacted | Bought | InSegment


def read(rule: str | None) -> Group:
    """A rule as it is kept. Invalid when it is none."""
    if not rule:
        return Group()
    try:
        found = msgspec.json.decode(rule, type=Group)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        text = Text("This is no rule of a segment: %(reason)s", reason=str(error)[:200])
        raise Invalid([Problem("rule", text)]) from error
    if depth(found) > DEEPEST or sum(1 for _ in parts(found)) > MOST_PARTS:
        raise Invalid([Problem("rule", Text("This rule is too large. Make a segment of a part of it."))])
    return found


def written(rule: Group) -> str:
    """A rule as it is kept."""
    return msgspec.json.encode(rule).decode()


def parts(rule: Part) -> Iterator[Part]:
    """Everything in a rule, itself first."""
    yield rule
    if isinstance(rule, Group):
        for part in rule.parts:
            yield from parts(part)


def depth(rule: Part) -> int:
    """How many groups lie in each other."""
    return 1 + max(map(depth, rule.parts), default=0) if isinstance(rule, Group) else 0


def unfinished(rule: Part) -> Text | None:
    """What is still to be said in a rule, None when nothing is."""
    for part in parts(rule):
        if isinstance(part, OfField) and not part.filters:
            return Text("Say what must hold of each field.")
        if isinstance(part, Related) and not (part.entity and all(each.filters for each in part.where)):
            return Text("Say which records are meant, and what must hold of them.")
        if isinstance(part, InSegment) and not part.segment:
            return Text("Choose the other segment.")
        if isinstance(part, Group) and not part.parts:
            return Text("A group without a condition says nothing: add one or take it away.")
    return None


def hangs_on_time(rule: Part) -> bool:
    """Whether what it asks changes as days go by, though nobody changes anything."""
    for part in parts(rule):
        if isinstance(part, Contacted) or (isinstance(part, Bought) and (part.days or part.what == "last")):
            return True
        asked = part.where if isinstance(part, Related) else (part,) if isinstance(part, OfField) else ()
        if any(name.endswith(".within") for each in asked for name in each.filters):
            return True
    return False
