"""Fields that show, or are asked for, as others are filled in: worked out here, while somebody types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hookline.errors import NotFound
from hookline.kernel import field_rules
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.layouts import Layout, layout_of
from hookline.kernel.schema import EntityInfo
from hookline.kernel.whole import Whole, read_whole
from hookline.web.records.form_values import Sent, read_values, was_sent

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class States:
    """What becomes of the fields of a form. `watched` are those whose values decide, `moving` those that they decide on."""

    unseen: frozenset[str] = _NONE
    demanded: frozenset[str] = _NONE
    locked: frozenset[str] = _NONE
    watched: tuple[str, ...] = ()
    moving: frozenset[str] = _NONE


def states(
    visit: "Visit", info: EntityInfo, record: Whole | None, fields: Sequence[Field], written: Sent
) -> States:
    """The states of these fields of a form in which this stands, over what the record has."""
    layout = layout_of(visit.gate, info.name)
    if not layout.rules:
        return States()
    names = {spec.name for spec in fields}
    watched, moving = _woven(info, layout, names)
    kept = record.values if record else {}
    typed = [spec for spec in fields if spec.name in watched and was_sent(spec, written)]
    values = {**kept, **read_values(visit, info, typed, written, [])}
    return States(
        field_rules.unseen(visit.gate, info, layout, values) & moving,
        field_rules.demanded(visit.gate, info, layout, values) & moving,
        field_rules.locked(visit.gate, info, layout, kept) & names if record else _NONE,
        tuple(sorted(watched & names)),
        moving,
    )


def show(visit: "Visit", entity: str) -> "Answer":
    """What becomes of the fields that conditions decide on, with the values in the address; `of` is the record, if it is one."""
    info = visit.gate.schema[entity]
    asked = visit.request.query_params.dict()
    sent = {name: values if len(values) > 1 else values[0] for name, values in asked.items()}
    record = _record(visit, info, visit.query.get("of", ""))
    found = states(visit, info, record, visit.gate.writable(info), sent)
    lines = [
        {"name": name, "shown": name not in found.unseen, "asked": name in found.demanded}
        for name in sorted(found.moving)
    ]
    return visit.page(
        "records/conditions.html", block="conditions", page_title=visit.say(info.cls.plural), lines=lines
    )


def _record(visit: "Visit", info: EntityInfo, number: str) -> Whole | None:
    if not number:
        visit.gate.must(info.name, Action.create)
        return None
    id = id_in(number)
    if id is None:
        raise NotFound
    return read_whole(visit.gate, info, id)


def _woven(info: EntityInfo, layout: Layout, names: set[str]) -> tuple[set[str], frozenset[str]]:
    """The fields that decide, and those of these names that they decide on."""
    watched: set[str] = set()
    moving: set[str] = set()
    for placed in layout.rules.values():
        found = [field_rules.understood(info, source) for source in (placed.visible, placed.required)]
        if placed.name in names and any(found):
            moving.add(placed.name)
            watched.update(*(condition.fields for condition in found if condition))
    return watched, frozenset(moving)
