"""Turns drafts into what the template writes down: lines of declarations, and the names they need imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import hookline_sdk
from hookline_sdk.scaffold.drafts import Draft, FieldDraft

_WIDE = 100


@dataclass(frozen=True)
class _Ruled:
    """The one field that the first rule is about, and where it stands."""

    draft: Draft
    field: FieldDraft
    own: bool


def make_plan(name: str, entities: Sequence[Draft], extensions: Sequence[Draft]) -> dict[str, Any]:
    """The plan of a plugin called `name`, as `cookiecutter.json` shows one under `_plan`."""
    own = {snake(d.name) for d in entities}
    fields = [f for d in (*entities, *extensions) for f in d.fields]
    ruled = _ruled(entities, extensions)
    return {
        "entities": [_entity(name, d, own) for d in entities],
        "extensions": [_extension(name, d, own) for d in extensions],
        "choices": [_choices(f) for f in fields if f.kind == "choice"],
        "main": _main(name, (entities or extensions)[0], own=bool(entities)),
        "ruled": _rule(name, ruled),
        "standard": [line for module, line in _STANDARD if any(f.how.module == module for f in fields)],
        "sdk": imported("hookline_sdk", _needed(entities, extensions, fields)),
    }


def snake(name: str) -> str:
    """A class's name as a table has it: SalesOffice is sales_office."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def plural(word: str) -> str:
    """More than one of it, in English."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def imported(module: str, names: Iterable[str]) -> str:
    """An import, on one line or, where that is too long, on several."""
    sorted_names = sorted(set(names))
    line = f"from {module} import {', '.join(sorted_names)}"
    if len(line) <= _WIDE:
        return line
    return "\n".join([f"from {module} import (", *(f"    {each}," for each in sorted_names), ")"])


_STANDARD = (("datetime", "import datetime as dt"), ("decimal", "from decimal import Decimal"))


def _entity(name: str, draft: Draft, own: set[str]) -> dict[str, Any]:
    label = snake(draft.name).replace("_", " ").capitalize()
    many = plural(label)
    return {
        "cls": draft.name,
        "label": label,
        "plural": many,
        "says_plural": many != f"{label}s",
        "title": draft.fields[0].name,
        "lines": [_declared(name, f, own, first=i == 0) for i, f in enumerate(draft.fields)],
    }


def _extension(name: str, draft: Draft, own: set[str]) -> dict[str, Any]:
    return {
        "cls": f"{draft.name}Fields",
        "target": draft.name,
        "lines": [_declared(name, f, own, first=False) for f in draft.fields],
    }


def _choices(field: FieldDraft) -> dict[str, Any]:
    members = [[value, value.replace("_", " ").capitalize()] for value in field.given]
    return {"cls": field.choices, "label": field.label, "members": members}


def _declared(plugin: str, field: FieldDraft, own: set[str], *, first: bool) -> str:
    """One field's line: `price: Mapped[Decimal | None] = money("Price", list=True, filter=True)`."""
    empty = "" if first or field.kind == "yes_no" else " | None"
    given = _given(plugin, field, own)
    how = ["list=True"]
    how += ["search=True"] if first else ["filter=True"] if field.how.filtered else []
    return f"{field.name}: Mapped[{field.how.annotation}{empty}] = {field.how.function}({', '.join([*given, *how])})"


def _given(plugin: str, field: FieldDraft, own: set[str]) -> list[str]:
    label = f'"{field.label}"'
    if field.kind == "choice":
        return [label, field.choices]
    if field.kind == "ref":
        target = field.given[0]
        return [f'"{plugin}_{target}"' if target in own else f'"{target}"', label]
    return [label]


def _main(name: str, draft: Draft, *, own: bool) -> dict[str, Any]:
    """What the panel and the report are about: the first entity, else the first of those that are extended."""
    if own:
        many = plural(snake(draft.name).replace("_", " "))
        return {"cls": draft.name, "title": draft.fields[0].name, "own": True, "snake": snake(draft.name), "many": many,
                "one": snake(draft.name).replace("_", " "), "path": f"/{name}/{many.replace(' ', '-')}", "table": f"{name}_{snake(draft.name)}"}  # fmt: skip
    target = getattr(hookline_sdk, draft.name)
    return {"cls": draft.name, "title": target.title, "own": False, "snake": snake(draft.name), "many": target.plural.lower(),
            "one": target.label.lower(), "path": f"/{target.slug}", "table": target.__tablename__}  # fmt: skip


def _ruled(entities: Sequence[Draft], extensions: Sequence[Draft]) -> _Ruled:
    """A number if there is one, for there is always something to be said of it; else the first field."""
    found = [
        _Ruled(d, f, own)
        for drafts, own in ((entities, True), (extensions, False))
        for d in drafts
        for f in d.fields
    ]
    return next((each for each in found if each.field.how.numeric), found[0])


def _rule(name: str, ruled: _Ruled) -> dict[str, Any]:
    draft, field = ruled.draft, ruled.field
    target = draft.name if ruled.own else f"{draft.name}Fields"
    there = "" if ruled.own else f"[{target}]"
    title = draft.fields[0].name if ruled.own else ""
    return {
        "entity": draft.name,
        "snake": snake(draft.name),
        "own": ruled.own,
        "group": "" if ruled.own else target,
        "there": there,
        "field": field.name,
        "full": field.name if ruled.own else f"{name}_{field.name}",
        "numeric": field.how.numeric,
        "sample": field.how.sample,
        "decimal": field.how.module == "decimal",
        "title": title if title != field.name else "",
    }


def _needed(entities: Sequence[Draft], extensions: Sequence[Draft], fields: Sequence[FieldDraft]) -> set[str]:
    found = {"Mapped", *(f.how.function for f in fields), *(d.name for d in extensions)}
    found |= {"Entity"} if entities else set()
    found |= {"Fields"} if extensions else set()
    found |= {"Choices"} if any(f.kind == "choice" for f in fields) else set()
    return found | ({"Address"} if any(f.kind == "address" for f in fields) else set())
