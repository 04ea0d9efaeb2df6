"""The shapes of the functions that plugins contribute, so that a type checker tells an author of a wrong one.

Functions on one entity's records are typed where they are declared, by that entity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from hookline.kernel.actor import Actor
    from hookline.kernel.background.runs import JobRun
    from hookline.kernel.commanding import CommandRun
    from hookline.kernel.entity import Record
    from hookline.kernel.exchange import ForeignRow, ImportFile
    from hookline.kernel.followers import Saved
    from hookline.kernel.gate import Gate
    from hookline.kernel.health import Finding
    from hookline.kernel.own_events import Event
    from hookline.kernel.reads import Reads
    from hookline.kernel.rewrite import AnySelect
    from hookline.kernel.rules import Change
    from hookline.kernel.schema import EntityInfo
    from hookline.kernel.screens import PageRequest, Place, Screen, SearchHit, SearchRequest
    from hookline.kernel.shown import Asked, Report, Value, Widget
    from hookline.kernel.stories import Story

R = TypeVar("R", bound="Record")

Heard = TypeVar("Heard", bound="Callable[[Change, Gate], None]")
Followed = TypeVar("Followed", bound="Callable[[Gate, EntityInfo, str, Saved], None]")
Forgotten = TypeVar("Forgotten", bound="Callable[[Gate, EntityInfo, Sequence[int]], None]")
Restricted = TypeVar("Restricted", bound="Callable[[Actor, Table], ColumnElement[bool] | None]")

RestrictedByGate = TypeVar(
    "RestrictedByGate", bound="Callable[[Actor, Table, Reads], ColumnElement[bool] | None]"
)

Columned = TypeVar("Columned", bound="Callable[[list[dict[str, Any]], Gate], Mapping[int, Value]]")
Reported = TypeVar("Reported", bound="Callable[[Gate], Report]")
ReportedOn = TypeVar("ReportedOn", bound="Callable[[Gate, Asked], Report]")
Shown = TypeVar("Shown", bound="Callable[[Gate], Widget]")
ShownOn = TypeVar("ShownOn", bound="Callable[[Gate, Asked], Widget]")
Selected = TypeVar("Selected", bound="Callable[[Gate, str], AnySelect]")
Paged = TypeVar("Paged", bound="Callable[[PageRequest, Gate], Screen]")
Searched = TypeVar("Searched", bound="Callable[[SearchRequest, Gate], Sequence[SearchHit]]")
Blocked = TypeVar("Blocked", bound="Callable[[Place, Gate], Widget]")

Worked = TypeVar("Worked", bound="Callable[[JobRun], None]")
Sown = TypeVar("Sown", bound="Callable[[Gate], None]")

FollowedEvents = TypeVar("FollowedEvents", bound="Callable[[Gate, Sequence[Event], str], None]")
Checked = TypeVar("Checked", bound="Callable[[Gate], Finding | Iterable[Finding]]")
Commanded = TypeVar("Commanded", bound="Callable[Concatenate[CommandRun, ...], None]")
Demonstrated = TypeVar("Demonstrated", bound="Callable[[Story, Gate], None]")
Imported = TypeVar("Imported", bound="Callable[[ImportFile, Gate], Iterable[ForeignRow]]")
# What is given is a File, which this layer does not know.
Published = TypeVar("Published", bound="Callable[[Any, Gate], bool]")

# What a panel may be given beside its record.
PanelTakes: TypeAlias = Literal["asking"]
# What the reader of a report or a widget may be asked for.
ReportTakes: TypeAlias = Literal["period", "pipeline", "owner"]
WidgetTakes: TypeAlias = Literal["period", "pipeline", "owner", "view", "report"]
Size: TypeAlias = Literal["small", "medium", "large", "wide"]
