"""What the audit log tells of by itself: every change of roles, teams, pipelines and their stages, whichever way it is made."""

from hookline.crm.access.roles import Role
from hookline.crm.access.teams import Team
from hookline.crm.audit.trail import note
from hookline.crm.core import core
from hookline.crm.pipelines import Pipeline, Stage
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.history import difference
from hookline.kernel.schema import EntityInfo

_SAID = {"created": "made", "trashed": "removed", "erased": "removed", "restored": "returned"}


@core.follow(Role)
def note_roles(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A role that was made, renamed or removed. What it gives is told of by `rights`."""
    _note(gate, info, what, saved)


@core.follow(Team)
def note_teams(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A team, who leads it, and what it stands below."""
    _note(gate, info, what, saved)


@core.follow(Pipeline)
def note_pipelines(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A pipeline."""
    _note(gate, info, what, saved)


@core.follow(Stage)
def note_stages(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """A stage, what it asks and who may move there."""
    _note(gate, info, what, saved)


def _note(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    for id, _, before, values in saved:
        changes = difference(info, before, values)
        told = {
            "before": {name: old for name, (old, _) in changes.items() if old not in (None, [])},
            "after": {name: new for name, (_, new) in changes.items()},
        }
        said = f"{info.name}.{_SAID.get(what, 'changed')}"
        note(gate, said, f"{info.name}:{id}", **(told if changes else {}))
