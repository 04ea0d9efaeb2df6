"""Reads what the command line says of a new plugin: "Listing:address,price:money,status:choice=draft|active"."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hookline.errors import HooklineError

import hookline_sdk
from hookline_sdk import Record
from hookline_sdk.scaffold.kinds import KINDS, OTHER_WORDS, Kind

_CLASS: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]*")
# What every record has already, and what a class of records or of fields needs itself.
_TAKEN: Final = frozenset(
    "created_at created_by custom id label many menu names owner plugin plural search slug sort sort_key target team title "
    "trashed_at updated_at updated_by version".split()
)


class DraftError(HooklineError):
    """Something on the command line that cannot become a plugin; the message says what to write instead."""


@dataclass(frozen=True)
class FieldDraft:
    """One field: its name, its kind, and what a choice or a reference is given."""

    name: str
    kind: str
    given: tuple[str, ...] = ()

    @property
    def how(self) -> Kind:
        """How its kind is declared."""
        return KINDS[self.kind]

    @property
    def label(self) -> str:
        """What people read: "Asking price"."""
        return self.name.replace("_", " ").capitalize()

    @property
    def choices(self) -> str:
        """The name of its class of choices."""
        return "".join(part.capitalize() for part in self.name.split("_"))


@dataclass(frozen=True)
class Draft:
    """An entity with its fields; of `--extend`, the entity whose fields they become."""

    name: str
    fields: tuple[FieldDraft, ...]


def read_entity(text: str) -> Draft:
    """An entity as `--entity` names it. Its first field is the one that names a record, and the only one required."""
    draft = _read(text, "Listing:address,price:money")
    if draft.fields[0].kind != "text":
        raise DraftError(
            f"the first field of {draft.name} names its records, so it is a text: {draft.name}:name,{text.partition(':')[2]}"
        )
    return draft


def read_extension(text: str) -> Draft:
    """The fields that `--extend` adds to an entity of the core."""
    draft = _read(text, "Contact:budget:money")
    if draft.name not in extensible():
        raise DraftError(
            f"nothing is called {draft.name} that could be extended{_near(draft.name, extensible())}"
        )
    return draft


def extensible() -> list[str]:
    """The entities of the core that take further fields."""
    found = {name: getattr(hookline_sdk, name) for name in hookline_sdk.__all__}
    return [
        name
        for name, it in found.items()
        if isinstance(it, type) and issubclass(it, Record) and hasattr(it, "__table__")
    ]


def check_name(name: str) -> str:
    """The name of a plugin, if it can be one."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or keyword.iskeyword(name):
        raise DraftError(
            f"a plugin's name is lower-case letters, digits and _, such as real_estate; {name!r} is not"
        )
    if name in ("core", "sdk"):
        raise DraftError(f"the name {name} is taken by Hookline itself")
    return name


def check_together(entities: Sequence[Draft], extensions: Sequence[Draft]) -> None:
    """What cannot stand in one module."""
    if not entities and not extensions:
        raise DraftError(
            'say what it keeps: --entity "Listing:address,price:money" or --extend "Contact:budget:money"'
        )
    names = [d.name for d in entities]
    names += [f"{d.name}Fields" for d in extensions]
    names += [f.choices for d in (*entities, *extensions) for f in d.fields if f.kind == "choice"]
    seen: set[str] = set()
    for name in names:
        if name in seen or name in hookline_sdk.__all__:
            raise DraftError(f"the name {name} would stand for two things in data.py; rename one of them")
        seen.add(name)


def _read(text: str, example: str) -> Draft:
    name, colon, rest = text.strip().partition(":")
    if not colon or not rest.strip():
        raise DraftError(f"{text!r} names no fields; write it like {example!r}")
    if not _CLASS.fullmatch(name):
        raise DraftError(
            f"an entity is written like a class, such as Listing or SalesOffice; {name!r} is not"
        )
    fields = tuple(_field(part.strip()) for part in rest.split(","))
    names = [each.name for each in fields]
    if twice := next((each for each in names if names.count(each) > 1), None):
        raise DraftError(f"{name} has two fields {twice}")
    return Draft(name, fields)


def _field(text: str) -> FieldDraft:
    name, _, kind = text.partition(":")
    word, _, given = kind.partition("=")
    word = OTHER_WORDS.get(word, word) or "text"
    if not _FIELD.fullmatch(name) or keyword.iskeyword(name):
        raise DraftError(f"a field's name is lower-case letters, digits and _; {name!r} is not")
    if name in _TAKEN:
        raise DraftError(f"every record has {name} already; call the field otherwise")
    if word not in KINDS:
        raise DraftError(
            f"there is no kind of field {word!r}{_near(word, [*KINDS, *OTHER_WORDS])}; there are {', '.join(KINDS)}"
        )
    return FieldDraft(name, word, _given(name, word, given))


def _given(name: str, word: str, given: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in given.split("|") if part.strip())
    if word == "choice" and not (
        parts and all(_FIELD.fullmatch(p) and not keyword.iskeyword(p) for p in parts)
    ):
        raise DraftError(f"say what {name} can be: {name}:choice=draft|active|sold")
    if word == "ref" and not (len(parts) == 1 and _FIELD.fullmatch(parts[0])):
        raise DraftError(f"say what {name} points at: {name}:ref=contact")
    if word not in ("choice", "ref") and parts:
        raise DraftError(f"{name}: only choice and ref are given something after =")
    return parts


def _near(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1, 0.5)
    return (
        f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}" if len(known) < 20 else ""
    )
