"""Actions: what plugins let people do with a record besides changing it, alone or with many."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from hookline.errors import NotFound, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.attempts import attempt, checked
from hookline.kernel.field_rules import holds, understood
from hookline.kernel.forms import Form
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.screens import Act

T = TypeVar("T")


class NotNow(Refused):
    """The record is not, or no longer, in the state that an action is for."""

    def __init__(self, action: Contribution) -> None:
        text = "“%(what)s” cannot be done with this record as it stands now."
        super().__init__(Text(text, what=action.label))


def list_actions(gate: Gate, info: EntityInfo, *, bulk: bool = False) -> list[Contribution]:
    """The actions on an entity's records that this actor may have, in their order; with `bulk` those on many at once."""
    found = [c for c in gate.host.contributions("action", info.name) if _is_open(gate, info, c, bulk=bulk)]
    return sorted(found, key=lambda c: (c.options["order"], c.plugin))


def find_action(gate: Gate, info: EntityInfo, key: str, *, bulk: bool = False) -> Contribution:
    """One of them by its key, be it paused. NotFound for what there is not, or not for this actor."""
    found = gate.host.find("action", key, info.name)
    if found is None or not _is_open(gate, info, found, bulk=bulk):
        raise NotFound
    return found


def form_of(action: Contribution) -> type[Form]:
    """What an action asks for, which may be nothing."""
    return action.options["asks"] or Form


def stands_for(gate: Reads, info: EntityInfo, action: Contribution, values: Mapping[str, Any]) -> bool:
    """Whether a record with these values is in the state that an action is for, as far as they tell.

    Of what this actor may not see nothing is told: it is judged when the thing is to be done.
    """
    condition = understood(info, action.options["when"])
    if condition is None or not condition.fields <= values.keys():
        return True
    return holds(info, condition, values, gate.now.date())


def named_by_actions(gate: Gate, info: EntityInfo) -> list[str]:
    """The readable fields on which it depends whether actions on many records are for a record."""
    conditions = [understood(info, action.options["when"]) for action in list_actions(gate, info, bulk=True)]
    named = {name for condition in conditions if condition for name in condition.fields}
    return [spec.name for spec in gate.readable(info) if spec.name in named and not spec.many]


def perform(
    gate: Gate, info: EntityInfo, action: Contribution, id: int, form: Form, reader: Reader, read: Callable[[Any], T],
    *, is_bulk: bool = False,
) -> T | Refused | Failure:  # fmt: skip
    """Do it to a record, and read what it answers. NotFound and Forbidden where it cannot be done to this one.

    NotNow where the record is not, or no longer, in the state that the action is for.
    """
    record = gate.get(info.cls, id, action=action.options["may"])
    if not _stands(gate, info, action, id):
        return NotNow(action)
    given = form if action.options["asks"] else None
    act = Act(record=record, form=given, is_bulk=is_bulk, reader=reader)
    return attempt(gate, checked(action, form), read, act, gate, writes=True)


def perform_in_bulk(
    gate: Gate, info: EntityInfo, key: str, id: int, values: Mapping[str, Any], reader: Reader
) -> None:
    """Do it to one of many. What refuses, or fails, is raised as a refusal of this one alone."""
    action = find_action(gate, info, key, bulk=True)
    form = form_of(action)(**values)
    found = perform(gate, info, action, id, form, reader, lambda _answer: None, is_bulk=True)
    if isinstance(found, Failure):
        raise Refused(found.text)
    if isinstance(found, Refused):
        raise found


def _stands(gate: Gate, info: EntityInfo, action: Contribution, id: int) -> bool:
    """Judged by all that the record holds, whoever asks."""
    if not action.options["when"]:
        return True
    values = gate.as_house("actions").values(info, id)
    return values is not None and stands_for(gate, info, action, values)


def _is_open(gate: Gate, info: EntityInfo, action: Contribution, *, bulk: bool) -> bool:
    options = action.options
    if bulk and not (options["bulk"] and gate.may(info.name, Action.bulk)):
        return False
    return (not options["needs"] or gate.actor.may(options["needs"])) and gate.may(info.name, options["may"])
