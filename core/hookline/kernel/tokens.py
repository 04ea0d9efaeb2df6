"""Search tokens: the words a text is found by, made here so that both engines find the same.

An index keeps the tokens of each text. A text is found when each word of a query is in it; a word is in it
when its first alternative begins one of the tokens, or one of its other alternatives is one (`found_by`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Final

import snowballstemmer

MOST_TOKENS: Final = 20_000
"""Of one text; what a longer one says after them is not found."""
MOST_WORDS: Final = 12
"""Of one query; further words are not asked for."""
LONGEST: Final = 60
"""Letters of one token."""

_WORD: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile("[a-z]+")
_CYRILLIC: Final = re.compile("[а-я]+")
_APOSTROPHES: Final = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_DIGIT_RUN: Final = re.compile(r"(?<![^\W_])[0-9](?:[ ()./\-]{0,3}[0-9]){6,19}(?![^\W_])")
_SHORTEST_TAIL: Final = 4
# As phone numbers are stored: nothing but a run of digits, whose tails are all its tokens.
_NUMBER: Final = re.compile(r"\+[0-9]{7,15}")
_NATIONAL: Final = 10
"""Digits of most numbers without country or trunk prefix."""
_FOLDED: Final = str.maketrans(
    {"ё": "е", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"}
)
_STEMMERS: Final = (
    (_LATIN, snowballstemmer.stemmer("english")),
    (_CYRILLIC, snowballstemmer.stemmer("russian")),
)


def index_tokens(text: str, kind: str = "text") -> list[str]:
    """The tokens of a text, each once. `kind` is its field's: an e-mail's name is found in one piece too."""
    if kind == "phone" and _NUMBER.fullmatch(text):
        return _tails(text[1:])
    folded = _folded(text)
    tokens = dict.fromkeys(_index_words(folded))
    if kind == "email":
        tokens["".join(_WORD.findall(folded.partition("@")[0]))[:LONGEST]] = None
    for run in _digit_runs(folded):
        tokens |= dict.fromkeys(_tails(run))
    tokens.pop("", None)
    return list(tokens)[:MOST_TOKENS]


def query_tokens(query: str) -> list[list[str]]:
    """For each word of a query its alternatives: first the word, maybe only begun, then whole tokens."""
    folded = _APOSTROPHES.sub("", _folded(query))
    joined = _DIGIT_RUN.sub(lambda run: _only_digits(run[0]), folded)
    return [_alternatives(word[:LONGEST]) for word in dict.fromkeys(_WORD.findall(joined))][:MOST_WORDS]


def found_by(query: Sequence[Sequence[str]], tokens: Collection[str]) -> bool:
    """Whether a text with these tokens is found by these `query_tokens`, as both engines must find it."""
    return all(
        any(token.startswith(word) for token in tokens) or any(whole in tokens for whole in wholes)
        for word, *wholes in query
    )


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, if its letters are all English or all Russian."""
    for letters, stemmer in _STEMMERS:
        if letters.fullmatch(word):
            return str(stemmer.stemWord(word))
    return word


def _index_words(folded: str) -> list[str]:
    words = _WORD.findall(folded)
    if "'" in folded or "\u2019" in folded or "\u02bc" in folded:
        # O'Brien is found as "obrien" and as "brien"
        words = [*_WORD.findall(_APOSTROPHES.sub("", folded)), *words]
    tokens: list[str] = []
    for word in words:
        short = word[:LONGEST]
        tokens += short, stem(short)
    return tokens


def _alternatives(word: str) -> list[str]:
    wholes = [stem(word)]
    if word.isdigit() and len(word) > _NATIONAL:
        wholes.append(word[-_NATIONAL:])  # "8 916 ..." and "+7 916 ..." are one number
    return list(dict.fromkeys([word, *wholes]))


def _digit_runs(folded: str) -> Iterable[str]:
    return (_only_digits(run[0]) for run in _DIGIT_RUN.finditer(folded))


def _tails(run: str) -> list[str]:
    """By its end a number is found too: few people type its country."""
    return [run[start:] for start in range(len(run) - _SHORTEST_TAIL + 1)]


def _only_digits(run: str) -> str:
    return re.sub("[^0-9]", "", run)


def _folded(text: str) -> str:
    """In one case, in the plainest form of each letter; Latin letters without their accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    return _ACCENTS.sub("", "".join(map(_without_accent, plain)))


@lru_cache(maxsize=10_000)
def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)
    return base[0] if len(base) > 1 and base[0].isascii() and base[0].isalpha() else letter
