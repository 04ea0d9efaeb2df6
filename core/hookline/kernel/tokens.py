"""Search tokens: the words a text is found by, made here so that both engines find the same.

An index keeps the tokens of each text. A text is found when each word of a query is in it; a word is in it
when one of its beginnings begins a token, or one of its other forms is one (`found_by`). A number is found by its end
too: it is kept once more backwards, so that the end is a beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import snowballstemmer
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

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
# As phone numbers are stored: nothing but a run of digits.
_NUMBER: Final = re.compile(r"\+[0-9]{7,15}")
_NATIONAL: Final = 10
"""Digits of most numbers without country or trunk prefix."""
_TOWN: Final = 7
"""Digits of most numbers without the town's or the mobile network's."""
_SHORTEST_END: Final = 4
"""Digits by which a number is found from its end."""
_LOCAL: Final = re.compile("(?:0[1-9]|8[3-9])[0-9]{5,}")
"""As a number is dialled within many countries, or in Russia; abroad, and where it is stored, the 0 or 8 is left out."""
# A token that begins with it is a number backwards. Nobody writes this letter.
_BACKWARDS: Final = "\u2184"
_FOLDED: Final = str.maketrans(
    {"ё": "е", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"}
)
_STEMMERS: Final = (
    (_LATIN, snowballstemmer.stemmer("english")),
    (_CYRILLIC, snowballstemmer.stemmer("russian")),
)


class Word(NamedTuple):
    """A word of a query: what may begin a token, and what may be a whole one."""

    begun: Sequence[str]
    whole: Sequence[str]

    def is_in(self, tokens: Collection[str]) -> bool:
        """Whether a text with these tokens is found by this word, as both engines must find it."""
        return any(one in tokens for one in self.whole) or any(
            token.startswith(tuple(self.begun)) for token in tokens
        )


def index_tokens(text: str, kind: str = "text") -> list[str]:
    """The tokens of a text, each once.

    `kind` is its field's: an e-mail's name is found in one piece too, has no endings to be taken off, and its digits are no
    telephone number.
    """
    if kind == "phone" and _NUMBER.fullmatch(text):
        return list(dict.fromkeys(_number(text[1:], abroad=True)))
    folded = _folded(text)
    if kind == "email":
        tokens = dict.fromkeys(word[:LONGEST] for word in _words(folded))
        tokens["".join(_WORD.findall(folded.partition("@")[0]))[:LONGEST]] = None
        tokens |= dict.fromkeys(_only_digits(run[0]) for run in _DIGIT_RUN.finditer(folded))
    else:
        tokens = dict.fromkeys(_with_stems(_words(folded)))
        for run in _DIGIT_RUN.finditer(folded):
            abroad = folded[: run.start()].endswith("+")
            tokens |= dict.fromkeys(_number(_only_digits(run[0]), abroad=abroad))
    tokens.pop("", None)
    return list(tokens)[:MOST_TOKENS]


def query_tokens(query: str) -> list[Word]:
    """The words of a query, of which a text must have each."""
    folded = _APOSTROPHES.sub("", _folded(query))
    joined = _DIGIT_RUN.sub(lambda run: _only_digits(run[0]), folded)
    return [_asked(word[:LONGEST]) for word in dict.fromkeys(_WORD.findall(joined))][:MOST_WORDS]


def found_by(query: Sequence[Word], tokens: Collection[str]) -> bool:
    """Whether a text with these tokens is found by these `query_tokens`."""
    return all(word.is_in(tokens) for word in query)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, if its letters are all English or all Russian."""
    for letters, stemmer in _STEMMERS:
        if letters.fullmatch(word):
            return str(stemmer.stemWord(word))
    return word


def _words(folded: str) -> list[str]:
    words = _WORD.findall(folded)
    if "'" in folded or "\u2019" in folded or "\u02bc" in folded:
        # O'Brien is found as "obrien" and as "brien"
        words = [*_WORD.findall(_APOSTROPHES.sub("", folded)), *words]
    return words


def _with_stems(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        short = word[:LONGEST]
        yield short
        yield stem(short)


def _asked(word: str) -> Word:
    if not (word.isascii() and word.isdigit()):
        stemmed = stem(word)
        return Word((word,), (stemmed,) if stemmed != word else ())
    begun = [word]
    if len(word) >= _SHORTEST_END:
        begun.append(_BACKWARDS + word[::-1])
    if _LOCAL.fullmatch(word):
        begun.append(word[1:])
    # "8 916 ..." and "+7 916 ..." are one number
    return Word(begun, (word[-_NATIONAL:],) if len(word) > _NATIONAL else ())


def _number(digits: str, *, abroad: bool) -> Iterator[str]:
    """A number as it is dialled from abroad, within most countries, within its own and within most towns; and from its end."""
    yield digits
    yield digits[-_NATIONAL:]
    if abroad:
        yield digits[_country_digits(digits) :]
    yield digits[-_TOWN:]
    yield _BACKWARDS + digits[::-1]


def _country_digits(digits: str) -> int:
    """How many digits at the beginning are the country's; 0 where there is no such country."""
    return next((n for n in (1, 2, 3) if int(digits[:n]) in COUNTRY_CODE_TO_REGION_CODE), 0)


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
