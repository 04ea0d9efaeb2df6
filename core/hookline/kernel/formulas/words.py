"""The words of a formula: numbers, texts, names and signs, each with its place for messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened

_WORD: Final = re.compile(
    r"""(?P<blank>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    |(?P<sign><=|>=|<>|!=|==|[-+*/=<>(),])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Word:
    """`kind` is number, name, text, sign or end; `place` counts from 1, for people."""

    kind: str
    text: str
    place: int


def words_of(source: str) -> Iterator[Word]:
    """The formula's words, with an "end" after the last. Raises BadValue for a character that begins none."""
    for found in _WORD.finditer(source):
        word = Word(found.lastgroup or "", found[0], found.start() + 1)
        if word.kind == "other":
            message = "%(found)s at position %(place)s is not understood."
            raise BadValue(Text(message, found=shortened(source[found.start() :], 12), place=word.place))
        if word.kind != "blank":
            yield word
    yield Word("end", "", len(source) + 1)
