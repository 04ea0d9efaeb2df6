"""The views that lists start with: the core's and plugins'. Each is an address, read with the rights of who opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookline.crm.activities import Activity
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.errors import Text
from hookline.kernel.plugins.words.lists import NO_FIELDS
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo


@dataclass(frozen=True)
class Preset:
    """A view under a name that stands in the address. `query` is the list's query string."""

    name: str
    label: Text | str
    query: str


_MINE: Final = Preset("mine", Text("Mine"), "owner=me")
# Number fields whose sums stand under a list, shown as columns or not.
_SUMS: Final[Mapping[str, Sequence[str]]] = {"deal": ("amount", "weighted")}

_OPEN: Final = {"outcome": "open"}
_UNDONE: Final = {"done_at.empty": "1"}
core.view(Deal, "My open deals", filter={"owner": "me", **_OPEN}, name="my-open")
core.view(Deal, "All open", filter=_OPEN, name="open")
core.view(
    Deal, "Closing this month", filter={**_OPEN, "expected_close.within": "this_month"}, sort="expected_close", name="closing"
)  # fmt: skip
core.view(Deal, "No next activity", filter={**_OPEN, "next_activity.empty": "1"}, name="idle")
core.view(
    Deal, "Won this quarter", filter={"outcome": "won", "closed_on.within": "this_quarter"}, sort="-closed_on", name="won"
)  # fmt: skip
core.view(Activity, "My open", filter={"owner": "me", **_UNDONE}, sort="due_at", name="my-open")
core.view(Activity, "Overdue", filter={**_UNDONE, "due_at.within": "overdue"}, sort="due_at", name="overdue")
core.view(Activity, "Today", filter={"due_at.within": "today"}, sort="due_at", name="today")
core.view(Lead, "New", filter={"status": "new"}, name="new")
core.view(Lead, "Mine, in work", filter={"owner": "me", "status": "new,working"}, name="mine")
core.view(Lead, "Refused", filter={"status": "refused"}, name="refused")


def list_presets(gate: Reads, info: EntityInfo) -> Sequence[Preset]:
    """The views an entity starts with, those of its own plugin first; where that has none, those of the person.

    Left out are those that ask about a field which this person may not see.
    """
    declared = gate.host.contributions("view", info.name)
    readable = {f.name for f in gate.readable(info)} | {*NO_FIELDS}
    mine = [
        c for c in declared
        if readable.issuperset(c.options["fields"]) and (not c.options["needs"] or gate.actor.may(c.options["needs"]))
    ]  # fmt: skip
    found = sorted(mine, key=lambda c: (c.plugin != info.owner, c.options["order"], c.plugin))
    usual = info.owned and not any(c.plugin == info.owner for c in declared)
    return [
        *([_MINE] if usual else []),
        *(
            Preset(c.name if c.plugin == "core" else c.key, c.label, c.options["query"])
            for c in found
        ),
    ]  # fmt: skip


def list_sums(info: EntityInfo, columns: Sequence[str]) -> list[str]:
    """The number fields to sum up under a list that shows these columns."""
    shown = (n for n in columns if info.fields[n].kind == "money" and info.fields[n].summed)
    return list(dict.fromkeys((*_SUMS.get(info.name, ()), *shown)))
