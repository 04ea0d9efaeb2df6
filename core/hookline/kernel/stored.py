"""How values become a table's row: columns as they are, custom fields inside one JSON column, search tokens and sort key."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import TypeDecorator
from sqlalchemy.dialects import sqlite

from hookline.kernel.schema import CUSTOM_PREFIX, EntityInfo, custom_type
from hookline.kernel.search import tokens_of

# Types bind the same inside JSON on both engines; any dialect will do.
_DIALECT: Final = sqlite.dialect()


def stored(
    info: EntityInfo, values: Mapping[str, Any], custom: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The columns to write for these values. `custom` is what the record's JSON held before."""
    row: dict[str, Any] = {}
    added: dict[str, Any] = {}
    for name, value in values.items():
        spec = info.fields[name]
        if spec.custom:
            kind = custom_type(spec)
            added[name.removeprefix(CUSTOM_PREFIX)] = (
                kind.process_bind_param(value, _DIALECT) if isinstance(kind, TypeDecorator) else value
            )
        elif not spec.many:
            row[name] = value
    if added:
        row["custom"] = {k: v for k, v in {**(custom or {}), **added}.items() if v is not None}
    return row


def house_columns(info: EntityInfo, after: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Search tokens and sort key, when something they are made of has changed."""
    row: dict[str, Any] = {}
    if any(f.name in changed for f in info.searchable):
        row["search"] = tokens_of(info, after)
    if info.title.name in changed:
        row["sort_key"] = sort_key(after.get(info.title.name))
    return row


def sort_key(title: object) -> str:
    """What a record is sorted by: its title without case and accents, so that both engines agree."""
    text = str(title or "").casefold()
    if text.isascii():
        return text[:200]
    folded = unicodedata.normalize("NFKD", text.replace("ё", "е"))
    return "".join(c for c in folded if not unicodedata.combining(c))[:200]
