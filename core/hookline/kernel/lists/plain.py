"""Plain records: which fields the API gives somebody, and a record as JSON, as programs of others read it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, Json
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo

HIDDEN_BUT_SHOWN: Final = frozenset({"version", "trashed_at", "currency"})


def shown_fields(gate: Reads, info: EntityInfo) -> list[Field]:
    """The fields that the API gives this actor. Hidden ones are the house's own, but for those that others need."""
    return [f for f in gate.readable(info) if not f.hidden or f.name in HIDDEN_BUT_SHOWN]


def as_json(info: EntityInfo, names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Json]:
    """The named fields of a record."""
    return {name: dumped(info.fields[name], row.get(name)) for name in names}


def dumped(spec: Field, value: Any) -> Json:
    """One value; several of nothing are an empty list."""
    if value is None:
        return [] if spec.many or spec.kind == "multi_choice" else None
    return KINDS[spec.kind].dump(value, spec)


def columns_of(info: EntityInfo, fields: Sequence[str]) -> list[str]:
    """What to read for these fields; the version besides, which every answer needs."""
    return [*(name for name in fields if not info.fields[name].many), "version"]


def links_of(info: EntityInfo, fields: Sequence[str]) -> list[str]:
    """Those of these fields that hold several references."""
    return [name for name in fields if info.fields[name].many]
