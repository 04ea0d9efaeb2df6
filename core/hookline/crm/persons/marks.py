"""Marks: the words by which a person is known again in texts, and what is done to a text that has them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from hookline.crm.persons.subjects import PEOPLE
from hookline.kernel.kinds import Address
from hookline.kernel.schema import EntityInfo

GONE: Final = "…"
WORDY: Final = frozenset({"text", "long_text", "email", "phone", "url", "address"})
_SHORTEST: Final = 4
_SHORTEST_OWN: Final = 8
_DIGITS: Final = 10
_BETWEEN: Final = r"[ ()./\-]{0,3}"
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Marks:
    """`names`, `addresses` and `phones` tell who it is wherever they stand; `own` are other texts that only this person has."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @property
    def telling(self) -> list[str]:
        """What tells who it is, as plain texts."""
        return sorted(self.names | self.addresses | self.phones)

    def tells(self, text: str) -> bool:
        """Whether a text says who it is."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def has(self, text: str) -> bool:
        """Whether a text says who it is, or holds another text that only this person has."""
        return self.tells(text) or self._has_own(text.casefold())

    def without(self, text: str) -> str:
        """The text without what says who it is."""
        return text if self._pattern is None else self._pattern.sub(GONE, text)

    def rubbed(self, value: Any) -> Any:
        """JSON in which every text that `has` a mark is gone, keys too."""
        if isinstance(value, str):
            return GONE if self.has(value) else value
        if isinstance(value, Mapping):
            return {GONE if self.has(str(key)) else key: self.rubbed(each) for key, each in value.items()}
        return [self.rubbed(each) for each in value] if isinstance(value, list) else value

    def cleaned(self, value: Any) -> Any:
        """JSON from whose texts is taken what says who it is; the rest of them stays."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, Mapping):
            return {key: self.cleaned(each) for key, each in value.items()}
        return [self.cleaned(each) for each in value] if isinstance(value, list) else value

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [
            *(_in_any_spelling(text) for text in sorted(self.names | self.addresses, key=len, reverse=True)),
            *(_in_any_writing(phone) for phone in sorted(self.phones)),
        ]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        """The own texts by their longest word, so that a text need not be compared with each of them."""
        found: dict[str, list[str]] = {}
        for text in {text.casefold() for text in self.own}:
            words = _WORD.findall(text)
            if words:
                found.setdefault(max(words, key=len), []).append(text)
        return found

    def _has_own(self, text: str) -> bool:
        if not self._by_word:
            return False
        words = set(_WORD.findall(text))
        return any(one in text for word in words & self._by_word.keys() for one in self._by_word[word])


def likenesses(text: str) -> list[str]:
    """The spellings of a text that a database which compares bytes has to be asked for."""
    return sorted({text, text.lower(), text.upper(), text.title()})


def in_json(text: str, *, escaped: bool) -> str:
    """A text as it stands inside JSON."""
    return json.dumps(text, ensure_ascii=escaped)[1:-1]


def collect(rows: Iterable[tuple[EntityInfo, Mapping[str, Any]]]) -> Marks:
    """The marks of a person from all values of its records. `own` still holds what others may have too."""
    names: set[str] = set()
    addresses: set[str] = set()
    phones: set[str] = set()
    own: set[str] = set()
    for info, row in rows:
        person = info.name in PEOPLE
        for name, spec in info.fields.items():
            for text in _texts(row.get(name)) if spec.kind in WORDY else ():
                if person and spec.kind == "email":
                    addresses.add(text)
                elif person and spec.kind == "phone":
                    phones.add(text)
                elif person and spec is info.title and _is_telling(text):
                    names |= _turns(text)
                elif len(text) >= _SHORTEST_OWN:
                    own.add(text)
        own |= {text for text in _custom(row) if len(text) >= _SHORTEST_OWN}
    return Marks(frozenset(names), frozenset(addresses), frozenset(phones), frozenset(own))


def _turns(name: str) -> set[str]:
    """The name with the family name before or after, wherever that begins."""
    words = name.split()
    return {" ".join([*words[at:], *words[:at]]) for at in range(min(len(words), 6))}


def _is_telling(name: str) -> bool:
    """One short word is somebody else's name as well."""
    return len(name) >= _SHORTEST and (" " in name.strip() or len(name) >= _SHORTEST_OWN)


def _texts(value: object) -> list[str]:
    if isinstance(value, Address):
        return [part for part in value if part]
    if isinstance(value, Mapping):
        return [str(part) for part in value.values() if part]
    if isinstance(value, list | tuple):
        return [str(part) for part in value if part]
    return [value] if isinstance(value, str) and value.strip() else []


def _custom(row: Mapping[str, Any]) -> list[str]:
    """Texts of custom fields, of retired ones too."""
    return [value for value in (row.get("custom") or {}).values() if isinstance(value, str)]


def _in_any_spelling(text: str) -> str:
    """Whole words only, with any space between them, "ё" and "е" alike."""
    words = r"\s+".join(re.sub("[её]", "[её]", re.escape(word), flags=re.IGNORECASE) for word in text.split())
    return rf"(?<!\w){words}(?!\w)"


def _in_any_writing(phone: str) -> str:
    """With or without country and trunk prefix, with the usual signs between the digits."""
    digits = re.sub(r"\D", "", phone)
    body = _BETWEEN.join(digits[-_DIGITS:])
    return rf"(?<!\d)\+?(?:\d{_BETWEEN}){{0,{max(1, len(digits) - _DIGITS) + 2}}}{body}(?!\d)"
