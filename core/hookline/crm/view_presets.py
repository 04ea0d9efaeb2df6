"""The views that every list starts with. They are kept nowhere: each is an address, read with the rights of who opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookline.errors import Text
from hookline.kernel.schema import EntityInfo


@dataclass(frozen=True)
class Preset:
    """A view under a name that stands in the address. `query` is the list's query string."""

    name: str
    label: Text
    query: str


_MINE: Final = Preset("mine", Text("Mine"), "owner=me")
_PRESETS: Final[Mapping[str, Sequence[Preset]]] = {
    "deal": (
        Preset("my-open", Text("My open deals"), "owner=me&outcome=open"),
        Preset("open", Text("All open"), "outcome=open"),
        Preset("closing", Text("Closing this month"), "outcome=open&expected_close.within=this_month&sort=expected_close"),
        Preset("idle", Text("No next activity"), "outcome=open&next_activity.empty=1"),
        Preset("won", Text("Won this quarter"), "outcome=won&closed_on.within=this_quarter&sort=-closed_on"),
    ),
    "activity": (
        Preset("my-open", Text("My open"), "owner=me&done_at.empty=1"),
        Preset("overdue", Text("Overdue"), "done_at.empty=1&due_at.within=overdue"),
        Preset("today", Text("Today"), "due_at.within=today"),
    ),
    "lead": (
        Preset("new", Text("New"), "status=new"),
        Preset("mine", Text("Mine, in work"), "owner=me&status=new,working"),
        Preset("refused", Text("Refused"), "status=refused"),
    ),
}  # fmt: skip
# Number fields whose sums stand under a list, shown as columns or not.
_SUMS: Final[Mapping[str, Sequence[str]]] = {"deal": ("amount", "weighted")}


def list_presets(info: EntityInfo) -> Sequence[Preset]:
    """The views an entity starts with: its own, or those of the person where its records belong to somebody."""
    return _PRESETS.get(info.name, (_MINE,) if info.owned else ())


def list_sums(info: EntityInfo, columns: Sequence[str]) -> list[str]:
    """The number fields to sum up under a list that shows these columns."""
    shown = (name for name in columns if info.fields[name].kind == "money")
    return list(dict.fromkeys((*_SUMS.get(info.name, ()), *shown)))
