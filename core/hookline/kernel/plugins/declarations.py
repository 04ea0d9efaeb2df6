"""What the parts of a declaration must be, so that no page, menu or sorting stumbles over them later."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Column, Table

from hookline.errors import PluginError, Text
from hookline.kernel.entity import Base, FieldGroup, Record, grafted, names_of_group
from hookline.kernel.fields import Field, field_of
from hookline.kernel.formulas.language import parse
from hookline.kernel.kinds import BadValue
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin

# The names of these are everybody's: whoever comes second is refused. With the field whose choices they become.
SHARED: Final = {"activity_kind": ("activity", "kind")}


def check_plugin(plugin: Plugin) -> None:
    """PluginError when the plugin's own words are not what they must be."""
    wrong = [name for name in ("name", "version") if type(getattr(plugin, name)) is not str]
    wrong += [] if _is_said(plugin.label) else ["label"]
    wrong += [] if _are_words(plugin.needs) else ["needs"]
    for name in wrong:
        raise PluginError(str(plugin.name), "Plugin(...)", f"{name} is {_told(getattr(plugin, name))}", _HINT)


def check_titles(plugin: Plugin) -> None:
    """PluginError when records of an entity could not be called by their title."""
    for cls in plugin.entities:
        there = cast(Table, cls.__table__).c
        spec = field_of(there[cls.title]) if cls.title in there else None
        if spec is None:
            raise PluginError(
                plugin.name, _declared(cls), f"it has no field {cls.title!r} for its title", _TITLE
            )
        if there[cls.title].type.python_type is not str or spec.kind == "choice":
            said = f"its title {cls.title!r} is of the kind {spec.kind}, which is no text"
            raise PluginError(plugin.name, _declared(cls), said, _TITLE)


def check_places(plugin: Plugin) -> None:
    """PluginError when the picture of records, or what they lie in, is no field of theirs that could be that."""
    for cls in plugin.entities:
        there = cast(Table, cls.__table__).c
        for word, kind in (("cover", "file"), ("tree", "reference")):
            name = getattr(cls, f"{word}_field")
            spec = field_of(there[name]) if name in there else None
            fits = (
                spec is not None
                and spec.kind == kind
                and (word == "cover" or spec.target == cls.__tablename__)
            )
            if name and not fits:
                said = f"{word} {name!r} is no {'attachment' if word == 'cover' else 'reference to itself'}"
                raise PluginError(plugin.name, _declared(cls), said)


def check_conditions(plugin: Plugin) -> None:
    """PluginError when a field shows, or is asked for, on a condition that nobody can understand."""
    for cls in plugin.entities:
        _check_conditions(plugin, cls, cast(Table, cls.__table__), [*cast(Table, cls.__table__).columns])
    for group in plugin.groups:
        _check_conditions(plugin, group, cast(Table, group.target.__table__), grafted(group))


def check_contribution(plugin: Plugin, found: object) -> None:
    """PluginError when a contribution is none, is somebody else's, or has words that nobody can show or sort by."""
    if not isinstance(found, Contribution):
        raise PluginError(plugin.name, "contribute", f"it answered {_told(found)}, not a Contribution")
    place = f"{found.kind} {found.name}"
    if found.plugin != plugin.name:
        raise PluginError(
            plugin.name, place, f"it is said to be of the plugin {found.plugin!r}", "Use your own name."
        )
    if not callable(found.call):
        raise PluginError(plugin.name, place, f"it has {_told(found.call)} where a function must be")
    words = {"label": found.label, **found.options}
    for name, (fits, expected) in _MUST.items():
        if name in words and not fits(words[name]):
            raise PluginError(plugin.name, place, f"{name} is {_told(words[name])}, not {expected}")


def check_when(plugin: Plugin, action: Contribution) -> None:
    """PluginError when the state in which records must be for an action cannot be understood, or is none of theirs."""
    table = Base.metadata.tables.get(action.entity or "")
    if table is not None:
        place = f"action {action.name}"
        _check_condition(plugin, place, "when", action.options.get("when", ""), table)


def owner_of_choice(entity: str, field: str, name: str) -> str:
    """The plugin whose own field has this choice already; "" when it is free."""
    table = Base.metadata.tables.get(entity)
    spec = field_of(table.c[field]) if table is not None else None
    return str(spec.owner) if spec is not None and name in spec.options else ""


def _check_conditions(
    plugin: Plugin, cls: type[Record] | type[FieldGroup], table: Table, columns: Iterable[Column[Any]]
) -> None:
    for column in columns:
        spec = field_of(column)
        for word in ("shown_when", "required_when"):
            _check_condition(plugin, f"{cls.__name__}.{column.name}", word, getattr(spec, word, ""), table)


def _check_condition(plugin: Plugin, place: str, word: str, source: str, table: Table) -> None:
    """It names fields that there are, and compares those that have choices with choices of theirs."""
    if not source:
        return
    specs = _specs(plugin, table)
    try:
        condition = parse(source, specs)
    except BadValue as error:
        raise PluginError(plugin.name, place, f"{word}: {error.text}") from error
    for name, value in condition.compared:
        spec = specs[name]
        if spec is None or not spec.options or value in spec.options or (table.name, name) in _OPEN:
            continue
        near = difflib.get_close_matches(value, spec.options, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(spec.options)}."
        raise PluginError(plugin.name, place, f"{word}: {value!r} is no choice of {name}", hint)


def _specs(plugin: Plugin, table: Table) -> dict[str, Field | None]:
    """What a condition of this plugin may name of a table: its fields, and those that the plugin itself adds to them."""
    found: dict[str, Field | None] = {}
    for cls in (cls for cls in plugin.entities if cls.__table__ is table):
        found |= dict.fromkeys([*getattr(cls, "__annotations__", ()), *cls.many])
    for group in (group for group in plugin.groups if group.target.__table__ is table):
        found |= zip(names_of_group(group), map(field_of, grafted(group)), strict=True)
    return found | {name: field_of(column) for name, column in table.columns.items()}


def _declared(cls: type[Record]) -> str:
    """An entity, and where it is written: "entity Lot (lots.py, line 12)"."""
    try:
        file, line = inspect.getsourcefile(cls), inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return f"entity {cls.__name__}"
    return f"entity {cls.__name__} ({Path(file).name}, line {line})" if file else f"entity {cls.__name__}"


def _is_said(value: object) -> bool:
    return type(value) in (str, Text)


def _are_words(value: object) -> bool:
    return isinstance(value, tuple | list) and all(type(word) is str for word in value)


def _told(value: object) -> str:
    return "nothing (None)" if value is None else f"a {type(value).__name__}"


_TITLE: Final = 'Name a text with title="...": one that people write, or one that Hookline counts, sequence("Number", "LOT-{n:05}").'
_HINT: Final = "name, label and version are texts, needs is a tuple of names."
# The choices of these come from several plugins, of which some may not run yet.
_OPEN: Final = frozenset(SHARED.values())
_MUST: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "label": (_is_said, "a text"),
    "order": (lambda value: isinstance(value, int | float), "a number"),
    "fields": (_are_words, "a tuple of names"),
    "takes": (_are_words, "a tuple of names"),
    "needs": (lambda value: value is None or type(value) is str, "a permission's name"),
    "icon": (lambda value: value is None or type(value) is str, "an icon's name"),
    "when": (lambda value: type(value) is str, "a condition"),
    "slot": (lambda value: type(value) is str, "a slot's name"),
    "quiet": (lambda value: isinstance(value, int | float) and value > 0, "a number of seconds"),
    "attempts": (lambda value: isinstance(value, int) and value > 0, "a whole number above 0"),
}
