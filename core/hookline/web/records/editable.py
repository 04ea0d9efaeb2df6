"""Which fields somebody may change from a list, without opening the record."""

from typing import TYPE_CHECKING, Final

from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.records.forms import form_fields

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# They need more room than a cell has.
_TOO_LARGE: Final = frozenset({"address", "file"})


def editable_names(visit: "Visit", info: EntityInfo) -> frozenset[str]:
    """The fields that this person may change from a list; of single records the gate may still refuse one."""
    gate = visit.gate
    if not gate.may(info.name, Action.edit):
        return frozenset()
    names = {f.name for f in form_fields(visit, info, fresh=False) if f.kind not in _TOO_LARGE}
    if info.is_staged and info.fields["stage"] in gate.writable(info):
        names.add("stage")
    return frozenset(names if gate.may(info.name, Action.assign) else names - {"owner"})
