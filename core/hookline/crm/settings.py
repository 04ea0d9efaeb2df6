"""Settings that administrators change at run time, each with a type and a default."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from babel.numbers import get_currency_precision, get_territory_currencies
from phonenumbers import SUPPORTED_REGIONS
from sqlalchemy import Column, String, delete, insert, select

from hookline.crm.audit.trail import note
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

PERMISSION: Final = "admin.settings"
LONGEST_NAME: Final = 60
MOST_CURRENCIES: Final = 30
DEFAULTS: Final[Mapping[str, Any]] = {
    "currency": "EUR",
    "currencies": ["EUR"],
    "region": "GB",
    "call_outcome_required": False,
    "house_name": "Hookline",
    "trash_days": 0,
    "two_step": "nobody",
    "two_step_roles": [],
    "token_days": 365,
}

table = house_table(
    "setting", Column("name", String(80), primary_key=True), Column("value", json_type(), nullable=False)
)


def house_currency(gate: Reads) -> str:
    """The code of the house's currency, "EUR": that of amounts of which no other is said."""
    return str(setting(gate, "currency"))


def setting(gate: Reads, name: str) -> Any:
    """The value of a setting; its default where nobody has set it."""
    return gate.remembered("settings", _load)[name]


def house_name(tx: Transaction) -> str:
    """The name of the house, for where nobody has come in yet."""
    found = tx.run(select(table.c.value).where(table.c.name == "house_name"), why="settings").scalar()
    return str(found or DEFAULTS["house_name"])


def set_setting(gate: Gate, name: str, value: Any) -> None:
    """Change a setting for everybody. The value must be of the default's type."""
    if name not in DEFAULTS:
        raise NotFound
    assert isinstance(value, type(DEFAULTS[name])), f"{name} takes a {type(DEFAULTS[name]).__name__}"
    gate.tx.run(delete(table).where(table.c.name == name), why="settings")
    gate.tx.run(insert(table).values(name=name, value=value), why="settings")
    gate.configured()


def change_settings(gate: Gate, values: Mapping[str, Any]) -> None:
    """Change several settings at once; Invalid with every complaint beside its setting, and then nothing is changed."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    before = gate.remembered("settings", _load)
    wanted = {**before, **values}
    problems = [*_judge_currencies(wanted), *_judge_house(wanted)]
    if problems:
        raise Invalid(problems)
    for name, value in values.items():
        set_setting(gate, name, value)
    changed = [name for name, value in values.items() if before[name] != value]
    if changed:
        told = ({name: side[name] for name in changed} for side in (before, values))
        note(gate, "settings.changed", before=next(told), after=next(told))


@cache
def currencies() -> tuple[str, ...]:
    """The ISO codes of the currencies in use today that have at most two decimals: amounts are kept in hundredths."""
    tender = {code for territory in regions() for code in get_territory_currencies(territory)}
    return tuple(sorted(code for code in tender if get_currency_precision(code) <= 2))


@cache
def regions() -> tuple[str, ...]:
    """The regions from which telephone numbers can be dialled, as ISO codes of countries."""
    return tuple(sorted(SUPPORTED_REGIONS))


def _judge_currencies(wanted: Mapping[str, Any]) -> list[Problem]:
    main, used = wanted["currency"], wanted["currencies"]
    problems = []
    if unknown := [code for code in used if code not in currencies()]:
        codes = ", ".join(unknown)[:80]
        text = Text(
            "%(codes)s cannot be used: take ISO codes of currencies with at most two decimals.", codes=codes
        )
        problems.append(Problem("currencies", text))
    if len(used) > MOST_CURRENCIES:
        problems.append(Problem("currencies", Text("At most %(count)s currencies.", count=MOST_CURRENCIES)))
    if main not in currencies():
        problems.append(Problem("currency", _no_choice(main)))
    elif main not in used:
        text = Text("%(code)s is the main currency, so it must be among these.", code=main)
        problems.append(Problem("currencies", text))
    return problems


def _judge_house(wanted: Mapping[str, Any]) -> list[Problem]:
    name, region = wanted["house_name"], wanted["region"]
    problems = [] if region in regions() else [Problem("region", _no_choice(region))]
    if not name:
        problems.append(Problem("house_name", Text("Please fill this in.")))
    elif len(name) > LONGEST_NAME:
        text = Text(
            "At most %(limit)s characters; this has %(length)s.", limit=LONGEST_NAME, length=len(name)
        )
        problems.append(Problem("house_name", text))
    return problems


def _no_choice(value: str) -> Text:
    return Text("%(value)s is not one of the choices.", value=value[:10] or "—")


def _load(tx: Transaction) -> Mapping[str, Any]:
    found = {row.name: row.value for row in tx.run(select(table.c.name, table.c.value), why="settings")}
    return {**DEFAULTS, **{name: value for name, value in found.items() if name in DEFAULTS}}
