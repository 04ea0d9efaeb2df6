"""Mentions: "@Anna Kovaleva" in a text names a colleague."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from hookline.crm.access.actors import Person

_AT: Final = re.compile(r"(?<![\w@])@(?=\w)")
_WORD: Final = re.compile(r"\w[\w.\-]*")


class Mention(NamedTuple):
    """Where a text names somebody: from the "@" up to `end`."""

    start: int
    end: int
    user: int


def find_mentions(text: str, people: Mapping[int, Person]) -> list[Mention]:
    """Who is named: by the full name, or by a first name that only one person here has."""
    if "@" not in text:
        return []
    by_first: dict[str, list[Person]] = {}
    for person in people.values():
        if person.active and person.name.strip():
            by_first.setdefault(person.name.split()[0].casefold(), []).append(person)
    found = []
    for at in _AT.finditer(text):
        word = _WORD.match(text, at.end())
        if word is not None and (mention := _meant(text, at.start(), word, by_first)):
            found.append(mention)
    return found


def _meant(text: str, at: int, word: re.Match[str], by_first: Mapping[str, list[Person]]) -> Mention | None:
    first = word.group().rstrip(".-")
    candidates = by_first.get(first.casefold(), [])
    for person in sorted(candidates, key=lambda p: -len(p.name)):
        end = word.start() + len(person.name)
        if (
            text[word.start() : end].casefold() == person.name.casefold()
            and not text[end : end + 1].isalnum()
        ):
            return Mention(at, end, person.id)
    return Mention(at, word.start() + len(first), candidates[0].id) if len(candidates) == 1 else None
