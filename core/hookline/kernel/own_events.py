"""`Event`: something that has happened, which a plugin tells all who want to hear of it; a frozen class with typed fields.

    class SaleRecorded(Event, plugin=plugin):
        guest: int
        total: Money
        at_table: int | None = None

It travels as JSON, so its fields are what JSON can carry: ids (int), str, bool, Decimal, Money, dates, aware times, enums,
lists and dicts of these, frozen dataclasses of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self, dataclass_transform

import msgspec
from msgspec import inspect

from hookline.errors import PluginError
from hookline.kernel.plugins.plugin import Plugin

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
# What stands on every event beside its fields.
_OURS: Final = ("id", "at", "user", "cause", "name", "of", "plugin")


@dataclass(frozen=True)
class Told:
    """What the outbox knows of an event."""

    id: int
    at: datetime
    user: int | None
    cause: str


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Event:
    """Declare an own event with `class SaleRecorded(Event, plugin=plugin)`; it is called "<plugin>.sale_recorded".

    `class Sale(Event, of="coffee_shop.sale_recorded")` hears that of another plugin without importing it: with those of its
    fields that matter here, under the same names. Further ones are passed over; a field that may be missing has a default.
    """

    name: ClassVar[str] = ""
    plugin: ClassVar[Plugin | None] = None

    def __init_subclass__(cls, *, plugin: Plugin | None = None, of: str = "", **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if plugin is None and not _NAME.fullmatch(of):
            hint = 'Write plugin=plugin for one of your own, of="<plugin>.<event>" for another\'s.'
            raise PluginError("", cls.__name__, "an event must say whose it is", hint)
        cls.plugin, cls.name = plugin, of or f"{plugin.name if plugin else ''}.{_snake(cls.__name__)}"
        if taken := [name for name in cls.__annotations__ if name in _OURS]:
            owner = plugin.name if plugin else of.partition(".")[0]
            raise PluginError(
                owner, f"{cls.__name__}.{taken[0]}", "is a name that events need themselves", "Rename it."
            )
        dataclass(frozen=True, kw_only=True)(cls)
        if plugin is not None:
            plugin.events.append(cls)

    @property
    def id(self) -> int:
        """The same number at every delivery of this event, growing with time; 0 before it is delivered."""
        told = self._told()
        return told.id if told else 0

    @property
    def at(self) -> datetime | None:
        """When it was told, aware, UTC; None before it is delivered."""
        told = self._told()
        return told.at if told else None

    @property
    def user(self) -> int | None:
        """Who did what it tells of; None for the house."""
        told = self._told()
        return told.user if told else None

    @property
    def cause(self) -> str:
        """What led to it: "" for a person's act, "event:7:<plugin>.<function>" for a handler's, "job:3" for a job's."""
        told = self._told()
        return told.cause if told else ""

    @classmethod
    def heard(cls, data: Mapping[str, Any], told: Told) -> Self:
        """An event as it comes out of the outbox. ValueError when a field does not fit the class."""
        try:
            event = msgspec.convert(data, cls)
        except msgspec.ValidationError as error:
            raise ValueError(f"{cls.name} cannot be read as {cls.__name__}: {error}") from error
        vars(event)["_head"] = told
        return event

    def as_json(self) -> dict[str, Any]:
        """The fields as the outbox keeps them. PluginError when one holds what its annotation does not allow."""
        try:
            data: dict[str, Any] = msgspec.to_builtins(self)
            msgspec.convert(data, type(self))
            _refuse_local_times(self, "$")
        except (TypeError, ValueError) as error:
            owner = self.name.partition(".")[0]
            raise PluginError(owner, f"emit {type(self).__name__}", str(error)) from error
        return data

    def _told(self) -> Told | None:
        return vars(self).get("_head")


def check_event(plugin: str, event: type[Event]) -> None:
    """PluginError for a class whose fields no outbox could carry."""
    place = event.__name__
    try:
        found = inspect.type_info(event)
    except (TypeError, NameError) as error:
        raise PluginError(plugin, place, str(error)) from error
    for one in found.fields if isinstance(found, inspect.DataclassType) else ():
        if isinstance(one.type, inspect.CustomType | inspect.AnyType):
            hint = "Use ids, texts, numbers, Decimal, Money, dates, aware times, and lists of these."
            raise PluginError(plugin, f"{place}.{one.name}", "its type cannot be carried as JSON", hint)


def missing_fields(hearing: type[Event], told: type[Event]) -> list[str]:
    """The fields without which a hearer cannot read the event, and which that does not have."""
    there = {one.name for one in fields(told)}  # type: ignore[arg-type]  # every subclass is a dataclass
    found = inspect.type_info(hearing)
    asked = found.fields if isinstance(found, inspect.DataclassType) else ()
    return [one.name for one in asked if one.required and one.name not in there]


def _refuse_local_times(value: object, path: str) -> None:
    """A time without a zone means another moment on every machine."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"a time without a zone - at `{path}`")
    if is_dataclass(value):
        for one in fields(value):
            _refuse_local_times(getattr(value, one.name), f"{path}.{one.name}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_local_times(inner, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            _refuse_local_times(inner, f"{path}[...]")


def _snake(name: str) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()
