"""Settings that administrators change at run time, each with a type and a default."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Column, String, delete, insert, select

from hookline.errors import NotFound
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

DEFAULTS: Final[Mapping[str, Any]] = {
    "currency": "EUR",
    "currencies": ["EUR"],
    "region": "GB",
    "call_outcome_required": False,
    "house_name": "Hookline",
}

table = house_table(
    "setting", Column("name", String(80), primary_key=True), Column("value", json_type(), nullable=False)
)


def setting(gate: Reads, name: str) -> Any:
    """The value of a setting; its default where nobody has set it."""
    return gate.remembered("settings", _load)[name]


def set_setting(gate: Gate, name: str, value: Any) -> None:
    """Change a setting for everybody. The value must be of the default's type."""
    if name not in DEFAULTS:
        raise NotFound
    assert isinstance(value, type(DEFAULTS[name])), f"{name} takes a {type(DEFAULTS[name]).__name__}"
    gate.tx.run(delete(table).where(table.c.name == name), why="settings")
    gate.tx.run(insert(table).values(name=name, value=value), why="settings")
    gate.configured()


def _load(tx: Transaction) -> Mapping[str, Any]:
    found = {row.name: row.value for row in tx.run(select(table.c.name, table.c.value), why="settings")}
    return {**DEFAULTS, **{name: value for name, value in found.items() if name in DEFAULTS}}
