"""What stands in the fields of a new record that were left out: the same in forms, API, imports and bulk."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from hookline.kernel.entity import Record
from hookline.kernel.fields import Field
from hookline.kernel.fitting import fits
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.rules import Draft
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

Values = Mapping[str, Any]


def left_out(gate: "Gate", info: EntityInfo, given: Values) -> dict[str, Any]:
    """The values to save for what was left out. Invalid, with the plugin's name, when one cannot say its own."""
    return {
        **_declared(info, given),
        **_own(gate, info, given),
        **_worked_out(gate, info, given, gate.host.insist),
    }


def shown(gate: "Gate", info: EntityInfo, given: Values) -> dict[str, Any]:
    """The same for an empty form; of a plugin that fails the field stays empty."""

    def ask(contribution: Contribution, *args: Any) -> Any:
        found = gate.host.ask(contribution, *args)
        # What fails is answered with its failure, which no field can keep.
        return found if fits(info.fields[contribution.options["field"]], found) else None

    return {**_declared(info, given), **_own(gate, info, given), **_worked_out(gate, info, given, ask)}


def is_begun(gate: "Gate", info: EntityInfo, name: str) -> bool:
    """Whether a plugin has a say in how this field starts: who empties it then means that it stays empty."""
    return any(starter.options["field"] == name for starter in gate.host.starters(info.name))


def _declared(info: EntityInfo, given: Values) -> dict[str, Any]:
    return {f.name: f.default for f in info.beginning if given.get(f.name) is None}


def _own(gate: "Gate", info: EntityInfo, given: Values) -> dict[str, Any]:
    """Owner and team: the actor's own."""
    actor, found = gate.actor, dict[str, Any]()
    if info.owned and "owner" not in given and actor.user is not None:
        found["owner"] = actor.user
    if (
        info.owned
        and "team" not in given
        and given.get("owner", actor.user) == actor.user
        and actor.team is not None
    ):
        found["team"] = actor.team
    return found


def _worked_out(gate: "Gate", info: EntityInfo, given: Values, ask: Callable[..., Any]) -> dict[str, Any]:
    """What plugins say: of those who speak of one field the first, by order and name, who says anything."""
    found: dict[str, Any] = {}
    for starter in gate.host.starters(info.name):
        name = starter.options["field"]
        if name in given or name in found or name not in info.fields:
            continue
        draft: Draft[Record] = Draft(info.name, {**given, **found})
        asked = gate.host.watched(starter, partial(_fitting, starter.call, info.fields[name]))
        value = ask(asked, draft, gate)
        if value is not None:
            found[name] = value
    return found


def _fitting(call: Callable[..., Any], spec: Field, draft: Draft[Any], gate: "Gate") -> Any:
    value = call(draft, gate)
    if not fits(spec, value):
        raise TypeError(
            f"{spec.name} is a field of the kind {spec.kind} and cannot start with {value!r:.100}"
        )
    return value
