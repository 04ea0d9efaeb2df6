"""Texts with placeholders of a closed list, read and filled without running anything: {{first_name}}, {{tier|guest}}.

    {{name}}          the value, nothing where there is none
    {{name|words}}    the value, else these words

There is nothing else: no conditions, no loops, no code. What looks like a placeholder and is none is told with its place.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hookline_sdk import Text

# What can be said of somebody, and how it is called for whoever writes.
PLACEHOLDERS: Final[Mapping[str, str]] = {
    "first_name": "First name",
    "last_name": "Last name",
    "name": "Full name",
    "house": "Name of the house",
    "balance": "Balance of points",
    "tier": "Tier",
    "occasion": "What has happened, such as the thing that got cheaper",
}

_TOKEN: Final = re.compile(r"\{\{(.*?)\}\}|\{\{|\}\}|\{%|%\}", re.DOTALL)
_INSIDE: Final = re.compile(r"\s*([a-z_]{1,40})\s*(?:\|([^{}|\n]{0,100}))?")

_NONE: Final = Text(
    "Line %(line)s, character %(column)s: %(found)s is no placeholder. They are written like {{first_name}} or {{first_name|friend}}."
)
_UNKNOWN: Final = Text(
    "Line %(line)s, character %(column)s: there is no placeholder %(found)s. There are %(names)s."
)


@dataclass(frozen=True)
class Mistake:
    """Something that is no placeholder: where it stands, counted from 1, and what is wrong with it."""

    line: int
    column: int
    text: Text


def mistakes(said: str) -> Iterator[Mistake]:
    """Everything in a text that looks like a placeholder and is none."""
    for token in _TOKEN.finditer(said):
        before = said[: token.start()]
        line, column = before.count("\n") + 1, token.start() - (before.rfind("\n") + 1) + 1
        inside = None if token[1] is None else _INSIDE.fullmatch(token[1])
        place = {"line": line, "column": column, "found": token[0][:60]}
        if inside is None:
            yield Mistake(line, column, Text(_NONE.msgid, **place))
        elif inside[1] not in PLACEHOLDERS:
            yield Mistake(line, column, Text(_UNKNOWN.msgid, **place, names=", ".join(PLACEHOLDERS)))


def used(said: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {inside[1] for token in _TOKEN.finditer(said) if (inside := _INSIDE.fullmatch(token[1] or "")) is not None}  # fmt: skip


def filled(said: str, values: Mapping[str, str]) -> str:
    """The text with everybody's own values; what is no placeholder stays as it was written."""

    def value(token: re.Match[str]) -> str:
        inside = _INSIDE.fullmatch(token[1] or "")
        if inside is None or inside[1] not in PLACEHOLDERS:
            return token[0]
        return values.get(inside[1], "") or (inside[2] or "").strip()

    return _TOKEN.sub(value, said)
