"""`Settings`: what a plugin is set up with, as a class of fields that administrators fill in and the plugin reads typed.

    @plugin.settings("Property portal")
    class Portal(Settings):
        address: Mapped[str] = web_address("Address", default="https://portal.example")
        token: Mapped[str | None] = secret("Access token")

    Portal.of(gate).token

They lie in the table of the house's settings under "<plugin>.<class>", secrets sealed, and are remembered until somebody
changes them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from sqlalchemy import delete, insert, select

from hookline.crm import settings
from hookline.crm.audit.trail import note
from hookline.errors import Forbidden, Invalid, Problem, Text
from hookline.kernel.attempts import attempt
from hookline.kernel.db import Transaction
from hookline.kernel.forms import Form, Secret
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.reads import Reads
from hookline.kernel.sealing import Unreadable

PERMISSION: Final = "admin.plugins"
_HIDDEN: Final = "***"


class Settings(Form):
    """The base of a plugin's settings. A class of it is declared with `@plugin.settings("Label")`."""

    stored_as: ClassVar[str] = ""

    @classmethod
    def of(cls, gate: Reads) -> Self:
        """The settings as they stand; what nobody has filled in has its default, or is None.

        Costs no statement: they are remembered with the configuration. A secret that was sealed with another key than this
        installation's is None.
        """
        if not cls.stored_as:
            raise TypeError(f'{cls.__name__} is not declared: write @plugin.settings("...") above it')
        stored = gate.remembered("plugin settings", _load).get(cls.stored_as, {})
        return cls(
            **{name: _opened(gate, cls, name, raw) for name, raw in stored.items() if name in cls.fields}
        )

    def keep(self, gate: Gate) -> None:
        """Keep these as the settings from now on, all of them: for a plugin's demo, its seed and its tests.

            portal = Portal.of(gate)
            portal.token = "secret of the demo"
            portal.keep(gate)

        What is secret and None here stays as it was. Forbidden unless the gate's person may set plugins up, as the house may;
        Invalid with what the plugin has against them.
        """
        declared = next((c for c in list_settings(gate) if c.options["form"] is type(self)), None)
        if declared is None:
            raise TypeError(f'{type(self).__name__} is not declared: write @plugin.settings("...") above it')
        change(gate, declared, self)


def list_settings(gate: Reads) -> list[Contribution]:
    """The settings of all plugins that run, by plugin."""
    found = gate.host.contributions("settings")
    return sorted(found, key=lambda c: (c.plugin, c.options["order"], c.name))


def change(
    gate: Gate, declared: Contribution, wanted: Settings, forgotten: frozenset[str] = frozenset()
) -> None:
    """Keep these settings. Of secrets those that are filled in are kept anew, and those `forgotten` are removed.

    Forbidden without the right, Invalid with what the plugin has against them.
    """
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    form, before = type(wanted), type(wanted).of(gate)
    for name, spec in form.fields.items():
        if isinstance(spec, Secret) and getattr(wanted, name) is None and name not in forgotten:
            setattr(wanted, name, getattr(before, name))
    _check(gate, declared, wanted)
    stored = gate.remembered("plugin settings", _load).get(form.stored_as, {})
    values = {
        **{name: raw for name, raw in stored.items() if name not in form.fields},
        **{name: _written(gate, form, name, getattr(wanted, name)) for name in form.fields},
    }
    gate.tx.run(delete(settings.table).where(settings.table.c.name == form.stored_as), why="settings")
    gate.tx.run(insert(settings.table).values(name=form.stored_as, value=values), why="settings")
    gate.configured()
    changed = [name for name in form.fields if getattr(before, name) != getattr(wanted, name)]
    if changed:
        told = (_told(each, changed) for each in (before, wanted))
        note(gate, "settings.changed", settings=form.stored_as, before=next(told), after=next(told))


def is_kept(gate: Reads, form: type[Settings], name: str) -> bool:
    """Whether a secret has been filled in."""
    return gate.remembered("plugin settings", _load).get(form.stored_as, {}).get(name) is not None


def _check(gate: Gate, declared: Contribution, wanted: Settings) -> None:
    problems = [
        Problem(name, Text("Please fill this in."))
        for name, spec in type(wanted).fields.items()
        if spec.required and getattr(wanted, name) in (None, ())
    ]
    found = [] if problems else attempt(gate, declared, list, wanted)
    if isinstance(found, Failure):
        found = [Problem("", found.text)]
    if isinstance(found, Exception):
        raise found
    if problems := [*problems, *found]:
        raise Invalid(problems)


def _load(tx: Transaction) -> Mapping[str, Mapping[str, Any]]:
    table = settings.table
    found = tx.run(select(table.c.name, table.c.value).where(table.c.name.contains(".")), why="settings")
    return {row.name: row.value for row in found if isinstance(row.value, dict)}


def _opened(gate: Reads, form: type[Settings], name: str, raw: Any) -> Any:
    spec = form.fields[name]
    if raw is None or not isinstance(spec, Secret):
        return None if raw is None else KINDS[spec.kind].load(raw, spec)
    try:
        return gate.sealer().open(raw, _place(form, name))
    except Unreadable:
        return None


def _written(gate: Gate, form: type[Settings], name: str, value: Any) -> Any:
    spec = form.fields[name]
    if value is None:
        return None
    if isinstance(spec, Secret):
        return gate.sealer().seal(value, _place(form, name))
    return KINDS[spec.kind].dump(value, spec)


def _place(form: type[Settings], name: str) -> str:
    return f"settings {form.stored_as} {name}"


def _told(values: Settings, names: list[str]) -> dict[str, Any]:
    """What the audit log is told: of a secret only that there is one."""
    told: dict[str, Any] = {}
    for name in names:
        spec, value = values.fields[name], getattr(values, name)
        if isinstance(spec, Secret):
            told[name] = _HIDDEN if value is not None else None
        else:
            told[name] = None if value is None else KINDS[spec.kind].dump(value, spec)
    return told
