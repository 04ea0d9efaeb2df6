"""Addresses and numbers for people who do not exist: reserved domains, and numbers that no operator gives out."""

import unicodedata
from typing import Final

_LETTERS: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh sch  y  e yu ya".split(" "),
        strict=True,
    )
)
# Numbers set aside for films and books where there are such, else some that cannot be dialled.
_NUMBERS: Final = {"RU": "+7495000{:04d}", "FR": "+3319900{:04d}", "GB": "+442079460{:03d}"}


def handle(word: str) -> str:
    """A word as it stands in an address: small Latin letters and digits."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in word.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else "-" for letter in plain).strip("-")


def phone_of(country: str, number: int) -> str:
    """A telephone number in E.164; `number` is below 1000."""
    return _NUMBERS.get(country, _NUMBERS["GB"]).format(number)
